import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";

import { startCluster, type Cluster } from "../cluster/harness/cluster.ts";
import { hasCondition } from "../cluster/harness/client.ts";
import { dnsObjects } from "./dns.ts";
import { coredns, web } from "./images/programs.ts";
import { startRegistry, type Registry } from "./images/registry.ts";

let registry: Registry;
let cluster: Cluster;

beforeAll(async () => {
  registry = await startRegistry();
  await registry.push([web, coredns]);
  cluster = await startCluster({
    nodes: [
      { kind: "real", name: "worker-1" },
      { kind: "real", name: "worker-2" },
    ],
    registryPort: registry.port,
  });
  await cluster.apply([...dnsObjects(), namespace]);
});
afterAll(async () => {
  await cluster?.stop();
  await registry?.[Symbol.asyncDispose]();
});

const namespace = {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name: "app", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
};

test("two nodes of this machine are Ready, each with a network of its own", async () => {
  const nodes = await cluster.list("nodes");
  expect(nodes.map((node) => [node.metadata.name, hasCondition(node, "Ready")])).toEqual([
    ["worker-1", true],
    ["worker-2", true],
  ]);
});

test("restricted pods on both nodes answer each other by name through a Service", async () => {
  onTestFailed(async () => console.error(await cluster.diagnose()));
  const start = performance.now();
  await cluster.apply([webDeployment(2), service]);
  await cluster.kubectl(["--namespace", "app", "rollout", "status", "deployment/web", "--timeout=90s"]);
  console.log(`two pods Ready ${((performance.now() - start) / 1000).toFixed(1)} s after their creation`);
  const pods = await cluster.list<Pod>("pods", "app");
  expect(new Set(pods.map(({ spec }) => spec.nodeName))).toEqual(new Set(["worker-1", "worker-2"]));
  await cluster.kubectl(["--namespace", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=60s"]);
  for (const { metadata } of pods) {
    const fetched = await cluster.kubectl([
      "--namespace",
      "app",
      "exec",
      metadata.name,
      "--",
      "wget",
      "-qO-",
      "http://web.app.svc.cluster.local",
    ]);
    expect(fetched).toBe("it works\n");
  }
});

interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName: string };
}

const labels = { app: "web" };

function webDeployment(replicas: number) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "app" },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 1,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "DoNotSchedule",
              labelSelector: { matchLabels: labels },
            },
          ],
          securityContext: { runAsNonRoot: true, runAsUser: 10_001, fsGroup: 10_001, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "web",
              image: "ghcr.io/test/web:1",
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
              resources: { limits: { memory: "32Mi", cpu: "200m" } },
              securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
              volumeMounts: [{ name: "scratch", mountPath: "/scratch" }],
            },
          ],
          volumes: [{ name: "scratch", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } }],
        },
      },
    },
  };
}

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "app" },
  spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
};
