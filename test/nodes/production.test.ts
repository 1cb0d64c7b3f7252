import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";

import { mergeFiles } from "../../generator/values/coalesce.ts";
import { rendered } from "../cluster/chart/environments.ts";
import { unready } from "../cluster/chart/workloads.ts";
import { complaints } from "./logs.ts";
import { databaseObjects, forgetfulRedisObjects, outside } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";
import { everything, inRedis, killRedis, writeFor } from "./redis.ts";
import { search } from "./requests.ts";

let production: Production;

beforeAll(async () => {
  // Another Redis is on the internet, too.
  production = await startProduction({ values: { backend: { networkPolicy: { internetPorts: [443, 5432, 6379] } } } });
});
afterAll(() => production?.[Symbol.asyncDispose]());

test("helm install of the packaged umbrella: everything is Ready, and helm test passes", async () => {
  const { cluster, packages, release } = production;
  onTestFailed(async () => console.error(await cluster.diagnose()));
  await cluster.apply(databaseObjects());
  const start = performance.now();
  await release.install(await packages.pack());
  expect(await unready(cluster, release)).toEqual([]);
  const seconds = (performance.now() - start) / 1000;
  const pods = await cluster.list("pods", namespace);
  console.log(`${pods.length} pods of production are Ready ${seconds.toFixed(0)} s after \`helm install\` began`);

  const tests = await release.helm(["test", release.name, "--timeout", "3m"]);
  expect(tests.code === 0 ? "" : tests.stderr).toBe("");
  expect(tests.stdout.match(/Phase: +Succeeded/g)?.length).toBeGreaterThanOrEqual(5);
});

test("no container complains of permissions, and one that may not write would be found", async () => {
  const { cluster } = production;
  await runBackup("backup-now");
  expect(await complaints(cluster, namespace)).toEqual([]);

  const [redis] = await cluster.list("pods", namespace, "app.kubernetes.io/name=redis");
  const { spec } = redis as unknown as {
    spec: { securityContext: object; containers: { name: string; image: string; securityContext: object }[] };
  };
  const [{ image = "", securityContext = {} } = {}] = spec.containers;
  const container = { name: "writer", image, securityContext, command: ["sh", "-c", "touch /file; sleep 1000"] };
  await cluster.apply([
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "writer", namespace },
      spec: { securityContext: spec.securityContext, terminationGracePeriodSeconds: 0, containers: [container] },
    },
  ]);
  await cluster.kubectl(["--namespace", namespace, "wait", "pod/writer", "--for=condition=Ready", "--timeout=60s"]);
  const found = await cluster.waitFor("its complaint is in the log", async () => {
    const lines = await complaints(cluster, namespace);
    return lines.length > 0 ? lines : undefined;
  });
  expect(found).toEqual([expect.stringMatching(/^writer\/writer: touch: \/file: Read-only file system$/)]);
  await cluster.kubectl(["--namespace", namespace, "delete", "pod", "writer"]);
});

test("Redis is killed while a backend writes: at most a second is lost, and clients come back by themselves", async () => {
  const { cluster, release } = production;
  const writing = writeFor(cluster, 90);
  await sleep(5000);
  await killRedis(production, namespace);
  const writes = await writing;
  console.log(`Redis killed while it was written to: ${JSON.stringify(writes)}`);
  expect(writes.acknowledged).toBeGreaterThan(500);
  expect(writes.awayMilliseconds).toBeGreaterThan(0);
  expect(writes.lostMilliseconds).toBeLessThanOrEqual(1000);
  expect(await unready(cluster, release)).toEqual([]);
  // The application's own connections: what one search puts into Redis the next one finds there.
  expect([await search(cluster), await search(cluster)]).toEqual(["miss", "hit"]);
});

test("a Redis that keeps nothing on disk is seen to lose more than a second", async () => {
  const { cluster } = production;
  await cluster.apply(forgetfulRedisObjects(redisImage()));
  await cluster.kubectl(["--namespace", outside.namespace, "rollout", "status", "deployment/forgetful-redis", "--timeout=60s"]);
  const writing = writeFor(cluster, 90, "redis://forgetful-redis.outside:6379");
  await sleep(5000);
  await killRedis(production, outside.namespace);
  expect((await writing).lostMilliseconds).toBeGreaterThan(1000);
});

test("backup, loss of all data, and restore through object storage give the same keys", async () => {
  const { cluster, packages, release } = production;
  await inRedis(
    production,
    `for (let i = 0; i < 1000; i++) await redis.set("restore-test:" + i, "value " + i, ...(i % 2 ? ["EX", 3600] : []))`,
  );
  const before = await inRedis<unknown[]>(production, everything);
  expect(before).toHaveLength(1000);
  await runBackup("backup-before-loss");
  await inRedis(production, `for (let i = 0; i < 1000; i++) await redis.del("restore-test:" + i)`);
  expect(await inRedis(production, everything)).toEqual([]);

  const chart = await packages.pack();
  await release.upgrade(chart, [], mergeFiles([release.environment.values, { redis: { restore: { enabled: true } } }]));
  expect(await cluster.list("pods", namespace, "app.kubernetes.io/name=redis,app.kubernetes.io/component=server")).toEqual([]);
  await release.upgrade(chart);
  expect(await inRedis(production, everything)).toEqual(before);
});

/** Makes a backup now, by the CronJob's own template. */
async function runBackup(job: string): Promise<void> {
  const { cluster } = production;
  await cluster.kubectl(["--namespace", namespace, "create", "job", job, "--from=cronjob/redis-backup"]);
  await cluster.kubectl(["--namespace", namespace, "wait", `job/${job}`, "--for=condition=Complete", "--timeout=120s"]);
}

/** The image that the release runs Redis with. */
function redisImage(): string {
  const { objects } = rendered(production.release.environment, namespace);
  const redis = objects.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "redis") as unknown as {
    spec: { template: { spec: { containers: { image: string }[] } } };
  };
  return redis.spec.template.spec.containers[0]?.image ?? "";
}
