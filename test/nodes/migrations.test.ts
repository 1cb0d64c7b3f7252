import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";

import type { Values } from "../../generator/values/defaults.ts";
import { mergeFiles } from "../../generator/values/coalesce.ts";
import { hasCondition, type KubeObject } from "../cluster/harness/client.ts";
import { imageFolder } from "../apps/build.ts";
import { emptyDatabase, migrationsDone, query } from "./database.ts";
import { nextRelease } from "./images/applications.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";
import { search } from "./requests.ts";

let production: Production;
let chart: string;

beforeAll(async () => {
  production = await startProduction();
  chart = await production.packages.pack();
});
afterAll(() => production?.[Symbol.asyncDispose]());

const both = ["Bookings1767225600000", "Ports1769904000000"];

test("a database that comes up 30 seconds late is migrated once, and then everything is Ready", async () => {
  const { cluster, release } = production;
  onTestFailed(async () => console.error(await cluster.diagnose()));
  const installing = release.install(chart);
  await sleep(30_000);
  const early = await cluster.list("pods", namespace, "app.kubernetes.io/name=backend,app.kubernetes.io/component=server");
  expect(early.map((pod) => hasCondition(pod, "Ready"))).not.toContain(true);
  expect(early.length).toBeGreaterThan(0);
  await cluster.apply(databaseObjects());
  await installing;
  expect(await migrationsDone(cluster)).toEqual(both);
});

test.each(["hook", "initContainer", "job"])("an empty database is migrated once in the mode %s, and the release is Ready", async (mode) => {
  const { cluster, release } = production;
  onTestFailed(async () => console.error(await cluster.diagnose()));
  await emptyDatabase(cluster);
  const values = over({ backend: { migrations: { mode }, rolloutRevision: `migrate-by-${mode}` } });
  await release.upgrade(chart, [], values);
  expect(await migrationsDone(cluster)).toEqual(both);
  expect(await query(cluster, "SELECT count(*) FROM port")).toEqual(["8"]);
});

test("a migration that fails stops the rollout, and the pods before it serve on; one that succeeds lets it through", async () => {
  const { cluster, registry, release } = production;
  await registry.push([await withMigration("1.0.1", "SELECT * FROM no_such_table"), await withMigration("1.0.2", "SELECT 1")]);
  const before = await servers();
  const upgrade = release.helm(
    ["upgrade", release.name, chart, "--wait", "--wait-for-jobs", "--timeout", "75s", "--values", "-"],
    over({ backend: { image: { tag: "1.0.1" }, migrations: { backoffLimit: 0 } } }),
  );
  const answers: string[] = [];
  let done = false;
  void upgrade.finally(() => (done = true));
  while (!done) {
    answers.push(await search(cluster));
    await sleep(200);
  }
  expect((await upgrade).code).not.toBe(0);
  expect(answers.length).toBeGreaterThan(10);
  expect(answers.filter((answer) => answer !== "hit" && answer !== "miss")).toEqual([]);
  expect(await servers()).toEqual(expect.arrayContaining(before));
  expect(await migrationsDone(cluster)).toEqual(both);

  await release.upgrade(chart, [], over({ backend: { image: { tag: "1.0.2" } } }));
  expect(await migrationsDone(cluster)).toEqual([...both, "Next1800000000000"]);
  const after = await servers();
  expect(after.filter((name) => before.includes(name))).toEqual([]);
});

/** The environment with further values, as an operator would add a file. */
function over(values: Values): Values {
  return mergeFiles([production.release.environment.values, values]);
}

/** Names of the backend's pods that serve and are not about to leave. */
async function servers(): Promise<string[]> {
  const pods = await production.cluster.list<Leaving>(
    "pods",
    namespace,
    "app.kubernetes.io/name=backend,app.kubernetes.io/component=server",
  );
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return staying.filter((pod) => hasCondition(pod, "Ready")).map(({ metadata }) => metadata.name);
}

interface Leaving extends KubeObject {
  readonly metadata: KubeObject["metadata"] & { readonly deletionTimestamp?: string };
}

/** The backend with one migration more. */
async function withMigration(tag: string, sql: string) {
  const source = await readFile(join(imageFolder("backend"), "dist", "data-source.js"), "utf8");
  const changed = source.replace(/(migrations: \[[^\]]*)\]/, "$1, Next1800000000000]");
  expect(changed).not.toBe(source);
  const migration = `class Next1800000000000 { async up(runner) { await runner.query(${JSON.stringify(sql)}); } async down() {} }\n`;
  return nextRelease("backend", tag, { files: { "/app/dist/data-source.js": changed.replace(/^(?!import)/m, `${migration}`) } });
}
