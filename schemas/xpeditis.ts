import type { JsonSchema, ObjectSchema } from "../generator/values/json-schema.ts";
import { backend } from "./backend.ts";
import { annotationMap, extraObjects, fullnameOverride, patterns } from "./common.ts";
import { edge } from "./edge.ts";
import { frontend } from "./frontend.ts";
import { global } from "./global.ts";
import { issuers } from "./issuers.ts";
import { postgresql } from "./postgresql.ts";
import { redis } from "./redis.ts";
import { monitoring } from "./monitoring.ts";

const own = {
  global,
  fullnameOverride: { ...fullnameOverride, title: "Names", default: "xpeditis" },
  ingress: {
    type: "object",
    title: "Ingress",
    description: "The way in: hosts, paths and what Traefik does with requests. Hosts and TLS are under `global`.",
    default: {},
    properties: {
      enabled: { type: "boolean", description: "Render the Ingress objects.", default: true },
      className: {
        type: "string",
        description: "Ingress class.",
        pattern: patterns.objectOrEmpty,
        minLength: 1,
        maxLength: 253,
        default: "traefik",
      },
      annotations: annotationMap("Annotations of all Ingress objects."),
      externalDns: {
        type: "object",
        description: "Annotations for external-dns, which then makes the hosts' DNS records.",
        default: {},
        properties: {
          enabled: {
            type: "boolean",
            description: "Write them, for versions before and after 0.22, which changed their prefix.",
            default: false,
          },
          target: {
            type: "string",
            description: "What the records point to. Empty: the load balancer's addresses, from the status of the Ingress.",
            pattern: "^([a-z0-9]([a-z0-9.:-]*[a-z0-9])?)?$",
            maxLength: 253,
            default: "",
          },
        },
      },
      apiPath: {
        type: "string",
        description: "Path that the API answers below. The metrics port is never routed.",
        pattern: patterns.path,
        default: "/",
      },
      uploads: {
        type: "object",
        description: "The one route that takes large bodies.",
        default: {},
        properties: {
          path: {
            type: "string",
            description: "Its path, as a regular expression; `(?i)`: in upper and lower case, as Express takes it.",
            pattern: "^/[A-Za-z0-9._~/^\\[\\]+*?:()|{}$-]*$",
            default: "/(?i)api/v1/csv-bookings/[^/]+/documents",
          },
          maxBytes: {
            type: "integer",
            description:
              "Largest body; Traefik answers 413 to larger ones. More than `backend.uploads.maxBytes`: a form around a document has a size, too.",
            minimum: 1024,
            maximum: 1074790400,
            default: 11534336,
          },
        },
      },
      rateLimit: {
        type: "object",
        description:
          "Requests to the API per client address, and per Traefik pod. The address is the connection's, or what Cloudflare says with `global.cloudflare.enabled`.",
        default: {},
        properties: {
          enabled: { type: "boolean", description: "Limit the rate.", default: true },
          average: { type: "integer", description: "Requests per second, in the long run.", minimum: 1, maximum: 100000, default: 50 },
          burst: { type: "integer", description: "Requests at once.", minimum: 1, maximum: 100000, default: 100 },
        },
      },
      securityHeaders: {
        type: "object",
        description: "Headers of every response.",
        default: {},
        properties: {
          enabled: { type: "boolean", description: "Send them.", default: true },
          hstsSeconds: {
            type: "integer",
            description: "How long browsers insist on HTTPS; not sent with `global.tls.mode: none`.",
            minimum: 0,
            maximum: 63072000,
            default: 31536000,
          },
          frameOptions: {
            type: "string",
            description: "Who may show the pages in a frame.",
            enum: ["DENY", "SAMEORIGIN"],
            default: "DENY",
          },
          referrerPolicy: {
            type: "string",
            description: "What links tell about the page they are on.",
            enum: ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"],
            default: "strict-origin-when-cross-origin",
          },
        },
      },
      compress: {
        type: "boolean",
        description: "Compress the API's responses. Pages are left alone: Next.js streams them.",
        default: true,
      },
      noStore: {
        type: "boolean",
        description: "Forbid caches to keep the API's responses: Cloudflare would keep documents by their file extension.",
        default: true,
      },
    },
  },
} as const;

