import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { startChartCluster, type ChartCluster } from "./chart/chart-cluster.ts";
import { autoscaling, environments, impatient, overlaid, type Environment } from "./chart/environments.ts";
import type { Release } from "./chart/release.ts";
import { scalings, type Scaling, type Workload } from "./chart/workloads.ts";
import type { Edit } from "./chart/packages.ts";
import type { KubeObject } from "./harness/client.ts";
import { startMetricsApi, type MetricsApi } from "./harness/metrics.ts";
import { worker } from "./harness/nodes.ts";

/** The owner's rule, as the charts write it, decided by the real controllers on metrics that the tests set. */
let site: ChartCluster;
let metrics: MetricsApi;
/** KEDA's name of the metric of its second trigger. */
const memory = "s1-prometheus";
/** At once and without limit, where the owner waits five minutes and takes half of the pods: no test waits that long. */
const hasty = { cpu: { scaleDownAfterSeconds: 0 }, removePercentPerMinute: 100 };

interface Autoscaler extends KubeObject {
  readonly spec: { readonly scaleTargetRef: { readonly name: string }; readonly minReplicas: number; readonly maxReplicas: number };
  readonly status?: KubeObject["status"] & { readonly desiredReplicas?: number };
}

beforeAll(async () => {
  const nodes = ["worker-1", "worker-2", "worker-3"].map((name) => ({ kind: "fake", name, shape: worker }) as const);
  site = await startChartCluster({ nodes });
  metrics = await startMetricsApi(site.cluster);
});
afterAll(async () => {
  await metrics?.stop();
  await site?.[Symbol.asyncDispose]();
});

const autoscaled = environments.filter(({ name }) => name.startsWith("production"));

/** The sizes of the scaled workloads, by name. */
async function sizes(release: Release, scaled: readonly Scaling[]): Promise<Record<string, number | undefined>> {
  const found = await site.cluster.list<Workload>("deployments", release.namespace);
  const size = (name: string) => found.find(({ metadata }) => metadata.name === name)?.spec.replicas;
  return Object.fromEntries(scaled.map(({ workload }) => [workload, size(workload)]));
}

/** Sets loads under which nothing happens, and as many pods as `size` says. */
async function rest(release: Release, scaled: readonly Scaling[], size: (scaling: Scaling) => number): Promise<void> {
  metrics.setCpu(50);
  metrics.setExternal(memory, 0);
  const wanted = Object.fromEntries(scaled.map((scaling) => [scaling.workload, size(scaling)]));
  for (const [name, replicas] of Object.entries(wanted)) {
    await site.cluster.kubectl(["scale", "deployment", name, "--namespace", release.namespace, `--replicas=${replicas}`]);
  }
  await site.cluster.waitFor(
    "the autoscalers agree",
    async () => {
      const autoscalers = await site.cluster.list<Autoscaler>("hpa", release.namespace);
      const agreed = autoscalers.every(({ spec, status }) => status?.desiredReplicas === wanted[spec.scaleTargetRef.name]);
      return agreed && autoscalers.length === scaled.length ? true : undefined;
    },
    60,
  );
  await metrics.decisions();
}

/** Waits until every workload has the size that `isRight` accepts. */
function until(what: string, release: Release, scaled: readonly Scaling[], isRight: (size: number, scaling: Scaling) => boolean) {
  return site.cluster.waitFor(
    what,
    async () => {
      const now = await sizes(release, scaled);
      return scaled.every((scaling) => isRight(now[scaling.workload] ?? -1, scaling)) ? now : undefined;
    },
    60,
  );
}

