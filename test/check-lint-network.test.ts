import { describe, expect, it } from "vitest";
import { lint } from "../generator/check/lint.ts";
import { networkFlowRules } from "../generator/check/lint/network-flows.ts";
import { networkPolicyRules } from "../generator/check/lint/network-policies.ts";
import type { KubernetesObject } from "../generator/check/manifest.ts";
import { namespace, object, selector } from "./fixtures/good-parts.ts";
import { goodRelease, withField, withItem, withObject, without, withoutField } from "./fixtures/good-release.ts";
import { findings, testFaults } from "./fixtures/lint-case.ts";

const backend = "NetworkPolicy/backend";
const redis = "NetworkPolicy/redis";
const podLabels = "spec.template.metadata.labels";

function policy(name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  return object("networking.k8s.io/v1", "NetworkPolicy", name, { spec });
}

describe("network policies", () => {
  // Both directions of the pods that only the default policy selects. polaris takes the backup's for covered, because
  // the backend's policy happens to share one label with it.
  const uncovered = [
    `DaemonSet/collector ${podLabels}`,
    `DaemonSet/collector ${podLabels}`,
    "CronJob/redis-backup spec.jobTemplate.spec.template.metadata.labels",
    "CronJob/redis-backup spec.jobTemplate.spec.template.metadata.labels",
  ].map((place) => `${place} [pod-networkpolicy]`);
  testFaults(networkPolicyRules, [
    [
      // The collector has no policy of its own; the default denies only what it says.
      "pod-networkpolicy",
      withField("NetworkPolicy/default-deny", "spec.policyTypes", ["Egress"]),
      `DaemonSet/collector ${podLabels}`,
      `DaemonSet/collector ${podLabels} [missing-network-policy]`,
      "CronJob/redis-backup spec.jobTemplate.spec.template.metadata.labels",
    ],
    [
      "pod-networkpolicy",
      withoutField("NetworkPolicy/default-deny", "metadata.namespace"),
      "NetworkPolicy/default-deny spec.podSelector [networkpolicy-targets-pod]",
      `DaemonSet/collector ${podLabels} [missing-network-policy]`,
      ...uncovered,
    ],
    ["missing-network-policy", without("NetworkPolicy/default-deny"), `DaemonSet/collector ${podLabels}`, ...uncovered],
    [
      "networkpolicy-targets-pod",
      withObject(policy("none", { podSelector: { matchLabels: selector("worker") } })),
      "NetworkPolicy/none spec.podSelector",
    ],
    [
      "dangling-networkpolicypeer-podselector",
      withItem(backend, "spec.ingress[0].from", { podSelector: { matchLabels: selector("frontend") } }),
      `${backend} spec.ingress[0].from[2].podSelector`,
    ],
    [
      "dangling-networkpolicypeer-podselector",
      withItem(backend, "spec.ingress[0].from", {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
        podSelector: { matchLabels: selector("frontend") },
      }),
      `${backend} spec.ingress[0].from[2].podSelector`,
    ],
    [
      // The port of the Service; policies are enforced behind it.
      "networkpolicy-port",
      withItem(backend, "spec.ingress[0].ports", { port: 80, protocol: "TCP" }),
      `${backend} spec.ingress[0].ports[1].port`,
    ],
    [
      "networkpolicy-port",
      withItem(backend, "spec.egress[0].ports", { port: 6380, protocol: "TCP" }),
      `${backend} spec.egress[0].ports[1].port`,
    ],
    [
      "networkpolicy-port",
      withItem("NetworkPolicy/xpeditis-test", "spec.egress[0].ports", { port: "web", protocol: "TCP" }),
      "NetworkPolicy/xpeditis-test spec.egress[0].ports[1].port",
    ],
  ]);

  it("leaves peers in other namespaces to those who run them", () => {
    const peer = {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
      podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
    };
    expect(findings(withItem(backend, "spec.ingress[0].from", peer))).toEqual([]);
  });

  it("knows the pods of operators by the operators' labels", () => {
    const solver = policy("acme", {
      podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
      ingress: [{ ports: [{ port: 8089, protocol: "TCP" }] }],
    });
    expect(findings(withObject(solver))).toEqual([]);
    const database = policy("db", { podSelector: { matchLabels: { "cnpg.io/cluster": "db" } }, ingress: [] });
    expect(findings(withObject(database))).toEqual(["NetworkPolicy/db spec.podSelector [networkpolicy-targets-pod]"]);
    const cluster = object("postgresql.cnpg.io/v1", "Cluster", "db", { spec: { instances: 2 } });
    const template = "charts/postgresql/templates/x.yaml";
    expect(findings([...withObject(database), { chart: "postgresql", template, object: cluster }])).toEqual([]);
  });
});

describe("network flows", () => {
  testFaults(networkFlowRules, [
    ["one-sided-flow", withField(redis, "spec.ingress", []), `${backend} spec.egress[0].to[0]`],
    [
      "one-sided-flow",
      withField(redis, "spec.ingress[0].ports[0].port", 6380),
      `${backend} spec.egress[0].to[0]`,
      `${redis} spec.ingress[0].ports[0].port [networkpolicy-port]`,
    ],
    ["one-sided-flow", withoutField(backend, "spec.egress[0]"), `${redis} spec.ingress[0].from[0]`],
    ["one-sided-flow", withoutField(backend, "spec.ingress[0].from[1]"), "NetworkPolicy/xpeditis-test spec.egress[0].to[0]"],
  ]);

  it("takes a rule without ports for one that any port meets", () => {
    expect(findings(withoutField(backend, "spec.egress[0].ports"))).toEqual([]);
    expect(findings(withoutField(redis, "spec.ingress[0].ports"))).toEqual([]);
  });

  it("takes a rule without peers for one that everybody meets", () => {
    expect(findings(withoutField(redis, "spec.ingress[0].from"))).toEqual([]);
  });

  it("asks nothing of a pod that no policy restricts", () => {
    const open = goodRelease()
      .filter(({ object: { metadata } }) => metadata.name !== "default-deny")
      .filter(({ template }) => template !== "charts/redis/templates/networkpolicy.yaml");
    expect(findings(open).filter((line) => line.includes("one-sided-flow"))).toEqual([]);
  });

  it("says in words who cannot reach whom", () => {
    expect(lint(withField(redis, "spec.ingress", []), { namespace })[0]?.message).toBe(
      "lets Deployment/backend reach StatefulSet/redis on port 6379, but no ingress rule of StatefulSet/redis allows it; add one from Deployment/backend [one-sided-flow]",
    );
  });
});
