import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { startCluster, type Cluster } from "./harness/cluster.ts";
import type { KubeObject } from "./harness/client.ts";
import { startMetricsApi, type MetricsApi } from "./harness/metrics.ts";
import { worker } from "./harness/nodes.ts";

/**
 * The owner's autoscaling rule, decided by the real controller on metrics that this test sets: CPU above 70 % up,
 * below 30 % for a while down, memory above 80 % up, 2 to 15 pods. Memory is an external metric that is 0 while fine.
 */
const namespace = "default";
const name = "backend";
const memory = "memory-above-80";

interface Scaled extends KubeObject {
  readonly spec: { readonly replicas: number };
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
      spec: {
        containers: [{ name, image: "example.test/backend:1", resources: { requests: { cpu: "250m" } } }],
      },
    },
  },
};

const tolerances = { up: "0", down: "580m" };

const autoscaler = (windowSeconds: number, { up, down } = tolerances) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name, namespace },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: 2,
    maxReplicas: 15,
    metrics: [
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      { type: "External", external: { metric: { name: memory }, target: { type: "Value", value: "80" } } },
    ],
    behavior: {
      scaleUp: { tolerance: up },
      scaleDown: { tolerance: down, stabilizationWindowSeconds: windowSeconds },
    },
  },
});

let cluster: Cluster;
let metrics: MetricsApi;

beforeAll(async () => {
  cluster = await startCluster({ nodes: [{ kind: "fake", name: "worker-1", shape: worker }] });
  metrics = await startMetricsApi(cluster);
  metrics.setCpu(50);
  metrics.setExternal(memory, 0);
  await cluster.apply([deployment]);
});
afterAll(async () => {
  await metrics?.stop();
  await cluster?.stop();
});

beforeEach(async () => {
  onTestFailed(async () => console.error(await cluster.kubectl(["describe", "hpa", name]), await cluster.diagnose()));
  metrics.setCpu(50);
  metrics.setExternal(memory, 0);
  // The owner's window is 300 s, which no test waits for.
  await cluster.apply([autoscaler(0)]);
  await cluster.kubectl(["scale", "deployment", name, "--replicas=4"]);
  await cluster.waitFor("four pods, and an autoscaler that agrees", async () => {
    const pods = await cluster.list("pods", namespace, "app=backend");
    return pods.length === 4 && (await desired()) === 4 ? true : undefined;
  });
  await metrics.decisions();
});

async function replicas(): Promise<number | undefined> {
  return (await cluster.get<Scaled>("deployment", name, namespace))?.spec.replicas;
}

async function desired(): Promise<number | undefined> {
  const found = await cluster.get<KubeObject & { status: { desiredReplicas?: number } }>("hpa", name, namespace);
  return found?.status.desiredReplicas;
}

/** The number of pods that the autoscaler asks for, as soon as it is another than `from`. */
async function nextSize(from: number): Promise<number> {
  return cluster.waitFor(`the autoscaler leaves ${from}`, async () => {
    const size = await desired();
    return size === from ? undefined : size;
  });
}

describe("CPU alone", () => {
  test("70 % holds", async () => {
    metrics.setCpu(70);
    await metrics.decisions();
    expect(await replicas()).toBe(4);
  });

  test("71 % scales up, by the least that brings it to 70 %", async () => {
    metrics.setCpu(71, 4);
    expect(await nextSize(4)).toBe(5);
    await metrics.decisions();
    expect(await replicas()).toBe(5);
  });

  test("30 % holds", async () => {
    metrics.setCpu(30);
    await metrics.decisions();
    expect(await replicas()).toBe(4);
  });

  test("29 % scales down to what 70 % needs", async () => {
    metrics.setCpu(29);
    expect(await nextSize(4)).toBe(2);
  });

  test("29 % for less than the owner's window of 300 s holds", async () => {
    await cluster.apply([autoscaler(300)]);
    await metrics.decisions();
    metrics.setCpu(29);
    await metrics.decisions();
    expect(await replicas()).toBe(4);
  });

  test("no load at all leaves 2 pods", async () => {
    metrics.setCpu(0);
    expect(await nextSize(4)).toBe(2);
    await metrics.decisions();
    expect(await replicas()).toBe(2);
  });

  test("any load is served by at most 15 pods", async () => {
    metrics.setCpu(400);
    await cluster.waitFor("15 pods", async () => ((await replicas()) === 15 ? true : undefined), 60);
    await metrics.decisions();
    expect(await replicas()).toBe(15);
  });
});

describe("with memory", () => {
  test("80 holds, and no idle CPU scales down below it", async () => {
    metrics.setExternal(memory, 80);
    metrics.setCpu(29);
    await metrics.decisions();
    expect(await replicas()).toBe(4);
  });

  test("81 scales up, whatever the CPU does", async () => {
    metrics.setExternal(memory, 81);
    metrics.setCpu(29);
    expect(await nextSize(4)).toBeGreaterThan(4);
  });

  test("memory that was high does not block a later scale-down", async () => {
    metrics.setExternal(memory, 81);
    const size = await nextSize(4);
    metrics.setExternal(memory, 0);
    metrics.setCpu(29);
    expect(await nextSize(size)).toBeLessThan(size);
  });
});

describe("why these tolerances", () => {
  test("the default of 10 % for going up would still hold at 77 %", async () => {
    await cluster.apply([autoscaler(0, { ...tolerances, up: "100m" })]);
    await metrics.decisions();
    metrics.setCpu(77);
    await metrics.decisions();
    expect(await replicas()).toBe(4);
  });

  test("571m, which is 40/70 rounded down, would go down at 30 % already", async () => {
    await cluster.apply([autoscaler(0, { ...tolerances, down: "571m" })]);
    metrics.setCpu(30);
    expect(await nextSize(4)).toBe(2);
  });
});