describe.each(autoscaled)("$name", (each) => {
  let release: Release;
  let scaled: Scaling[];
  const middle = ({ min }: Scaling) => min + 2;
  const atRest = () => Object.fromEntries(scaled.map((scaling) => [scaling.workload, middle(scaling)]));

  beforeAll(async () => {
    metrics.setCpu(50);
    metrics.setExternal(memory, 0);
    release = await site.release(overlaid(each, impatient, autoscaling(hasty)));
    await release.install(await site.pack());
    scaled = scalings(await release.objects());
  });
  afterAll(() => release?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    onTestFailed(async () => console.error(await site.cluster.kubectl(["describe", "hpa", "--namespace", release.namespace])));
    await rest(release, scaled, middle);
  });

  test("7 the owner's names and numbers: backend-hpa 2 to 15, frontend-hpa 1 to 8", async () => {
    const found = await site.cluster.list<Autoscaler>("hpa", release.namespace);
    expect(found.map(({ metadata, spec }) => [metadata.name, spec.minReplicas, spec.maxReplicas])).toEqual([
      ["backend-hpa", 2, 15],
      ["frontend-hpa", 1, 8],
    ]);
  });

  test.each([30, 70])("7 CPU at %i % holds", async (percent) => {
    metrics.setCpu(percent);
    await metrics.decisions();
    expect(await sizes(release, scaled)).toEqual(atRest());
  });

  test("7 CPU at 71 % scales up, and never above the maximum", async () => {
    metrics.setCpu(71);
    await until("more pods", release, scaled, (size, scaling) => size > middle(scaling));
    metrics.setCpu(400);
    await until("the maximum", release, scaled, (size, { max }) => size === max);
    await metrics.decisions();
    expect(await sizes(release, scaled)).toEqual(Object.fromEntries(scaled.map(({ workload, max }) => [workload, max])));
  });

  test("7 CPU at 29 % scales down, and never below the minimum", async () => {
    metrics.setCpu(29);
    await until("fewer pods", release, scaled, (size, scaling) => size < middle(scaling));
    metrics.setCpu(0);
    await until("the minimum", release, scaled, (size, { min }) => size === min);
    await metrics.decisions();
    expect(await sizes(release, scaled)).toEqual(Object.fromEntries(scaled.map(({ workload, min }) => [workload, min])));
  });

  test.runIf(JSON.stringify(each.values).includes('"memory":{"mode":"external"}'))(
    "7 memory above 80 % scales up, and does not block a later scale-down",
    async () => {
      metrics.setExternal(memory, 80);
      await metrics.decisions();
      expect(await sizes(release, scaled)).toEqual(atRest());
      metrics.setExternal(memory, 81);
      await until("more pods", release, scaled, (size, scaling) => size > middle(scaling));
      metrics.setExternal(memory, 0);
      metrics.setCpu(29);
      await until("fewer pods", release, scaled, (size, scaling) => size < middle(scaling));
    },
  );
});

const plain = environments.find(({ name }) => name === "production-mvp") as Environment;
const engines = {
  hpa: { engine: "hpa", memory: { mode: "off" } },
  keda: { engine: "keda", memory: { mode: "external" } },
};

describe.each([
  { from: "hpa", to: "keda", major: 4 },
  { from: "hpa", to: "keda", major: 3 },
  { from: "keda", to: "hpa", major: 4 },
  { from: "keda", to: "hpa", major: 3 },
] as const)("engine $from → $to with Helm $major", ({ from, to, major }) => {
  test("7 every Deployment keeps an autoscaler and its pods", async () => {
    onTestFailed(async () => console.error(await site.cluster.diagnose()));
    metrics.setCpu(50);
    metrics.setExternal(memory, 0);
    await using release = await site.release(overlaid(plain, impatient, autoscaling(hasty), autoscaling(engines[from])), { major });
    await release.install(await site.pack());
    const scaled = scalings(await release.objects());
    await rest(release, scaled, ({ min }) => min + 2);
    let done = false;
    const fewest = watchFewest(release, scaled, () => done);
    const values = overlaid(release.environment, autoscaling(engines[to])).values;
    // As docs/autoscaling.md says: else Kubernetes deletes KEDA's autoscalers, which belong to the ScaledObjects, after the upgrade.
    if (from === "keda") {
      await site.cluster.kubectl(["delete", "scaledobjects", "--all", "--namespace", release.namespace, "--cascade=orphan"]);
    }
    await release.upgrade(await site.pack(), from === "keda" && major === 4 ? ["--force-conflicts"] : [], values);
    // Long enough for the garbage collector to take what belongs to an object that is gone.
    await metrics.decisions();
    await sleep(3000);
    await metrics.decisions();
    done = true;
    expect(await fewest).toEqual(Object.fromEntries(scaled.map(({ workload, min }) => [workload, min + 2])));
    const left = await site.cluster.list<Autoscaler>("hpa", release.namespace);
    expect(left.map(({ spec }) => spec.scaleTargetRef.name).toSorted()).toEqual(scaled.map(({ workload }) => workload).toSorted());
    metrics.setCpu(90);
    await until("more pods: the autoscalers work", release, scaled, (size, { min }) => size > min + 2);
  });
});

