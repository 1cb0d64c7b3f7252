import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChartCluster, type ChartCluster } from "./chart/chart-cluster.ts";
import { footprint, inventory, leftovers, restarted } from "./chart/changes.ts";
import { environment, environments, impatient, isOutside, overlaid, rendered } from "./chart/environments.ts";
import { previousPackage } from "./chart/packages.ts";
import type { Release } from "./chart/release.ts";
import { unready } from "./chart/workloads.ts";
import { worker } from "./harness/nodes.ts";
import { missingImageTag, missingSecretAnnotation } from "./harness/stages.ts";

/** Releases that meet what is already there, and releases that cannot work. */
let site: ChartCluster;

beforeAll(async () => {
  site = await startChartCluster({ nodes: [{ kind: "fake", name: "worker-1", shape: worker }] });
});
afterAll(() => site?.[Symbol.asyncDispose]());

describe.each(environments.map((each) => ({ name: each.name, each: overlaid(each, impatient) })))("$name", ({ each }) => {
  test("2 upgrade from the previous released chart", async () => {
    await using release = await site.release(each);
    const previous = await previousPackage(site);
    await release.install(previous.path);
    const old = await footprint(site.cluster, release.namespace);
    await release.upgrade(await site.pack());
    // A real older version may differ in its pods; its own data with only the version changed may not.
    const marks = restarted(old, await footprint(site.cluster, release.namespace));
    expect(previous.isReal ? [] : marks).toEqual([]);
    expect(await unready(site.cluster, release)).toEqual([]);
  });

  test("2 a release that Helm 3 made goes on with Helm 4", async () => {
    await using release = await site.release(each, { major: 3 });
    await release.install(await site.pack());
    const old = await footprint(site.cluster, release.namespace);
    const same = await site.withHelm(release, 4);
    await same.upgrade(await site.pack());
    expect(restarted(old, await footprint(site.cluster, release.namespace))).toEqual([]);
  });

  test("3 objects of others are refused by name, and adopted when told to", async () => {
    await using release = await site.release(each);
    const { objects } = rendered(release.environment, release.namespace);
    const taken = objects.filter(({ kind }) => ["ConfigMap", "Service"].includes(kind));
    await site.cluster.apply(taken);
    await expect(release.install(await site.pack())).rejects.toThrow(/(Service|ConfigMap) "[\w-]+" in namespace .* cannot be imported/);
    await release.install(await site.pack(), ["--take-ownership"]);
    expect(await unready(site.cluster, release)).toEqual([]);
  });
});

describe("9 two environments in one cluster", () => {
  const [first, second] = ["production", "staging"].map((name) => overlaid(environment(name), impatient));
  if (first === undefined || second === undefined) throw new Error("there are two");

  test("9 side by side in two namespaces, or the second is refused by the name of what both want", async () => {
    await using one = await site.release(first, { meets: true });
    await using other = await site.release(second, { meets: true });
    await one.install(await site.pack());
    const ids = (objects: ReturnType<typeof rendered>["objects"], namespace: string) =>
      objects.filter((object) => isOutside(object, namespace)).map(({ kind, metadata }) => `${kind} "${metadata.name}"`);
    const shared = ids(rendered(one.environment, one.namespace).objects, one.namespace).filter((id) =>
      ids(rendered(other.environment, other.namespace).objects, other.namespace).includes(id),
    );
    const refusal = await other.install(await site.pack()).then(() => "", String);
    const wanted = shared.length > 0 ? new RegExp(`(${shared.join("|")}).* cannot be imported`) : /^$/;
    expect(refusal).toMatch(wanted);
    expect(await unready(site.cluster, one)).toEqual([]);
    expect(shared.length > 0 ? [] : await unready(site.cluster, other)).toEqual([]);
  });
});

describe.each([4, 3] as const)("10 with Helm %i", (major) => {
  const staging = overlaid(environment("staging"), impatient);
  const undo = [major === 4 ? "--rollback-on-failure" : "--atomic", "--wait", "--timeout"];

  test("10 install with a missing Secret: nothing is left but volumes, and the message tells where to look", async () => {
    const waiting = { podAnnotations: { [missingSecretAnnotation]: "backend-secrets" } };
    await using release = await site.release(overlaid(staging, { backend: waiting }), { major, secrets: false });
    const before = await inventory(site.cluster, release.namespace);
    const { code, stderr } = await release.helm(
      ["install", release.name, await site.pack(), "--values", "-", ...undo, "15s"],
      release.environment.values,
    );
    expect(code).not.toBe(0);
    // Helm itself knows only that the Deployment is not available; which Secret it needs is what the NOTES say.
    expect(stderr).toMatch(major === 4 ? /Deployment.*backend|backend.*not ready/i : /has been uninstalled due to atomic being set/);
    const { stdout } = await release.helm(
      ["install", release.name, await site.pack(), "--values", "-", "--dry-run"],
      release.environment.values,
    );
    expect(stdout).toMatch(/The backend starts once the Secret "backend-secrets" is there/);
    expect(await leftovers(site.cluster, release.namespace, before)).toEqual(keptOf(release));
  });

  test("10 upgrade to an image that does not exist: the old pods go on, and the release is the old one", async () => {
    await using release = await site.release(staging, { major });
    await release.install(await site.pack());
    const [pods, objects] = [await footprint(site.cluster, release.namespace), await release.objects()];
    const broken = overlaid(release.environment, { backend: { image: { tag: missingImageTag } } });
    const { code, stderr } = await release.helm(
      ["upgrade", release.name, await site.pack(), "--values", "-", ...undo, "15s"],
      broken.values,
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/UPGRADE FAILED: release xpeditis failed, and has been rolled back/);
    expect(await release.objects()).toEqual(objects);
    const marks = restarted(pods, await footprint(site.cluster, release.namespace));
    // The Deployment was changed there and back, its pods were not; the old version's migrations ran again, which does nothing.
    expect(marks.filter((mark) => !/^(Deployment backend: generation|Job backend-migrate-)/.test(mark))).toEqual([]);
    expect(await unready(site.cluster, release)).toEqual([]);
  });

  test("10 install into a full quota: nothing is left but volumes", async () => {
    await using release = await site.release(staging, { major });
    await site.cluster.apply([
      { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "full", namespace: release.namespace }, spec: { hard: { pods: "1" } } },
    ]);
    const before = await inventory(site.cluster, release.namespace);
    const { code, stderr } = await release.helm(
      ["install", release.name, await site.pack(), "--values", "-", ...undo, "15s"],
      release.environment.values,
    );
    expect(code).not.toBe(0);
    expect(stderr).toMatch(major === 4 ? /Deployment/ : /atomic/);
    expect(await leftovers(site.cluster, release.namespace, before)).toEqual(keptOf(release));
  });
});

/** What Helm leaves of a release that it takes back: its data. */
const keptOf = (release: Release): string[] =>
  rendered(release.environment, release.namespace)
    .objects.filter(({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"] === "keep")
    .map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);
