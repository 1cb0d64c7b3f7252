import { load } from "js-yaml";
import { describe, expect, test } from "vitest";

import { renderChart } from "../../generator/chart/render.ts";
import { edge } from "../../generator/charts/edge/index.ts";
import type { HelmChartConfig } from "../../generator/kubernetes/helm-chart-config.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { installation, overlaid } from "../charts/releases.ts";

/** Majors of Traefik's chart that k3s 1.34 to 1.37 bring along; a patch of k3s may change the major. */
const supported = [37, 38, 39, 40, 41];

/**
 * Values of Traefik's chart, each with the first major of those looked at (34 is the oldest) that has it there, and the last if it moved.
 * `*` is a key of one's choice. k3s' copy has no schema: what is elsewhere in one of these versions is dropped without a word.
 * Sources: values.yaml and Changelog.md of traefik/traefik-helm-chart, 34.2.0 to 41.3.0.
 */
const known: Readonly<Record<string, readonly [since: number, until?: number]>> = {
  additionalArguments: [34],
  affinity: [34],
  "deployment.podAnnotations.*": [34],
  "deployment.replicas": [34],
  "deployment.terminationGracePeriodSeconds": [34],
  "metrics.prometheus.entryPoint": [34],
  "podDisruptionBudget.enabled": [34],
  "podDisruptionBudget.maxUnavailable": [34],
  "ports.*.exposedPort": [34],
  "ports.*.expose.default": [34],
  resources: [34],
  "service.annotations.*": [34],
  "service.spec.externalTrafficPolicy": [34],
  tolerations: [34],
  topologySpreadConstraints: [34],
  // Not written, for the reason that is beside them.
  "accessLog.enabled": [41],
  "logs.access.enabled": [34, 40],
  "ports.*.redirections.entryPoint.to": [34, 38],
  "ports.*.http.redirections.entryPoint.to": [39],
  "ports.*.tls.enabled": [34, 38],
  "service.type": [34, 39],
};

const settings: readonly (readonly [string, Values])[] = [
  ["Traefik ends TLS", {}],
  ["the load balancer does", { global: { tls: { mode: "loadBalancer" } }, loadBalancer: { certificates: { names: ["one"] } } }],
  ["Cloudflare does", { global: { tls: { mode: "cloudflare", acceptUnencryptedOrigin: true }, cloudflare: { enabled: true } } }],
  ["requests are asked for", { loadBalancer: { healthCheck: { protocol: "http", port: 0, http: { path: "/health" } } } }],
  [
    "a cluster of servers only",
    { loadBalancer: { nodeSelector: "" }, traefik: { affinity: { nodeAffinity: null }, tolerations: [{ operator: "Exists" }] } },
  ],
];

const valuesOf = (values: Values): Record<string, unknown> => {
  const { manifests } = renderChart(edge, overlaid({ global: { tls: { mode: "certManager" } } }, values), installation);
  const config = manifests.find(({ object }) => object.kind === "HelmChartConfig")?.object as unknown as HelmChartConfig;
  return load(config.spec.valuesContent ?? "") as Record<string, unknown>;
};

/** What Traefik's chart hands on as it is. */
const opaque = ["additionalArguments", "affinity", "resources", "tolerations", "topologySpreadConstraints"];

function pathsOf(value: unknown, path: readonly string[] = []): string[] {
  if (opaque.includes(path.join(".")) || typeof value !== "object" || value === null) return [path.join(".")];
  const chosen = ["ports", "service.annotations", "deployment.podAnnotations"].includes(path.join("."));
  return Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, chosen ? "*" : key]));
}

/** Majors that would drop a value. */
const without = (path: string): readonly number[] => {
  const [since, until = Infinity] = known[path] ?? [Infinity];
  return supported.filter((major) => major < since || major > until);
};

describe.each(settings)("values of Traefik's chart, if %s", (_, values) => {
  const paths = [...new Set(pathsOf(valuesOf(values)))];

  test.each(paths)("%s is where every major has it", (path) => {
    expect(without(path)).toEqual([]);
  });
});

test("a value that moved would be found", () => {
  expect(without("service.type")).toEqual([40, 41]);
  expect(without("ports.*.redirections.entryPoint.to")).toEqual([39, 40, 41]);
  expect(without("misspelt")).toEqual(supported);
});

test("a cluster of servers only has Traefik where the load balancer sends something", () => {
  const [, values] = settings.at(-1) ?? ["", {}];
  expect(valuesOf(values)).toMatchObject({ tolerations: [{ operator: "Exists" }] });
  expect(valuesOf(values)["affinity"] ?? {}).toEqual({});
  expect(valuesOf(values)["service"]).not.toHaveProperty(["annotations", "load-balancer.hetzner.cloud/node-selector"]);
  expect(valuesOf({})["service"]).toHaveProperty(["annotations", "load-balancer.hetzner.cloud/node-selector"]);
});