test("7 fault: a change from keda to hpa without that step leaves no autoscaler, which is seen", async () => {
  metrics.setCpu(50);
  metrics.setExternal(memory, 0);
  await using release = await site.release(overlaid(plain, impatient, autoscaling(hasty), autoscaling(engines.keda)));
  await release.install(await site.pack());
  const values = overlaid(release.environment, autoscaling(engines.hpa)).values;
  const { code, stderr } = await release.helm(["upgrade", release.name, await site.pack(), "--values", "-", "--force-conflicts"], values);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  await site.cluster.waitFor("no autoscaler is left", async () => {
    return (await site.cluster.list("hpa", release.namespace)).length === 0 ? true : undefined;
  });
  // What ends it, by hand or by the next delivery: another upgrade.
  await release.helm(["upgrade", release.name, await site.pack(), "--values", "-", "--force-conflicts"], values);
  expect(await site.cluster.list("hpa", release.namespace)).toHaveLength(scalings(await release.objects()).length);
});

/** The smallest size that each workload is seen at until `isDone`. */
async function watchFewest(release: Release, scaled: readonly Scaling[], isDone: () => boolean): Promise<Record<string, number>> {
  const fewest: Record<string, number> = {};
  while (!isDone()) {
    for (const [name, size] of Object.entries(await sizes(release, scaled))) fewest[name] = Math.min(fewest[name] ?? Infinity, size ?? 0);
    await sleep(100);
  }
  return fewest;
}

const hpa = "charts/backend/templates/hpa.yaml";

test("7 fault: Kubernetes' own tolerance upwards is seen", async () => {
  await using release = await releaseAtFour({ file: hpa, from: 'tolerance: "0"', to: 'tolerance: "100m"' });
  metrics.setCpu(71);
  await metrics.decisions();
  expect(await sizes(release, await backendOf(release))).toEqual({ backend: 4 });
});

test("7 fault: a tolerance that is too small downwards is seen", async () => {
  await using release = await releaseAtFour({ file: hpa, from: /tolerance: \{\{ include [^}]*\}\}/, to: 'tolerance: "571m"' });
  metrics.setCpu(30);
  const scaled = await backendOf(release);
  await until("another size", release, scaled, (size) => size !== 4);
  expect(await sizes(release, scaled)).not.toEqual({ backend: 4 });
});

/** A release of a chart with a fault in it, at rest with four pods of the backend. */
async function releaseAtFour(edit: Edit): Promise<Release> {
  metrics.setCpu(50);
  const release = await site.release(overlaid(plain, impatient, autoscaling(hasty)));
  await release.install(await site.pack({ edits: [edit] }));
  await rest(release, scalings(await release.objects()), ({ min }) => min + 2);
  return release;
}

async function backendOf(release: Release): Promise<Scaling[]> {
  return scalings(await release.objects()).filter(({ workload }) => workload === "backend");
}
