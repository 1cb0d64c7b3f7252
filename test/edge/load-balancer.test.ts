import fc from "fast-check";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";

import type { Chart } from "../../generator/chart/chart.ts";
import { renderChart } from "../../generator/chart/render.ts";
import { edge } from "../../generator/charts/edge/index.ts";
import { loadBalancerOf } from "../../generator/charts/edge/load-balancer/meaning.ts";
import type { LoadBalancer } from "../../generator/charts/edge/load-balancer/model.ts";
import { annotationNames, annotationPrefix } from "../../generator/charts/edge/load-balancer/names.ts";
import { readLoadBalancer } from "../../generator/charts/edge/load-balancer/reader.ts";
import type { TraefikValues } from "../../generator/charts/edge/traefik-values.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import type { HelmChartConfig } from "../../generator/kubernetes/helm-chart-config.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { environments, installation, renderedByHelm, renderedInProcess, subchartFolder } from "../charts/releases.ts";
import { annotationsOf, anyEdgeValues, anyLoadBalancer } from "./models.ts";

const uid = "0f0e0d0c-0b0a-4908-8706-050403020100";

/** What the rendered HelmChartConfig tells Traefik's chart. */
function traefikValues(values: Values, chart: Chart = edge): TraefikValues {
  const { manifests } = renderChart(chart, values, installation);
  const config = manifests.find(({ object }) => object.kind === "HelmChartConfig")?.object as unknown as HelmChartConfig;
  return load(config.spec.valuesContent ?? "") as TraefikValues;
}

/** The load balancer that the controller makes of what is rendered. */
function made(values: Values, chart: Chart = edge): LoadBalancer {
  const { service, ports } = traefikValues(values, chart);
  const exposed = Object.values(ports).filter(({ expose }) => expose.default);
  return readLoadBalancer({
    uid,
    annotations: service.annotations as Record<string, string>,
    ports: exposed.map(({ exposedPort = 0 }) => ({ port: exposedPort })),
  });
}

const ended = (mode: string, more: Values = {}): Values => ({
  global: { environment: "production", tls: { mode, acceptUnencryptedOrigin: true }, cloudflare: { enabled: mode === "cloudflare" } },
  ...more,
});
const uploaded = { loadBalancer: { certificates: { names: ["xpeditis-2027"] } } };

describe("the model", () => {
  test("is what the controller reads back from the annotations, whatever it is", () => {
    fc.assert(
      fc.property(anyLoadBalancer, (model) => {
        const ports = model.services.map(({ port }) => ({ port }));
        expect(readLoadBalancer({ uid, annotations: annotationsOf(model), ports })).toEqual(model);
      }),
      { numRuns: 2000 },
    );
  });

  test("writes no annotation but those it may, and nothing but text", () => {
    const seen = new Set<string>();
    for (const model of fc.sample(anyLoadBalancer, { numRuns: 500, seed: 1 })) {
      for (const [name, value] of Object.entries(annotationsOf(model))) {
        expect(typeof value).toBe("string");
        seen.add(name);
      }
    }
    const usable = Object.entries(annotationNames).filter(([, use]) => use === "use");
    expect([...seen].toSorted()).toEqual(usable.map(([name]) => annotationPrefix + name).toSorted());
  });

  test("knows the 39 names of the controller", () => {
    const uses = Object.values(annotationNames);
    expect(uses.length).toBe(39);
    expect(uses.filter((use) => use === "use").length).toBe(33);
  });
});

describe("what the chart renders", () => {
  test("makes the load balancer that its values mean, whatever they are", () => {
    const modes = new Set<string>();
    fc.assert(
      fc.property(anyEdgeValues, (values) => {
        const meant = loadBalancerOf(values, installation);
        modes.add(meant.services[0]?.protocol ?? "");
        expect(made(values)).toEqual(meant);
      }),
      { numRuns: 400 },
    );
    expect([...modes].toSorted()).toEqual(["http", "https", "tcp"]);
  });

  test("is the same in helm", async () => {
    for (const values of fc.sample(anyEdgeValues, { numRuns: 8, seed: 7 })) {
      // oxlint-disable-next-line no-await-in-loop
      expect(renderedInProcess(values, edge)).toEqual(await renderedByHelm(4, values, subchartFolder("edge")));
    }
  });

  test.each(["production", "production-mvp", "staging"])("of %s passes TLS through to Traefik, and tells it who connects", (name) => {
    expect(made(environments.get(name) ?? {}, xpeditis)).toMatchObject({
      name: `xpeditis-${name === "staging" ? "staging" : "production"}`,
      type: "lb11",
      location: "fsn1",
      targets: { nodeSelector: "!node-role.kubernetes.io/control-plane", privateAddress: true },
      services: [80, 443].map((port) => ({ port, protocol: "tcp", proxyProtocol: true })),
    });
  });
});

