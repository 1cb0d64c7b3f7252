import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";
import { startCluster, type Cluster } from "./harness/cluster.ts";
import type { KubeObject } from "./harness/client.ts";
import { startKeda } from "./harness/keda.ts";
import { startMetricsApi, type MetricsApi } from "./harness/metrics.ts";
import { worker } from "./harness/nodes.ts";

/** The owner's autoscaling rule through KEDA: the real operator makes the autoscaler from a ScaledObject. */
const namespace = "default";
const name = "backend";
const autoscalerName = "backend-hpa";

interface Autoscaler extends KubeObject {
  readonly spec: object;
  readonly status?: KubeObject["status"] & { readonly desiredReplicas?: number };
}

const labels = { app: name };

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name, image: "example.test/backend:1", resources: { requests: { cpu: "250m" } } }] },
    },
  },
};

const behavior = {
  scaleUp: { tolerance: "0" },
  scaleDown: { tolerance: "580m", stabilizationWindowSeconds: 0 },
};

const scaledObject = {
  apiVersion: "keda.sh/v1alpha1",
  kind: "ScaledObject",
  metadata: { name, namespace, annotations: { "scaledobject.keda.sh/transfer-hpa-ownership": "true" } },
  spec: {
    scaleTargetRef: { name },
    minReplicaCount: 2,
    maxReplicaCount: 15,
    advanced: { horizontalPodAutoscalerConfig: { name: autoscalerName, behavior } },
    triggers: [
      { type: "cpu", metricType: "Utilization", metadata: { value: "70" } },
      {
        type: "prometheus",
        metricType: "Value",
        metadata: { serverAddress: "http://127.0.0.1:9", query: "memory", threshold: "80" },
      },
    ],
  },
};

let cluster: Cluster;
let metrics: MetricsApi;

beforeAll(async () => {
  cluster = await startCluster({ nodes: [{ kind: "fake", name: "worker-1", shape: worker }] });
  await startKeda(cluster);
  metrics = await startMetricsApi(cluster);
  metrics.setCpu(50);
  await cluster.apply([deployment]);
});
afterAll(async () => {
  await metrics?.stop();
  await cluster?.stop();
});

function autoscaler(): Promise<Autoscaler | undefined> {
  return cluster.get<Autoscaler>("hpa", autoscalerName, namespace);
}

/** Whether the autoscaler is the one that KEDA made of the ScaledObject. */
function isKedas(found: Autoscaler | undefined): boolean {
  return found?.metadata.labels?.["app.kubernetes.io/managed-by"] === "keda-operator";
}

test("a ScaledObject takes the place of an autoscaler of the same name, also when that one is deleted then", async () => {
  onTestFailed(async () => console.error(await cluster.diagnose()));
  await cluster.apply([
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: autoscalerName, namespace },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
        minReplicas: 2,
        maxReplicas: 15,
        behavior,
      },
    },
  ]);
  await cluster.apply([scaledObject]);
  await cluster.waitFor("KEDA has taken the autoscaler over", async () => (isKedas(await autoscaler()) ? true : undefined));
  // What Helm does with the old one at the end of the upgrade.
  const before = (await autoscaler())?.metadata.uid;
  await cluster.kubectl(["delete", "hpa", autoscalerName, "--namespace", namespace]);
  const after = await cluster.waitFor("KEDA has made the autoscaler again", autoscaler);
  expect(after.metadata.uid).not.toBe(before);
  expect(isKedas(after)).toBe(true);
});

test("KEDA's autoscaler has the owner's name, metrics and behaviour", async () => {
  expect((await autoscaler())?.spec).toEqual({
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: 2,
    maxReplicas: 15,
    metrics: expect.arrayContaining([
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      {
        type: "External",
        external: {
          metric: {
            name: "s1-prometheus",
            selector: { matchLabels: { "scaledobject.keda.sh/name": name } },
          },
          target: { type: "Value", value: "80" },
        },
      },
    ]) as object[],
    behavior: {
      scaleUp: expect.objectContaining(behavior.scaleUp) as object,
      scaleDown: expect.objectContaining(behavior.scaleDown) as object,
    },
  });
});

test("memory above 80 scales up through it, and 80 does not", async () => {
  onTestFailed(async () => console.error(await cluster.kubectl(["describe", "hpa"]), await cluster.diagnose()));
  const desired = async () => (await autoscaler())?.status?.desiredReplicas;
  metrics.setExternal("s1-prometheus", 80);
  await cluster.waitFor("two pods", async () => ((await desired()) === 2 ? true : undefined));
  await metrics.decisions();
  expect(await desired()).toBe(2);
  metrics.setExternal("s1-prometheus", 81);
  await cluster.waitFor("more than two pods", async () => (((await desired()) ?? 0) > 2 ? true : undefined));
});
