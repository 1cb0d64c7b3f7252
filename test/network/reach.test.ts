import { describe, expect, test } from "vitest";

import type { KubernetesObject, RenderedManifest } from "../../generator/check/manifest.ts";
import { connects, holdsAddress, type End } from "../../generator/check/lint/network-reach.ts";
import { indexRelease } from "../../generator/check/lint/release.ts";

const namespace = "shop";

const manifest = (object: KubernetesObject): RenderedManifest => ({ chart: "shop", template: "shop/templates/x.yaml", object });
const podOf = (name: string, more: Readonly<Record<string, unknown>> = {}): RenderedManifest =>
  manifest({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: { containers: [{ name, image: `${name}:1`, ports: [{ name: "http", containerPort: 8080 }] }], ...more },
  });
const policy = (name: string, spec: Readonly<Record<string, unknown>>): RenderedManifest =>
  manifest({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: { podSelector: { matchLabels: { app: name } }, ...spec },
  });

/** Whether `web` may connect to `store` on its port, and to an address, with these policies. */
function tried(policies: readonly RenderedManifest[], { host = false, port = 8080 } = {}) {
  const release = indexRelease([podOf("web", host ? { hostNetwork: true } : {}), podOf("store"), ...policies], { namespace });
  const end = (name: string): End => {
    const pod = release.pods.find(({ labels }) => labels["app"] === name);
    if (pod === undefined) throw new Error(`no pod ${name}`);
    return { pod, addresses: ["10.42.0.10"] };
  };
  return {
    store: connects(release, end("web"), end("store"), { port, protocol: "TCP" }),
    outside: connects(release, end("web"), { addresses: ["192.0.2.7"] }, { port, protocol: "TCP" }),
  };
}

const toStore = { to: [{ podSelector: { matchLabels: { app: "store" } } }] };
const fromWeb = { from: [{ podSelector: { matchLabels: { app: "web" } } }] };

describe("a connection is let through", () => {
  test("where no policy is about its ends", () => {
    expect(tried([])).toEqual({ store: true, outside: true });
    expect(tried([policy("other", { policyTypes: ["Ingress", "Egress"] })])).toEqual({ store: true, outside: true });
  });

  test("if both ends allow it", () => {
    const web = policy("web", { policyTypes: ["Egress"], egress: [toStore] });
    expect(tried([web])).toEqual({ store: true, outside: false });
    expect(tried([web, policy("store", { policyTypes: ["Ingress"] })]).store).toBe(false);
    expect(tried([web, policy("store", { policyTypes: ["Ingress"], ingress: [fromWeb] })]).store).toBe(true);
  });

  test("if one of several policies of an end allows it", () => {
    const closed = policy("web", { policyTypes: ["Egress"] });
    expect(tried([closed]).store).toBe(false);
    expect(tried([closed, policy("web", { policyTypes: ["Egress"], egress: [toStore] })]).store).toBe(true);
  });

  test("on the port that the listener calls by the rule's name, and on no other", () => {
    const store = policy("store", { policyTypes: ["Ingress"], ingress: [{ ...fromWeb, ports: [{ port: "http", protocol: "TCP" }] }] });
    expect(tried([store]).store).toBe(true);
    expect(tried([store], { port: 9090 }).store).toBe(false);
  });

  test("to a pod by its address, too", () => {
    const egress = (cidr: string) => [policy("web", { policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr } }] }] })];
    expect(tried(egress("10.0.0.0/8"))).toEqual({ store: true, outside: false });
    expect(tried(egress("192.0.2.0/24"))).toEqual({ store: false, outside: true });
  });

  test("from the node's own network, which no policy is about", () => {
    const web = policy("web", { policyTypes: ["Egress"] });
    expect(tried([web]).outside).toBe(false);
    expect(tried([web], { host: true }).outside).toBe(true);
  });
});

describe("a block of addresses", () => {
  test.each([
    ["10.0.0.0/8", [], "10.255.255.255", true],
    ["10.0.0.0/8", [], "11.0.0.0", false],
    ["0.0.0.0/0", ["169.254.0.0/16"], "169.254.169.254", false],
    ["0.0.0.0/0", ["169.254.0.0/16"], "169.253.255.255", true],
    ["0.0.0.0/0", [], "2001:db8::1", false],
    ["::/0", ["fc00::/7"], "2001:db8::1", true],
    ["::/0", ["fc00::/7"], "fd00::1", false],
    ["::/0", [], "192.0.2.7", false],
  ] as const)("%s without %j holds %s: %s", (cidr, except, address, expected) => {
    expect(holdsAddress({ cidr, except }, address)).toBe(expected);
  });
});
