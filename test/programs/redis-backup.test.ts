import { mkdtemp, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Values } from "../../generator/values/defaults.ts";
import { overlaid } from "../charts/releases.ts";
import { createPod, type Outcome } from "./container.ts";
import { contents, seed } from "./redis-data.ts";
import { install, startServer, type Installed } from "./redis-release.ts";
import { startObjectStore, type ObjectStore } from "./s3.ts";
import type { Reply } from "./resp.ts";

let storage: ObjectStore;
let bucket: string;
let volume: string;
let count = 0;
beforeAll(async () => {
  storage = await startObjectStore();
});
afterAll(() => storage[Symbol.asyncDispose]());
beforeEach(async () => {
  count += 1;
  bucket = await storage.createBucket(`backups-${count}`);
  volume = await mkdtemp(join(tmpdir(), "volume-"));
});
afterEach(() => rm(volume, { recursive: true }));

const installed = (more: Values = {}): Promise<Installed> =>
  install(
    overlaid(
      {
        mode: "durable",
        resources: { requests: { memory: "64Mi" }, limits: { memory: "64Mi" } },
        backup: { enabled: true, s3: { endpoint: storage.endpoint, region: storage.region, bucket: `backups-${count}` } },
      },
      more,
    ),
    { "redis-data": volume },
    storage,
  );

/** Runs a Job's containers one after the other, as the kubelet would; the last outcome, or the first failure. */
async function runJob(of: "backup" | "restore", { spec, world }: Installed): Promise<Outcome> {
  const { initContainers = [], containers } = spec(of);
  await using pod = await createPod(spec(of), world);
  let last: Outcome | undefined;
  for (const { name } of [...initContainers, ...containers]) {
    // oxlint-disable-next-line no-await-in-loop
    last = await pod.run(name);
    if (last.code !== 0) break;
  }
  if (last === undefined) throw new Error(`the pod of ${of} has no containers`);
  return last;
}

const objects = async (): Promise<string[]> => (await readdir(join(bucket, "redis")).catch(() => [])).toSorted();

/** A release with data and one backup of it, Redis stopped; gives the data. */
async function backedUp(release: Installed): Promise<Readonly<Record<string, Reply>>> {
  await using server = await startServer(release);
  await using app = await server.as("app");
  await seed(app);
  expect(await runJob("backup", release)).toMatchObject({ code: 0, output: expect.stringMatching(/^stored storage:.* bytes\n/m) });
  // Redis must not stop before.
  return await contents(server);
}

const restoring = (from = "latest") => installed({ restore: { enabled: true, from } });

test("what was backed up is there again after a new volume and a restore, to the last key", async () => {
  const release = await installed();
  const before = await backedUp(release);
  expect(Object.keys(before)).toHaveLength(5007);
  expect(await objects()).toEqual([
    expect.stringMatching(/^redis-\d{8}T\d{6}Z\.rdb$/),
    expect.stringMatching(/^redis-\d{8}T\d{6}Z\.rdb\.sha256$/),
  ]);

  await rm(volume, { recursive: true });
  volume = await mkdtemp(join(tmpdir(), "volume-"));
  {
    await using server = await startServer(await installed());
    expect(await contents(server)).toEqual({});
    server.redis.process.kill("SIGTERM");
    await server.redis.ended;
  }

  const restored = await runJob("restore", await restoring());
  expect(restored).toMatchObject({ code: 0, output: expect.stringContaining("the backup has 5007 keys\n") });
  await using server = await startServer(await installed());
  expect(await contents(server)).toEqual(before);
  // And from then on it writes as before.
  await using app = await server.as("app");
  expect(String(await app.send("INFO", "persistence"))).toMatch(/aof_enabled:1\r\n[\s\S]*aof_last_write_status:ok/);
});

test("a restore takes the place of what is there, which stays in a folder of the volume", async () => {
  const release = await installed();
  const before = await backedUp(release);
  {
    await using server = await startServer(release);
    await using app = await server.as("app");
    await app.send("SET", "later", "1");
    await app.send("DEL", "text");
    server.redis.process.kill("SIGTERM");
    await server.redis.ended;
  }
  const [name = ""] = await objects();
  expect(await runJob("restore", await restoring(name))).toMatchObject({ code: 0 });
  expect((await readdir(volume)).toSorted()).toEqual(["appendonlydir", "replaced"]);
  expect(await readdir(join(volume, "replaced"))).toEqual(["appendonlydir"]);
  {
    await using server = await startServer(release);
    expect(await contents(server)).toEqual(before);
    server.redis.process.kill("SIGTERM");
    await server.redis.ended;
  }
  // A Job that is run again does the same again.
  expect(await runJob("restore", await restoring(name))).toMatchObject({ code: 0 });
  await using server = await startServer(release);
  expect(await contents(server)).toEqual(before);
});

