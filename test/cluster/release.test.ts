import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";
import { release as released } from "../../generator/release.ts";
import { startChartCluster, type ChartCluster } from "./chart/chart-cluster.ts";
import { footprint, inventory, keptByPolicy, leftovers, restarted } from "./chart/changes.ts";
import { environments } from "./chart/environments.ts";
import { foughtOver, stored } from "./chart/field-owners.ts";
import { wrongNotes } from "./chart/notes.ts";
import { secretReaders } from "./chart/permissions.ts";
import type { Release } from "./chart/release.ts";
import { complaints } from "./chart/warnings.ts";
import { scalings, unready } from "./chart/workloads.ts";
import { worker } from "./harness/nodes.ts";

/**
 * The life of a release, of every environment and with both lines of Helm. One after the other: there is one Traefik in a
 * cluster, and one release that configures it.
 */
let site: ChartCluster;

beforeAll(async () => {
  const nodes = ["worker-1", "worker-2", "worker-3"].map((name) => ({ kind: "fake", name, shape: worker }) as const);
  site = await startChartCluster({ nodes });
});
afterAll(() => site?.[Symbol.asyncDispose]());

/** The steps of a life: none can be taken twice. */
const inOrder = { retry: 0 };
const lives = environments.flatMap((environment) => ([4, 3] as const).map((major) => ({ environment, name: environment.name, major })));

describe.each(lives)("$name with Helm $major", ({ environment, major }) => {
  let release: Release;
  let before: string[];

  test("1 install --wait: all workloads are ready; 4 under Pod Security restricted, without a warning", inOrder, async () => {
    release = await site.release(environment, { major });
    before = await inventory(site.cluster, release.namespace);
    const { stderr } = await release.install(await site.pack());
    expect(complaints(stderr)).toEqual([]);
    expect(await unready(site.cluster, release)).toEqual([]);
  });

  test("1 helm test passes", inOrder, async () => {
    const { stdout, stderr, code } = await release.helm(["test", release.name, "--timeout", "2m"]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout.match(/Phase: +Succeeded/g)?.length).toBeGreaterThan(0);
  });

  test("1 NOTES: the addresses are served, and every command works", inOrder, async () => {
    expect(await wrongNotes(site.cluster, release)).toEqual([]);
  });

  test("3 no field is fought over, and applying the same again changes nothing", inOrder, async () => {
    await othersWrite(release);
    const once = await stored(site.cluster, release);
    await release.upgrade(await site.pack());
    expect(await stored(site.cluster, release)).toEqual(once);
    expect(await foughtOver(site.cluster, release)).toEqual([]);
  });

  test("4 no ServiceAccount can read Secrets", inOrder, async () => {
    expect(await secretReaders(site.cluster, release)).toEqual([]);
  });

  test("2 upgrade to another version of the chart restarts nothing", inOrder, async () => {
    const old = await footprint(site.cluster, release.namespace);
    await release.upgrade(await site.pack({ version: `${released.chart}-next` }));
    expect(restarted(old, await footprint(site.cluster, release.namespace))).toEqual([]);
    expect(await unready(site.cluster, release)).toEqual([]);
  });

  test("2 rollback restarts nothing either", inOrder, async () => {
    const old = await footprint(site.cluster, release.namespace);
    const { code, stderr } = await release.helm(["rollback", release.name, "1", "--wait", "--timeout", "5m"]);
    expect({ code, complaints: complaints(stderr) }).toEqual({ code: 0, complaints: [] });
    expect(restarted(old, await footprint(site.cluster, release.namespace))).toEqual([]);
  });

  test("2 uninstall leaves what was there before and what it says it keeps", inOrder, async () => {
    onTestFailed(async () => console.error(await site.cluster.diagnose()));
    const kept = keptByPolicy(await release.objects());
    const { code, stdout, stderr } = await release.helm(["uninstall", release.name, "--wait", "--timeout", "2m"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of kept) expect(stdout).toContain(name);
    const left = await leftovers(site.cluster, release.namespace, before);
    expect(left.filter((name) => !kept.some((each) => name.endsWith(`/${each}`)))).toEqual([]);
    await release[Symbol.asyncDispose]();
  });
});

/** What others write into a release's objects: an autoscaler the size, cert-manager annotations, the CSI resizer a volume's size. */
async function othersWrite(release: Release): Promise<void> {
  const kubectl = (...args: string[]) => site.cluster.kubectl([...args, "--namespace", release.namespace]);
  for (const { workload, min } of scalings(await release.objects())) {
    await kubectl("scale", "deployment", workload, `--replicas=${min + 1}`);
    await kubectl("rollout", "status", "deployment", workload, "--timeout=2m");
  }
  await kubectl(
    "annotate",
    "ingress",
    "--all",
    "acme.cert-manager.io/http01-edit-in-place=true",
    "--field-manager=cert-manager-ingress-shim",
  );
  for (const { metadata } of await site.cluster.list("persistentvolumeclaims", release.namespace)) {
    const patch = JSON.stringify({ status: { capacity: { storage: "999Gi" } } });
    const how = ["--subresource=status", "--type=merge", "--field-manager=csi-resizer"];
    await kubectl("patch", "persistentvolumeclaim", metadata.name, ...how, "--patch", patch);
  }
}
