import { describe, expect, test } from "vitest";

import { annotationPrefix } from "../../generator/charts/edge/load-balancer/names.ts";
import { parseBool, parseDuration, parseInteger, parseList } from "../../generator/charts/edge/load-balancer/parse.ts";
import { readLoadBalancer } from "../../generator/charts/edge/load-balancer/reader.ts";

const uid = "0f0e0d0c-0b0a-4908-8706-050403020100";

function read(annotations: Readonly<Record<string, string>>, ports = [{ port: 80 }]) {
  const prefixed = Object.fromEntries(Object.entries(annotations).map(([name, value]) => [annotationPrefix + name, value]));
  return readLoadBalancer({ uid, annotations: prefixed, ports });
}

const serviceOf = (annotations: Readonly<Record<string, string>>) => read(annotations).services[0];

describe("texts are read as Go reads them", () => {
  test.each([
    ["1", true],
    ["t", true],
    ["TRUE", true],
    ["0", false],
    ["F", false],
    ["False", false],
  ])("the boolean %s", (text, value) => expect(parseBool(text)).toBe(value));

  test.each(["yes", "on", "tRue", "", " true"])('no boolean: "%s"', (text) => expect(() => parseBool(text)).toThrow(/is no boolean/));

  test.each([
    ["15s", 15],
    ["1m30s", 90],
    ["1.5h", 5400],
    ["500ms", 0.5],
    ["0", 0],
    ["-3s", -3],
  ])("the duration %s", (text, value) => expect(parseDuration(text)).toBeCloseTo(value));

  test.each(["15", "15 s", "s", "", "1d"])('no duration: "%s"', (text) => expect(() => parseDuration(text)).toThrow(/is no duration/));

  test.each(["1.0", "0x1", "", "1 "])('no whole number: "%s"', (text) => expect(() => parseInteger(text)).toThrow(/is no whole number/));

  test("a blank after a comma is part of the name", () => expect(parseList("a, b")).toEqual(["a", " b"]));
});

test("nothing said is a load balancer of the API's defaults, named after the Service", () => {
  expect(read({})).toEqual({
    name: "a0f0e0d0c0b0a4908870605040302010",
    type: "lb11",
    algorithm: "round_robin",
    publicNetwork: true,
    privateNetwork: {},
    status: { privateAddress: true, ipv6: true },
    targets: { privateAddress: false },
    services: [{ port: 80, protocol: "tcp", proxyProtocol: false, healthCheck: { protocol: "tcp" } }],
  });
});

test("a location wins over a zone, and an empty one is none", () => {
  expect(read({ location: "fsn1", "network-zone": "eu-central" })).toMatchObject({ location: "fsn1" });
  expect(read({ location: "fsn1", "network-zone": "eu-central" })).not.toHaveProperty("networkZone");
  expect(read({ location: "", "network-zone": "eu-central" })).toMatchObject({ networkZone: "eu-central" });
});

test("words are taken in any case, but not the type of a certificate", () => {
  expect(serviceOf({ protocol: "HTTPS", "http-certificates": "a" })).toMatchObject({ protocol: "https" });
  expect(read({ "algorithm-type": "Least_Connections" }).algorithm).toBe("least_connections");
  const named = { protocol: "https", "http-certificates": "a", "http-managed-certificate-domains": "b.example.com" };
  expect(serviceOf({ ...named, "certificate-type": "Managed" })?.http?.tls?.certificate.type).toBe("uploaded");
  expect(serviceOf({ ...named, "certificate-type": "managed" })?.http?.tls?.certificate.type).toBe("managed");
});

describe("ignored is", () => {
  const http = { "http-sticky-sessions": "true", "http-redirect-http": "true", "http-certificates": "a" };

  test("what is said of HTTP to a load balancer that passes connections through", () => {
    expect(serviceOf({ protocol: "tcp", ...http })).not.toHaveProperty("http");
    expect(serviceOf({ protocol: "http", ...http })?.http).toMatchObject({ stickySessions: true });
    expect(serviceOf({ protocol: "http", ...http })?.http).not.toHaveProperty("tls");
  });

  test("what is said of the request, unless a check is asked for, and one by HTTP", () => {
    const request = { "health-check-http-path": "/ping", "http-status-codes": "200" };
    expect(serviceOf({ protocol: "http", ...request })?.healthCheck).toEqual({ protocol: "tcp" });
    expect(serviceOf({ ...request, "health-check-retries": "3" })?.healthCheck).toEqual({ protocol: "tcp", retries: 3 });
    expect(serviceOf({ protocol: "http", ...request, "health-check-retries": "3" })?.healthCheck).toEqual({
      protocol: "http",
      retries: 3,
      http: { path: "/ping", statusCodes: ["200"] },
    });
  });

  test("a name that the controller does not know", () => {
    expect(read({ algorithm: "least_connections", "use-proxy-protocol": "yes", "http-redirect-https": "x" })).toEqual(read({}));
  });

  test("a port that is not TCP", () => {
    const ports = [
      { port: 443, protocol: "TCP" },
      { port: 443, protocol: "UDP" },
    ];
    expect(readLoadBalancer({ uid, annotations: {}, ports }).services.length).toBe(1);
  });
});

test.each([
  [
    { "health-check-interval": "15" },
    'load-balancer.hetzner.cloud/health-check-interval: "15" is no duration: write a number with a unit, as 15s',
  ],
  [{ "uses-proxyprotocol": "on" }, 'load-balancer.hetzner.cloud/uses-proxyprotocol: "on" is no boolean: write "true" or "false"'],
  [{ protocol: "udp" }, 'load-balancer.hetzner.cloud/protocol: "udp" is none of tcp, http, https'],
  [{ protocol: "https", "certificate-type": "managed" }, "load-balancer.hetzner.cloud/http-managed-certificate-domains is missing"],
])("a bad value is refused by name: %j", (annotations, message) => {
  expect(() => read(annotations as Record<string, string>)).toThrow(message);
});
