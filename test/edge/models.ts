/** Load balancers, and values that mean one, over all that the model and the schema allow. */
import fc from "fast-check";

import { evaluateTemplate, merge, type Block, type Tpl } from "../../generator/dsl/index.ts";
import {
  frameAnnotations,
  healthCheckAnnotations,
  httpAnnotations,
  listenerAnnotations,
  type Annotations,
} from "../../generator/charts/edge/load-balancer/annotations.ts";
import type { LoadBalancer, Protocol } from "../../generator/charts/edge/load-balancer/model.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { edge } from "../../schemas/edge.ts";
import { valueOf } from "../charts/value-sets.ts";

const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) => fc.record(fields, { requiredKeys: [] });
const word = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/u);
const text = fc.string({ minLength: 1, maxLength: 30 });
const seconds = fc.integer({ min: 1, max: 1_000_000 });
const words = fc.array(word, { minLength: 1, maxLength: 4 });

const frame = fc.record({
  name: word,
  type: word,
  algorithm: fc.constantFrom("round_robin" as const, "least_connections" as const),
  publicNetwork: fc.boolean(),
  privateNetwork: optional({ ipv4: fc.ipV4(), subnetRange: fc.ipV4().map((address) => `${address}/24`) }),
  status: both(fc.record({ privateAddress: fc.boolean(), ipv6: fc.boolean() }), optional({ hostname: word })),
  targets: both(fc.record({ privateAddress: fc.boolean() }), optional({ nodeSelector: text })),
});
const place = fc.oneof(fc.record({ location: word }), fc.record({ networkZone: word }));

const certificate = fc.oneof(
  fc.record({ type: fc.constant("uploaded" as const), names: words }),
  both(fc.record({ type: fc.constant("managed" as const), domains: words }), optional({ name: word })),
);
const http = both(
  fc.record({ stickySessions: fc.boolean(), cookieName: word, cookieLifetimeSeconds: seconds }),
  optional({ idleTimeoutSeconds: seconds }),
);
const tls = fc.record({ certificate, redirectHttp: fc.boolean() });

const healthCheck = fc.oneof(
  both(fc.record({ protocol: fc.constant<Protocol>("tcp") }), timing()),
  both(
    fc.record({ protocol: fc.constantFrom<Protocol>("http", "https") }),
    timing(),
    fc
      .option(
        optional({ domain: word, path: text, tls: fc.boolean(), statusCodes: words }).filter((request) => Object.keys(request).length > 0),
      )
      .map((request) => (request === null ? {} : { http: request })),
  ),
);

const listener = fc.oneof(
  fc.record({ protocol: fc.constant("tcp" as const), proxyProtocol: fc.boolean(), healthCheck }),
  fc.record({ protocol: fc.constant("http" as const), proxyProtocol: fc.boolean(), http, healthCheck }),
  fc.record({
    protocol: fc.constant("https" as const),
    proxyProtocol: fc.boolean(),
    http: fc.tuple(http, tls).map(([settings, ending]) => ({ ...settings, tls: ending })),
    healthCheck,
  }),
);

/** Any load balancer that the controller can be asked for. */
export const anyLoadBalancer: fc.Arbitrary<LoadBalancer> = fc
  .record({ frame, place, listener, ports: fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { minLength: 1, maxLength: 5 }) })
  .map((drawn) => ({ ...drawn.frame, ...drawn.place, services: drawn.ports.map((port) => ({ port, ...drawn.listener })) }) as LoadBalancer);

