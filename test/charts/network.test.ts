import { expect, test } from "vitest";

import type { Values } from "../../generator/values/defaults.ts";
import { matrixOf } from "../network/matrix.ts";
import { connectionOf, rowsOf } from "../network/rows.ts";
import { environments, find, manifestsOf, ofKind } from "./releases.ts";

test("a port that changes changes everywhere", () => {
  const values = {
    backend: { port: 8080, metrics: { port: 9999 } },
    frontend: { port: 8081, backend: { port: 8080 }, metrics: { enabled: true, port: 9998 } },
  };
  const open = flows(values);
  expect(open.filter((flow) => !/DNS|internet|redis/.test(flow))).toEqual([
    "Traefik → backend: 8080",
    "Traefik → frontend: 8081",
    "another Prometheus → backend: 9999",
    "another Prometheus → frontend: 9998",
    "backend test → backend: 8080",
    "frontend test → frontend: 8081",
    "frontend → backend: 8080",
  ]);
  const manifests = manifestsOf(values);
  const container = (app: string) =>
    find(manifests, "Deployment", app).spec?.template.spec?.containers[0]?.ports?.map(({ containerPort }) => containerPort);
  const service = (name: string) => find(manifests, "Service", name).spec?.ports?.map(({ port }) => port);
  expect([container("backend"), service("backend-svc"), service("backend-realtime")]).toEqual([[8080, 9999], [8080, 9999], [8080]]);
  expect([container("frontend"), service("frontend-svc")]).toEqual([
    [8081, 9998],
    [8081, 9998],
  ]);
  expect(find(manifests, "ConfigMap", "frontend-config").data).toMatchObject({ PORT: "8081", API_INTERNAL_URL: "http://backend-svc:8080" });
  expect(find(manifests, "ConfigMap", "backend-config").data).toMatchObject({ PORT: "8080", METRICS_PORT: "9999" });
});

test("no internet for the frontend by default, only the asked ports if there are any", () => {
  const outwards = (values: Values) => flows(values).filter((flow) => /^frontend → (the internet|nodes|other|link)/.test(flow));
  expect(outwards({})).toEqual([]);
  expect(outwards({ frontend: { networkPolicy: { internetPorts: [443] } } })).toEqual(["frontend → the internet: 443"]);
});

test("Prometheus scrapes each pod once: one Service alone has the metrics' port", () => {
  const manifests = manifestsOf({ backend: { metrics: { monitor: { enabled: true, labels: { release: "p" } } } } });
  const { metadata, spec } = find(manifests, "ServiceMonitor", "backend");
  expect(metadata?.labels).toMatchObject({ release: "p" });
  const selected = ofKind(manifests, "Service").filter(({ metadata: { labels = {} } = {} }) =>
    Object.entries(spec.selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value),
  );
  const scraped = selected.filter(({ spec: { ports = [] } = {} }) => ports.some(({ name }) => name === spec.endpoints[0]?.port));
  expect(scraped.map((service) => service.metadata?.name)).toEqual(["backend-svc"]);
});

/** All connections that the policies of a render let through. */
function flows(values: Values = {}): string[] {
  return rowsOf(matrixOf(values)).map((row) => `${connectionOf(row)}: ${row.ports.join(" ")}`);
}

test.each([...environments.keys()])("nobody is let out to every address: %s", (name) => {
  const rules = ofKind(manifestsOf(environments.get(name) ?? {}), "NetworkPolicy").flatMap(({ spec }) => spec?.egress ?? []);
  const blocks = rules.flatMap(({ to }) => to ?? []).flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock]));
  expect(blocks.filter(({ cidr, except }) => cidr.endsWith("/0") && except === undefined)).toEqual([]);
  expect(rules.filter(({ to }) => to === undefined || to.length === 0)).toEqual([]);
});
