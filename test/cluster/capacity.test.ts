import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";
import { startChartCluster, type ChartCluster } from "./chart/chart-cluster.ts";
import { environment, environments, impatient, overlaid, productions } from "./chart/environments.ts";
import { fitTable, fitTableHead, pinning, rooms, settle, unschedulable } from "./chart/fit.ts";
import type { Release } from "./chart/release.ts";
import { systemObjects } from "./chart/system.ts";
import { lastingPods, scalings, unready, type Pod } from "./chart/workloads.ts";
import { drain, lose } from "./chart/drain.ts";
import { controlPlane, worker } from "./harness/nodes.ts";

/** Whether the release fits the owner's machines, and whether those can be emptied, by the real scheduler and evictions. */
let site: ChartCluster;
const table = [fitTableHead];

beforeAll(async () => {
  site = await startChartCluster({
    nodes: [
      { kind: "fake", name: "master-1", shape: controlPlane },
      ...["worker-1", "worker-2"].map((name) => ({ kind: "fake", name, shape: worker }) as const),
    ],
    // Pods of a lost node go a second later; the default is 5 minutes.
    args: { "kube-apiserver": { "default-not-ready-toleration-seconds": "1", "default-unreachable-toleration-seconds": "1" } },
  });
  await site.cluster.apply([...systemObjects]);
  await settle(site.cluster);
});
afterAll(async () => {
  console.log(table.join("\n"));
  await site?.[Symbol.asyncDispose]();
});

const note = async (state: string) => void table.push(fitTable(state, await rooms(site.cluster)));

/** Sizes every autoscaled workload of a release, as its autoscaler would. */
async function scaleTo(release: Release, bound: "min" | "max"): Promise<void> {
  for (const scaling of scalings(await release.objects())) {
    await site.cluster.kubectl(["scale", "deployment", scaling.workload, "--namespace", release.namespace, `--replicas=${scaling[bound]}`]);
  }
}

test.each(environments)(
  "6 $name at its minimum fits 2 workers and 1 control plane, also while all Deployments roll at once",
  async (each) => {
    onTestFailed(async () => console.error(await site.cluster.diagnose()));
    await using release = await site.release(overlaid(each, impatient));
    await release.install(await site.pack());
    expect(await settle(site.cluster)).toEqual([]);
    expect(pinning(await site.cluster.list<Pod>("pods", release.namespace))).toEqual([]);
    await note(`${each.name}, minimum`);
    await site.cluster.kubectl(["rollout", "restart", "deployment", "--namespace", release.namespace]);
    const waited = new Set<string>();
    await site.cluster.waitFor(
      "all have rolled",
      async () => {
        for (const name of await unschedulable(site.cluster)) waited.add(name);
        const status = site.cluster.kubectl(["rollout", "status", "deployment", "--namespace", release.namespace, "--watch=false"]);
        return (await status).match(/Waiting/) ? undefined : true;
      },
      120,
    );
    expect([...waited]).toEqual([]);
  },
);

test("6 fault: pods that ask for more than the workers have are seen", async () => {
  const greedy = { backend: { resources: { requests: { cpu: "7900m" } } } };
  await using release = await site.release(overlaid(environment("production"), impatient));
  await release.install(await site.pack());
  const { code } = await release.helm(
    ["upgrade", release.name, await site.pack(), "--values", "-"],
    overlaid(release.environment, greedy).values,
  );
  expect(code).toBe(0);
  await scaleTo(release, "min");
  // Others may wait for a moment, too, where old and new pods meet.
  await site.cluster.waitFor("the scheduler finds no room for the backend", async () =>
    (await unschedulable(site.cluster)).find((pod) => /^production-\d+\/backend-/.test(pod)),
  );
});

