import { mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { Values } from "../../generator/values/defaults.ts";
import { overlaid } from "../charts/releases.ts";
import { createPod } from "./container.ts";
import { install, ready, startServer } from "./redis-release.ts";
import type { Client } from "./resp.ts";

const durable: Values = { mode: "durable", resources: { requests: { memory: "64Mi" }, limits: { memory: "64Mi" } } };

/** The volume, which outlives the pods. In memory: while a slow disk writes, Redis keeps back further writes for up to two seconds. */
let volume: string;
beforeEach(async () => {
  volume = await mkdtemp("/dev/shm/volume-");
});
afterEach(() => rm(volume, { recursive: true }));

const installDurable = (more: Values = {}) => install(overlaid(durable, more), { "redis-data": volume });

test("a kill in the middle of writes loses no more than a second of them, and Redis starts again by itself", async () => {
  const release = await installDurable();
  const acknowledged: number[] = [];
  {
    await using server = await startServer(release);
    const app = await server.as("app");
    let running = true;
    const write = async (lane: number) => {
      for (let index = lane; running; index += 16) {
        // oxlint-disable-next-line no-await-in-loop
        const reply = await app.send("SET", `key:${index}`, index).catch(() => undefined);
        if (reply !== "OK") return;
        acknowledged[index] = performance.now();
      }
    };
    const writers = Array.from({ length: 16 }, (_, lane) => write(lane));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    server.redis.process.kill("SIGKILL");
    await server.redis.ended;
    running = false;
    await Promise.all(writers);
  }
  const killed = acknowledged.reduce((latest, time) => Math.max(latest, time ?? 0), 0);
  await using server = await startServer(release);
  await using app = await server.as("app");
  const stored: unknown[] = [];
  for (let from = 0; from < acknowledged.length; from += 1000) {
    const keys = Array.from({ length: 1000 }, (_, index) => `key:${from + index}`);
    // oxlint-disable-next-line no-await-in-loop
    stored.push(...((await app.send("MGET", ...keys)) as readonly unknown[]));
  }
  const lost = acknowledged.filter((time, index) => time !== undefined && stored[index] !== String(index));
  expect(acknowledged.length).toBeGreaterThan(1000);
  expect(lost.filter((time) => time < killed - 1000)).toEqual([]);
  expect(server.redis.output()).toContain("Ready to accept connections");
});

test("a log that ends in the middle of a write, as after a power failure, keeps all before it", async () => {
  const release = await installDurable();
  {
    await using server = await startServer(release);
    await using app = await server.as("app");
    for (let index = 0; index < 100; index += 1) void app.send("SET", `key:${index}`, index);
    await app.send("PING");
    server.redis.process.kill("SIGKILL");
    await server.redis.ended;
  }
  const log = (await readdir(join(volume, "appendonlydir"))).find((name) => name.endsWith(".incr.aof")) ?? "";
  const path = join(volume, "appendonlydir", log);
  await truncate(path, (await stat(path)).size - 5);
  await using server = await startServer(release);
  await using app = await server.as("app");
  expect([await app.send("GET", "key:98"), await app.send("GET", "key:99")]).toEqual(["98", null]);
});

test("the preStop hook leaves a snapshot on the volume, and a restart has every write", async () => {
  const release = await installDurable();
  {
    await using server = await startServer(release);
    await using app = await server.as("app");
    await app.send("SET", "before", "1");
    const hook = release.spec("server").containers[0]?.lifecycle?.preStop?.exec?.command ?? [];
    expect(await server.pod.run("redis", hook)).toMatchObject({ code: 0, output: "OK\n" });
    await app.send("SET", "after", "2");
    server.redis.process.kill("SIGTERM");
    expect(await server.redis.ended).toMatchObject({ code: 0 });
  }
  await using server = await startServer(release);
  expect(await server.pod.run("redis", ["redis-check-rdb", "/data/dump.rdb"])).toMatchObject({ code: 0 });
  await using app = await server.as("app");
  expect([await app.send("GET", "before"), await app.send("GET", "after")]).toEqual(["1", "2"]);
});

test("maxmemory leaves room for the copies of a rewrite: 60 % of the limit", async () => {
  await using server = await startServer(await installDurable());
  await using app = await server.as("app");
  const info = String(await app.send("INFO"));
  expect(info).toContain(`maxmemory:${Math.floor(64 * 1024 * 1024 * 0.6)}\r`);
  expect(info).toContain("aof_enabled:1");
});

test("a Redis that still loads its data lives and is not ready", async () => {
  {
    await using server = await startServer(await installDurable());
    await using app = await server.as("app");
    await fill(app, 16_000);
    server.redis.process.kill("SIGTERM");
    await server.redis.ended;
  }
  // Slowed down to half a millisecond per key; every 1024 keys Redis looks at its connections.
  const release = await installDurable({ extraConfig: ["key-load-delay 500"] });
  await using pod = await createPod(release.spec("server"), release.world);
  await pod.run("prepare");
  const redis = await pod.start("redis");
  const probe = (kind: string) => pod.run("redis", ["sh", "/etc/redis/probe.sh", kind]);
  while ((await probe("live")).code !== 0) expect(redis.process.exitCode).toBe(null);
  const notReady = await probe("ready");
  expect([notReady.code, notReady.output]).toEqual([1, expect.stringMatching(/^not ready: LOADING /)]);
  await ready(pod, redis);
  expect((await probe("live")).code).toBe(0);
});

async function fill(app: Client, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => app.send("SET", `key:${index}`, "x".repeat(100))));
}