describe("a restore leaves the data alone", () => {
  /** How a restore ends, and the files and keys before and after it. */
  const attempt = async (release: Installed, from: string) => {
    const files = async () => (await readdir(volume, { recursive: true })).toSorted();
    const before = await files();
    const { code, output } = await runJob("restore", await restoring(from));
    const after = await files();
    await using server = await startServer(release);
    return { failed: code !== 0, output, untouched: before.join() === after.join(), keys: Object.keys(await contents(server)).length };
  };
  const left = { failed: true, untouched: true, keys: 5007 };

  test("if the backup is not what its checksum says", async () => {
    const release = await installed();
    await backedUp(release);
    const [name = ""] = await objects();
    await using pod = await createPod(release.spec("backup"), release.world);
    const overwritten = await pod.run("upload", ["sh", "-c", `echo other data | rclone rcat "storage:$BUCKET/$PREFIX/${name}"`]);
    expect(overwritten.code).toBe(0);
    expect(await attempt(release, name)).toMatchObject({ ...left, output: expect.stringContaining("dump.rdb: FAILED") });
  });

  test("if there is no such backup, or none at all", async () => {
    const release = await installed();
    await backedUp(release);
    const name = "redis-20200101T000000Z.rdb";
    const missing = `there is no backup storage:backups-${count}/redis/${name}`;
    expect(await attempt(release, name)).toMatchObject({ ...left, output: expect.stringContaining(missing) });
    await rm(join(bucket, "redis"), { recursive: true });
    const none = `there is no backup in storage:backups-${count}/redis`;
    expect(await attempt(release, "latest")).toMatchObject({ ...left, output: expect.stringContaining(none) });
  });
});

describe("a backup", () => {
  const age = async (path: string, days: number) => {
    const time = Date.now() / 1000 - days * 86400;
    await utimes(path, time, time);
  };

  test("deletes those that are too old, and nothing else", async () => {
    const release = await installed({ backup: { keepDays: 14 } });
    await backedUp(release);
    for (const name of await objects()) {
      // A backup is named after its second, which must not be that of the next one.
      const old = join(bucket, "redis", name.replace(/\d{8}T\d{6}/, "20191231T000000"));
      // oxlint-disable-next-line no-await-in-loop
      await rename(join(bucket, "redis", name), old);
      // oxlint-disable-next-line no-await-in-loop
      await age(old, 15);
    }
    for (const [name, days] of [
      ["redis-20200101T000000Z.rdb", 13],
      ["notes.txt", 400],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop
      await writeFile(join(bucket, "redis", name), "x");
      // oxlint-disable-next-line no-await-in-loop
      await age(join(bucket, "redis", name), days);
    }
    await using server = await startServer(release);
    expect(await runJob("backup", release)).toMatchObject({ code: 0 });
    const left = await objects();
    expect(left).toHaveLength(4);
    expect(left).toEqual(expect.arrayContaining(["notes.txt", "redis-20200101T000000Z.rdb"]));
    expect(left.filter((name) => name.includes("20191231"))).toEqual([]);
    expect(server.redis.output()).not.toContain("error");
  });

  test("that cannot be stored fails, and deletes nothing", async () => {
    const release = await installed({ backup: { keepDays: 1 } });
    await backedUp(release);
    for (const name of await objects()) {
      // oxlint-disable-next-line no-await-in-loop
      await age(join(bucket, "redis", name), 30);
    }
    const wrong = { ...release.world.secrets["redis-secrets"], AWS_SECRET_ACCESS_KEY: "wrong" };
    await using server = await startServer(release);
    const refused = await runJob("backup", { ...release, world: { ...release.world, secrets: { "redis-secrets": wrong } } });
    expect(refused).toMatchObject({ code: expect.any(Number), output: expect.stringContaining("403") });
    expect(refused.code).not.toBe(0);
    expect(await objects()).toHaveLength(2);
    expect(server.redis.process.exitCode).toBe(null);
  });

  test("that is smaller than it can be fails", async () => {
    const release = await installed({ backup: { minimumBytes: 1000 } });
    await using _ = await startServer(release);
    const refused = await runJob("backup", release);
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringMatching(/the snapshot has \d+ bytes, less than redis\.backup\.minimumBytes \(1000\)/),
    });
    expect(await objects()).toEqual([]);
  });

  test("of a Redis that does not answer fails, and says what it hears", async () => {
    const release = await installed();
    await using pod = await createPod(release.spec("backup"), release.world);
    const waiting = await pod.start("dump");
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(waiting.process.exitCode).toBe(null);
    // It waits for a minute, because network policies reach a new pod late. Redis comes up meanwhile:
    await using _ = await startServer(release);
    expect(await waiting.ended).toMatchObject({ code: 0 });
  });
});
