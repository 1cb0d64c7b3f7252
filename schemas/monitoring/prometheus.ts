import { names, passList, patterns } from "../common.ts";
import { component, persistence } from "./component.ts";

const duration = (description: string, amount: string) =>
  ({ type: "string", description, pattern: "^[1-9][0-9]*(s|m|h|d)$", default: amount }) as const;

/** Programs that are not ours: where they run, if they do. */
const target = <const Enabled extends boolean, const Namespace extends string>(
  description: string,
  enabled: Enabled,
  namespace: Namespace,
) =>
  ({
    type: "object",
    description,
    default: {},
    properties: {
      enabled: { type: "boolean", description: "Scrape it.", default: enabled },
      namespace: { type: "string", description: "Namespace it runs in.", ...names.label, default: namespace },
    },
  }) as const;

export const prometheus = component(
  {
    title: "Prometheus",
    description: "Stores metrics, evaluates rules, sends alerts. Version 3.13 has long-term support until July 2027.",
    enabled: true,
    image: ["quay.io", "prometheus/prometheus", "v3.13.5"],
    cpu: "200m",
    memory: "512Mi",
    memoryLimit: "1Gi",
    disk: "2Gi",
    user: 65534,
  },
  {
    scrapeInterval: duration("Time between scrapes, and between evaluations of the rules. Grafana is told of it, too.", "30s"),
    retention: {
      type: "object",
      description: "How long samples are kept: whichever limit is met first.",
      default: {},
      properties: {
        time: duration("Age of the oldest samples.", "15d"),
        gigabytes: {
          type: "integer",
          description: "Size of the blocks in GiB. The write-ahead log and the newest two hours come on top: at most 80 % of the volume.",
          minimum: 1,
          maximum: 9000,
          default: 7,
        },
      },
    },
    persistence: persistence(true, "Where the samples are."),
    externalUrl: {
      type: "string",
      description: "URL that links in alerts lead to. Empty: the Service's name, which only opens inside the cluster.",
      pattern: "^(https?://[A-Za-z0-9._:/-]+)?$",
      default: "",
    },
    externalLabels: {
      type: "object",
      description: "Labels of every sample and alert that leaves this Prometheus, besides `cluster`.",
      additionalProperties: { type: "string", description: "The value.", ...names.labelValue },
      propertyNames: { pattern: "^[a-zA-Z_][a-zA-Z0-9_]*$" },
      default: {},
    },
    sampleLimit: {
      type: "integer",
      description:
        "Most samples that a pod of an application may expose. Beyond it, the scrape fails: one bad label must not fill the disk.",
      minimum: 100,
      maximum: 1000000,
      default: 20000,
    },
    remoteWrite: {
      type: "object",
      description: "Another place that all samples are sent to.",
      default: {},
      properties: {
        url: { type: "string", description: "Its URL. Empty: none.", pattern: "^(https?://[A-Za-z0-9._~:/?#@!&=%-]+)?$", default: "" },
        username: {
          type: "string",
          description: "User for basic authentication. Empty: the Secret's key is a bearer token.",
          pattern: "^[A-Za-z0-9._@+-]*$",
          default: "",
        },
        secretName: {
          type: "string",
          description: "Secret with the password or token. Empty: no authentication.",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "",
        },
        secretKey: { type: "string", description: "Key of the Secret.", ...names.secretKey, default: "password" },
        ports: {
          type: "array",
          description: "Its ports, for the network policy, if it is on the internet.",
          items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
          default: [443],
        },
        keep: {
          type: "string",
          description: "Names of the metrics that are sent, as an anchored regular expression. Empty: all.",
          pattern: "^[A-Za-z0-9_:.*+|()?\\[\\]-]*$",
          default: "",
        },
      },
    },
    keda: {
      type: "object",
      description: "KEDA's operator, whose memory trigger queries Prometheus.",
      default: {},
      properties: {
        enabled: {
          type: "boolean",
          description: "Admit and scrape it. Needed where an application's `autoscaling.engine` is `keda`.",
          default: false,
        },
        namespace: { type: "string", description: "Namespace it runs in.", ...names.label, default: "keda" },
      },
    },
    kubelet: {
      type: "object",
      description: "The kubelets, scraped on each node.",
      default: {},
      properties: {
        insecureSkipVerify: {
          type: "boolean",
          description: "Do not verify their certificates. k3s signs them with the cluster's CA, for the node's private address.",
          default: false,
        },
      },
    },
    traefik: {
      type: "object",
      description: "Traefik, whose place is known from `global.traefik`.",
      default: {},
      properties: { enabled: { type: "boolean", description: "Scrape it.", default: true } },
    },
    certManager: target("cert-manager.", true, "cert-manager"),
    coreDns: target("CoreDNS, the cluster's name resolution.", true, "kube-system"),
    hcloudCsi: target(
      "The controller of Hetzner's volume driver. It serves metrics only if its own chart is told so (`metrics.enabled`).",
      true,
      "kube-system",
    ),
    clusterAutoscaler: target("The cluster autoscaler.", true, "kube-system"),
    applications: {
      type: "object",
      description: "The backend, the frontend, Redis and PostgreSQL, in the release's namespace.",
      default: {},
      properties: {
        namespace: {
          type: "string",
          description: "Their namespace. Empty: the release's.",
          pattern: "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$",
          default: "",
        },
        backend: { type: "boolean", description: "The backend serves metrics (`backend.metrics.enabled`).", default: true },
        frontend: { type: "boolean", description: "The frontend serves metrics (`frontend.metrics.enabled`).", default: false },
        redis: { type: "boolean", description: "Redis runs in the cluster, with its exporter.", default: false },
        postgresql: {
          type: "boolean",
          description: "PostgreSQL runs in the cluster, by CloudNativePG, with a pooler in front.",
          default: false,
        },
        ports: {
          type: "array",
          description: "Ports of their metrics, for Prometheus' network policy.",
          items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
          default: [9464, 9121, 9187, 9127],
        },
      },
    },
    annotatedPods: {
      type: "object",
      description: 'Pods of yours in the namespace of the applications that carry `prometheus.io/scrape: "true"`.',
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Scrape them, at `prometheus.io/port` and `prometheus.io/path`.", default: false },
        ports: {
          type: "array",
          description: "Their ports, for Prometheus' network policy. Their own must admit Prometheus' namespace.",
          items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
          default: [],
        },
      },
    },
    objectives: {
      type: "object",
      description: "What visitors may expect: alerts fire when the error budget burns too fast.",
      default: {},
      properties: {
        availability: {
          type: "string",
          description: "Share of requests that must not fail.",
          pattern: "^0\\.[0-9]{1,5}$",
          default: "0.999",
        },
        fastShare: { type: "string", description: "Share of requests that must be fast.", pattern: "^0\\.[0-9]{1,5}$", default: "0.99" },
        fastSeconds: {
          type: "string",
          description: "Seconds that a fast request takes at most: a bound of Traefik's histogram, for between them nothing is known.",
          enum: ["0.1", "0.3", "1.2", "5.0"],
          default: "1.2",
        },
      },
    },
    runbooksUrl: {
      type: "string",
      description: "Address of the folder of runbooks that alerts lead to.",
      pattern: patterns.url,
      default: "https://github.com/xpeditis/xpeditis-charts/blob/main/docs/runbooks",
    },
    extraScrapeConfigs: passList("Further entries for `scrape_configs`, as Prometheus knows them."),
    extraRules: passList("Further rule groups, as Prometheus knows them."),
  },
);
