import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createPod } from "./container.ts";
import { install, passwords, startServer, type Installed, type Server } from "./redis-release.ts";
import { RedisError, type Reply } from "./resp.ts";

let installed: Installed;
let server: Server;
beforeAll(async () => {
  installed = await install({ resources: { requests: { memory: "16Mi" }, limits: { memory: "16Mi" } } });
  server = await startServer(installed);
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a user is told. */
async function say(user: keyof typeof passwords, ...command: (string | number)[]): Promise<Reply> {
  await using connection = await server.as(user);
  // Not before the answer may the connection be closed.
  return await connection.send(...command);
}

describe("the configuration", () => {
  test("is what Redis runs with", async () => {
    const info = String(await say("app", "INFO"));
    expect(info).toMatch(/redis_version:7\./);
    // 75 % of 16 MiB.
    expect(info).toContain(`maxmemory:${16 * 1024 * 1024 * 0.75}\r`);
    expect(info).toContain("maxmemory_policy:volatile-lru");
    expect(info).toContain("maxclients:1000");
    expect(info).toContain("aof_enabled:0");
    expect(server.redis.output()).not.toMatch(/# (Fatal|WARNING.*config|Can't)/i);
  });

  test("writes nothing to disk in mode cache, not even when Redis stops", async () => {
    await using own = await startServer(await install({ metrics: { enabled: false } }));
    await using app = await own.as("app");
    await app.send("SET", "a", "1");
    own.redis.process.kill("SIGTERM");
    expect(await own.redis.ended).toMatchObject({ code: 0 });
    await expect(stat(join(own.pod.volume("data"), "dump.rdb"))).rejects.toThrow("ENOENT");
    await expect(stat(join(own.pod.volume("data"), "appendonlydir"))).rejects.toThrow("ENOENT");
  });

  test("keeps the passwords out of it, out of Redis' environment and out of every command line", async () => {
    const { configMaps } = installed.world;
    const environment = await readFile(`/proc/${server.redis.process.pid}/environ`, "utf8");
    const commandLine = await readFile(`/proc/${server.redis.process.pid}/cmdline`, "utf8");
    const acl = await readFile(join(server.pod.volume("run"), "server/users.acl"), "utf8");
    const spec = JSON.stringify(installed.spec("server"));
    expect(acl).toMatch(/^user app on .* #[0-9a-f]{64}$/m);
    for (const password of Object.values(passwords)) {
      for (const text of [JSON.stringify(configMaps), environment, commandLine, acl, spec]) expect(text).not.toContain(password);
    }
  });

  test("takes further lines", async () => {
    await using own = await startServer(await install({ extraConfig: ["slowlog-log-slower-than 12345", "notify-keyspace-events Ex"] }));
    await using exporter = await own.as("exporter");
    expect(await exporter.send("CONFIG", "GET", "slowlog-log-slower-than")).toEqual(["slowlog-log-slower-than", "12345"]);
  });
});

test("full memory costs only keys that expire anyway, and then writes", async () => {
  await using own = await startServer(await install({ resources: { requests: { memory: "8Mi" }, limits: { memory: "8Mi" } } }));
  await using app = await own.as("app");
  const fill = async (prefix: string, count: number, ...expiry: string[]) => {
    const replies = await Promise.all(
      Array.from({ length: count }, (_, index) => app.send("SET", `${prefix}:${index}`, "x".repeat(1000), ...expiry)),
    );
    return replies.filter((reply) => reply instanceof RedisError).length;
  };
  expect(await fill("queue", 1500)).toBe(0);
  expect(await fill("cache", 6000, "EX", "900")).toBe(0);
  const info = String(await app.send("INFO", "stats"));
  expect(Number(/evicted_keys:(\d+)/.exec(info)?.[1])).toBeGreaterThan(1000);
  const kept = await Promise.all(Array.from({ length: 1500 }, (_, index) => app.send("EXISTS", `queue:${index}`)));
  expect(kept.filter((exists) => exists !== 1)).toEqual([]);
  // Without anything that may go, Redis refuses to grow instead of being killed.
  expect(await fill("queue-2", 6000)).toBeGreaterThan(0);
  expect(await app.send("GET", "queue:0")).toBe("x".repeat(1000));
});

describe("the probes", () => {
  const probe = async (kind: "live" | "ready", pod = server.pod) => pod.run("redis", ["sh", "/etc/redis/probe.sh", kind]);

  test("succeed while Redis serves", async () => {
    expect([(await probe("live")).code, (await probe("ready")).code]).toEqual([0, 0]);
  });

  test("are those of the manifest, with the words of the script", () => {
    const [container] = installed.spec("server").containers;
    expect(container?.startupProbe?.exec?.command).toEqual(["sh", "/etc/redis/probe.sh", "live"]);
    expect(container?.livenessProbe?.exec?.command).toEqual(["sh", "/etc/redis/probe.sh", "live"]);
    expect(container?.readinessProbe?.exec?.command).toEqual(["sh", "/etc/redis/probe.sh", "ready"]);
  });

  test("go on working when the Secret has changed: only a restart of the pod makes new passwords count", async () => {
    await writeFile(join(server.pod.volume("secrets"), "probe"), "another");
    expect((await probe("ready")).code).toBe(0);
  });

  test("fail when nobody listens, and say why", async () => {
    await using pod = await createPod(installed.spec("server"), installed.world);
    const { configMaps, ...world } = installed.world;
    await using other = await createPod((await install({})).spec("server"), { ...world, configMaps });
    await pod.run("prepare");
    await other.run("prepare");
    for (const kind of ["live", "ready"] as const) {
      const { code, output } = await probe(kind, other);
      expect([code, output]).toEqual([1, expect.stringMatching(new RegExp(`^not ${kind}: .*Connection refused`))]);
    }
  });

  test("tell a busy Redis from one that can serve", async () => {
    await using own = await startServer(await install({ extraConfig: ["busy-reply-threshold 50"] }));
    await using app = await own.as("app");
    const endless = app.send("EVAL", "while true do end", "0").catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await probe("live", own.pod)).code).toBe(0);
    const notReady = await probe("ready", own.pod);
    expect([notReady.code, notReady.output]).toEqual([1, expect.stringMatching(/^not ready: BUSY /)]);
    own.redis.process.kill("SIGKILL");
    await endless;
  });
});

test("the exporter reads all it asks for with the rights of its user", async () => {
  const exporter = await server.pod.start("exporter");
  const metrics = await scrape(installed.metricsPort);
  exporter.process.kill("SIGKILL");
  expect(metrics).toContain("redis_up 1\n");
  expect(metrics).toMatch(/redis_exporter_last_scrape_error\{err=""\} 0/);
  expect(metrics).toMatch(/^redis_memory_max_bytes 1\.2582912e\+07$/m);
  for (const name of [
    "redis_evicted_keys_total",
    "redis_connected_clients",
    "redis_config_maxclients",
    "redis_slowlog_length",
    "redis_uptime_in_seconds",
  ]) {
    expect(metrics).toMatch(new RegExp(`^${name} `, "m"));
  }
  expect(exporter.output()).not.toMatch(/level=(ERROR|error|WARN|warning)|NOPERM/);
});

async function scrape(port: number): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    if (response?.ok) return response.text();
    if (attempt > 100) throw new Error("the exporter does not answer");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