/** A chart inside the umbrella: its schema, whether it is on, and the defaults that the umbrella changes. */
const subchart = <const S extends ObjectSchema, const Enabled extends boolean, const O extends Readonly<Record<string, JsonSchema>>>(
  name: string,
  schema: S,
  isOn: Enabled,
  changed: O,
) => {
  const enabled = { type: "boolean", description: "Install it.", default: isOn } as const;
  const description = `${schema.description} All values: \`helm show values xpeditis/${name}\`, or charts/${name}/README.md.`;
  return {
    /** What the umbrella's own files say of it. */
    shown: { type: "object", title: `Chart ${name}`, description, default: {}, properties: { enabled, ...changed } },
    /** What the umbrella's templates see of it, if it is on. */
    seen: { ...schema, default: {}, properties: { enabled, ...schema.properties } },
  } as const;
};

const { serviceName } = frontend.properties.backend.properties;

type MonitoringComponent =
  | "prometheus"
  | "alertmanager"
  | "kubeStateMetrics"
  | "nodeExporter"
  | "blackbox"
  | "grafana"
  | "loki"
  | "collector";

/** A component of the monitoring chart under its plain name: it has a namespace to itself. */
const plainly = (component: MonitoringComponent, name: string) =>
  ({
    type: "object",
    description: monitoring.properties[component].description,
    default: {},
    properties: { fullnameOverride: { ...fullnameOverride, default: name } },
  }) as const;

const charts = {
  backend: subchart("backend", backend, true, { fullnameOverride: { ...fullnameOverride, default: "backend" } }),
  edge: subchart("edge", edge, false, { fullnameOverride: { ...fullnameOverride, default: "xpeditis" } }),
  frontend: subchart("frontend", frontend, true, {
    fullnameOverride: { ...fullnameOverride, default: "frontend" },
    backend: { ...frontend.properties.backend, properties: { serviceName: { ...serviceName, default: "backend-svc" } } },
  }),
  issuers: subchart("issuers", issuers, false, {}),
  postgresql: subchart("postgresql", postgresql, false, { fullnameOverride: { ...fullnameOverride, default: "postgresql" } }),
  redis: subchart("redis", redis, true, { fullnameOverride: { ...fullnameOverride, default: "redis" } }),
  monitoring: subchart("monitoring", monitoring, false, {
    fullnameOverride: { ...fullnameOverride, default: "monitoring" },
    namespaceOverride: { ...monitoring.properties.namespaceOverride, default: "monitoring" },
    namespace: {
      ...monitoring.properties.namespace,
      properties: { create: { ...monitoring.properties.namespace.properties.create, default: true } },
    },
    prometheus: plainly("prometheus", "prometheus"),
    alertmanager: plainly("alertmanager", "alertmanager"),
    kubeStateMetrics: plainly("kubeStateMetrics", "kube-state-metrics"),
    nodeExporter: plainly("nodeExporter", "node-exporter"),
    blackbox: plainly("blackbox", "blackbox-exporter"),
    grafana: plainly("grafana", "grafana"),
    loki: plainly("loki", "loki"),
    collector: plainly("collector", "opentelemetry-collector"),
  }),
} as const;

/** The same part of every subchart. */
/** Names of the subcharts. */
export type Subcharts = keyof typeof charts;

const each = <P extends "shown" | "seen">(part: P): { readonly [K in keyof typeof charts]: (typeof charts)[K][P] } =>
  Object.fromEntries(Object.entries(charts).map(([name, parts]) => [name, parts[part]])) as never;

const description = "Xpeditis: backend, frontend and the way to them.";

/** The values that the umbrella's own files describe. A subchart's are in its own; here stands only what the umbrella changes. */
export const xpeditis = {
  type: "object",
  description,
  properties: { ...own, ...each("shown"), extraObjects },
} as const satisfies ObjectSchema;

/** The values that the umbrella's templates see: its own and those of its subcharts, with their defaults. */
export const allValues = {
  type: "object",
  description,
  properties: { ...own, ...each("seen"), extraObjects },
} as const satisfies ObjectSchema;