describe.each(productions)("$name on workers that come and go", (each) => {
  let release: Release;

  beforeAll(async () => {
    release = await site.release(overlaid(each, impatient));
    await release.install(await site.pack());
  });
  afterAll(() => release?.[Symbol.asyncDispose]());

  test("8 each worker can be drained: the budgets hold, and every pod finds another place", async () => {
    for (const name of ["worker-1", "worker-2"]) {
      expect(await drain(site.cluster, name, release.namespace)).toEqual([]);
      expect(await settle(site.cluster)).toEqual([]);
      await site.cluster.kubectl(["uncordon", name]);
    }
  });

  test("8 a drain of a node that holds all pods takes them one after the other", async () => {
    await site.cluster.kubectl(["cordon", "worker-2"]);
    await site.cluster.kubectl(["delete", "pods", "--all", "--namespace", release.namespace, "--wait=false"]);
    expect(await settle(site.cluster)).toEqual([]);
    await site.cluster.kubectl(["uncordon", "worker-2"]);
    expect(await drain(site.cluster, "worker-1", release.namespace)).toEqual([]);
    await site.cluster.kubectl(["uncordon", "worker-1"]);
    expect(await settle(site.cluster)).toEqual([]);
  });

  test("8 the pods of a lost node run elsewhere", async () => {
    onTestFailed(async () => console.error(await site.cluster.diagnose()));
    await site.cluster.addNode({ kind: "fake", name: "worker-9", shape: worker });
    await site.cluster.kubectl(["cordon", "worker-1", "worker-2"]);
    await site.cluster.kubectl(["delete", "pods", "--all", "--namespace", release.namespace, "--wait=false"]);
    expect(await settle(site.cluster)).toEqual([]);
    await site.cluster.kubectl(["uncordon", "worker-1", "worker-2"]);
    const lost = new Set((await site.cluster.list("pods", release.namespace)).map(({ metadata }) => metadata.uid));
    await lose(site.cluster, "worker-9");
    await site.cluster.waitFor("every workload has new pods, ready", async () => {
      const pods = (await lastingPods(site.cluster, release.namespace)).filter(({ metadata }) => !lost.has(metadata.uid));
      const ready = await unready(site.cluster, release);
      return pods.length > 0 && pods.every(({ spec }) => spec.nodeName !== "worker-9") && ready.length === 0 ? true : undefined;
    });
    await site.cluster.kubectl(["delete", "node", "worker-9"]);
    await site.cluster.kubectl([
      "delete",
      "pods",
      "--all-namespaces",
      "--field-selector=spec.nodeName=worker-9",
      "--force",
      "--grace-period=0",
    ]);
    await settle(site.cluster);
  });

  test("6 at its maximum it needs at most 8 workers", async () => {
    onTestFailed(async () => console.error(await site.cluster.diagnose()));
    const workers = await grow(release);
    expect(workers).toBeLessThanOrEqual(8);
    await note(`${each.name}, maximum`);
    await shrink(release, workers);
  });

  test("8 pods that no worker holds wait for one more, and back at the minimum all but 2 workers can be drained", async () => {
    onTestFailed(async () => console.error(await site.cluster.diagnose()));
    await release.upgrade(await site.pack(), [], overlaid(release.environment, threefold).values);
    expect(await settle(site.cluster)).toEqual([]);
    await scaleTo(release, "max");
    expect(await settle(site.cluster)).not.toEqual([]);
    const workers = await grow(release);
    expect(workers).toBeGreaterThan(2);
    await note(`${each.name}, maximum with 1.5 CPUs a pod`);
    await shrink(release, workers);
  });
});

/** Requests that the owner's 23 pods fill more than two workers with; with those of the environment they do not. */
const threefold = { backend: { resources: { requests: { cpu: "1500m" } } }, frontend: { resources: { requests: { cpu: "1500m" } } } };

/** Brings a release to its maximum and adds workers one by one, as the cluster autoscaler does; gives how many there are then. */
async function grow(release: Release): Promise<number> {
  await scaleTo(release, "max");
  let workers = 2;
  while ((await settle(site.cluster)).length > 0) {
    workers += 1;
    expect(workers).toBeLessThanOrEqual(8);
    await site.cluster.addNode({ kind: "fake", name: `worker-${workers}`, shape: worker });
  }
  return workers;
}

/** Brings a release back to its minimum, and empties and removes workers until 2 are left. */
async function shrink(release: Release, workers: number): Promise<void> {
  await scaleTo(release, "min");
  expect(await settle(site.cluster)).toEqual([]);
  for (let last = workers; last > 2; last -= 1) {
    const room = (await rooms(site.cluster)).find(({ node }) => node === `worker-${last}`);
    // What the cluster autoscaler asks of a node that it removes.
    expect(Math.max((room?.cpu ?? Infinity) / (room?.cpuOf ?? 1), (room?.memory ?? 0) / (room?.memoryOf ?? 1))).toBeLessThan(0.5);
    expect(await drain(site.cluster, `worker-${last}`, release.namespace)).toEqual([]);
    await site.cluster.kubectl(["delete", "node", `worker-${last}`]);
  }
  expect(await settle(site.cluster)).toEqual([]);
}