/** The annotations that say what the load balancer is. */
export function annotationsOf({ services, ...rest }: LoadBalancer): Record<string, string> {
  const [first] = services;
  if (first === undefined) throw new Error("nothing listens");
  const parts = [frameAnnotations(rest), listenerAnnotations(first), healthCheckAnnotations(first.healthCheck)];
  if (first.http !== undefined) parts.push(httpAnnotations(first.http));
  const whole: Block<Tpl<Annotations>> = merge<Tpl<Annotations>>(...parts);
  const nothing = { Values: {}, Files: {}, Subcharts: {}, Capabilities: { kubeVersion: "1.36" } };
  const release = { Name: "release", Namespace: "default", Service: "Helm" } as const;
  const [evaluated] = evaluateTemplate([{ annotations: whole }], {
    ...nothing,
    Release: release,
    Chart: { Name: "", Version: "", AppVersion: "" },
  });
  return (evaluated as { annotations: Record<string, string> }).annotations;
}

type Free = Record<string, unknown> & {
  http?: Record<string, unknown>;
  certificates?: Record<string, unknown>;
  healthCheck?: Record<string, unknown>;
};

/** Values of the chart `edge` over all that its schema allows, freed of what its guards refuse. */
export const anyEdgeValues: fc.Arbitrary<Values> = fc
  .record({
    mode: fc.constantFrom("none", "secret", "certManager", "loadBalancer", "cloudflare"),
    environment: fc.constantFrom("local", "staging", "production"),
    location: fc.constantFrom("fsn1", "ash"),
    loadBalancer: valueOf(edge.properties.loadBalancer, ["loadBalancer"]) as fc.Arbitrary<Free>,
    certificates: fc.oneof(
      fc.record({ names: words }),
      both(
        fc.record({ managedDomains: fc.constantFrom(["example.com"], ["a.example.com", "*.example.com"]) }),
        optional({ managedName: word }),
      ),
    ),
  })
  .map(({ mode, environment, location, loadBalancer, certificates }) => ({
    global: {
      environment,
      tls: { mode, acceptUnencryptedOrigin: true },
      cloudflare: { enabled: mode === "cloudflare" },
      hetzner: { location },
    },
    loadBalancer: allowed(mode, loadBalancer, certificates),
    // On the nodes that the drawn selector means, whichever those are.
    traefik: { trustedProxies: ["192.0.2.0/24"], values: { nodeSelector: { pool: "edge" } } },
  }));

// ── internal ────────────────────────────────────────────────────────────────

function allowed(mode: string, loadBalancer: Free, certificates: Values): Values {
  const { http: sessions = {}, certificates: _dropped, healthCheck: check = {}, ...drawn } = loadBalancer;
  const { redirectHttp, ...read } = sessions;
  const readsHttp = mode === "loadBalancer" || mode === "cloudflare";
  const { intervalSeconds = 15, timeoutSeconds = 10, http: request, port, ...rest } = check;
  const [timeout, interval] = [Number(intervalSeconds), Number(timeoutSeconds)].toSorted((a, b) => a - b);
  const asked =
    check["protocol"] === "http"
      ? { http: request ?? {}, port: 0 }
      : { port: Number(port ?? 0) < 30000 || Number(port) > 32767 ? 0 : port };
  return {
    ...drawn,
    ...(drawn["networkZone"] ? { location: "" } : {}),
    ...(drawn["publicNetwork"] === false ? { privateNetwork: { ...(drawn["privateNetwork"] as object), targets: true } } : {}),
    ...(readsHttp ? { http: mode === "cloudflare" ? read : { ...read, ...(redirectHttp === undefined ? {} : { redirectHttp }) } } : {}),
    ...(mode === "loadBalancer" ? { certificates } : {}),
    healthCheck: { ...rest, ...asked, timeoutSeconds: timeout, intervalSeconds: Math.max(3, interval ?? 3) },
  };
}

function timing() {
  return optional({ port: fc.integer({ min: 1, max: 65535 }), intervalSeconds: seconds, timeoutSeconds: seconds, retries: seconds });
}

function both<A, B, C = unknown>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>, c?: fc.Arbitrary<C>): fc.Arbitrary<A & B & C> {
  return fc.tuple(a, b, c ?? fc.constant({} as C)).map(([one, two, three]) => ({ ...one, ...two, ...three }));
}