describe("who ends TLS", () => {
  test.each(["secret", "certManager"])("Traefik (%s): connections pass through on both ports, and nothing of HTTP is said", (mode) => {
    const { services } = loadBalancerOf(ended(mode), installation);
    const healthCheck = { protocol: "tcp", port: 30085, intervalSeconds: 15, timeoutSeconds: 10, retries: 3 };
    expect(services).toEqual([80, 443].map((port) => ({ port, protocol: "tcp", proxyProtocol: true, healthCheck })));
    const { additionalArguments, service } = traefikValues(ended(mode));
    expect(additionalArguments).toContain("--entryPoints.web.http.redirections.entryPoint.to=:443");
    expect(Object.keys(service.annotations).filter((key) => /http-|certificate/.test(key))).toEqual([]);
  });

  test("the load balancer: on 443 alone, because it redirects from 80 itself, to Traefik's plain entry point", () => {
    const [only, ...others] = loadBalancerOf(ended("loadBalancer", uploaded), installation).services;
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      port: 443,
      protocol: "https",
      proxyProtocol: true,
      http: {
        stickySessions: true,
        cookieName: "HCLBSTICKY",
        tls: { redirectHttp: true, certificate: { type: "uploaded", names: ["xpeditis-2027"] } },
      },
      healthCheck: { protocol: "tcp" },
    });
    const { ports, additionalArguments } = traefikValues(ended("loadBalancer", uploaded));
    expect(ports).toEqual({ web: { expose: { default: true }, exposedPort: 443 }, websecure: { expose: { default: false } } });
    expect(additionalArguments.filter((argument) => argument.includes("redirections"))).toEqual([]);
  });

  test("Cloudflare: plain HTTP on 80", () => {
    const [only, ...others] = loadBalancerOf(ended("cloudflare"), installation).services;
    expect(others).toEqual([]);
    expect(only).toMatchObject({ port: 80, protocol: "http", proxyProtocol: true, http: { stickySessions: true } });
    expect(only?.http).not.toHaveProperty("tls");
    const { ports, additionalArguments } = traefikValues(ended("cloudflare"));
    expect(ports).toEqual({ web: { expose: { default: true }, exposedPort: 80 }, websecure: { expose: { default: false } } });
    expect(additionalArguments.filter((argument) => argument.includes("redirections"))).toEqual([]);
  });
});

test.each([
  [{}, "10.0.0.0/16"],
  [{ loadBalancer: { privateNetwork: { ipv4: "10.0.0.7" } } }, "10.0.0.7/32"],
  [
    { traefik: { trustedProxies: ["10.0.1.0/24", "10.0.2.0/24"] }, loadBalancer: { privateNetwork: { ipv4: "10.0.1.7" } } },
    "10.0.1.0/24,10.0.2.0/24",
  ],
])("PROXY protocol is believed of the load balancer, and of as few others as is known: %j", (more, ranges) => {
  const trusting = traefikValues(ended("certManager", more)).additionalArguments.filter((argument) => argument.includes("proxyProtocol"));
  expect(trusting).toEqual(["web", "websecure"].map((name) => `--entryPoints.${name}.proxyProtocol.trustedIPs=${ranges}`));
});

describe("changing values", () => {
  const before = loadBalancerOf(ended("certManager"), installation);

  test.each([
    ["the size", { loadBalancer: { type: "lb21" } }],
    ["the algorithm", { loadBalancer: { algorithm: "least_connections" } }],
    ["who ends TLS", { ...ended("loadBalancer", uploaded) }],
    ["the health check", { loadBalancer: { healthCheck: { intervalSeconds: 5, timeoutSeconds: 3 } } }],
  ])("of %s keeps the name that the controller finds it by, and its place", (_, more) => {
    const after = loadBalancerOf({ ...ended("certManager"), ...more }, installation);
    expect(after).not.toEqual(before);
    expect([after.name, after.location]).toEqual([before.name, before.location]);
  });

  test("two environments in one Hetzner project have two load balancers", () => {
    const staging = loadBalancerOf({ global: { environment: "staging" } }, installation);
    expect(staging.name).not.toBe(before.name);
  });

  test("no setting disappears that the controller would then leave as it was", () => {
    const names = (mode: string, more: Values = {}) => Object.keys(traefikValues(ended(mode, more)).service.annotations);
    const always = ["uses-proxyprotocol", "algorithm-type", "type", "protocol", "disable-public-network", "use-private-ip"];
    for (const annotations of [names("certManager"), names("loadBalancer", uploaded), names("cloudflare")])
      expect(annotations).toEqual(expect.arrayContaining(always.map((name) => annotationPrefix + name)));
  });
});
