/** The chart `redis` as these tests install it: rendered by the generator, run by real programs. */
import { access, constants } from "node:fs/promises";
import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";

import { redis } from "../../generator/charts/redis/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { toolPath } from "../../tools/build.ts";
import { installation, manifestsOf, ofKind, overlaid } from "../charts/releases.ts";
import { createPod, type Pod, type Running, type World } from "./container.ts";
import { freePort } from "./ports.ts";
import { client, type Client } from "./resp.ts";
import type { ObjectStore } from "./s3.ts";

/** Passwords that a shell, JSON and Redis' own syntax would each misread. The application's is part of a URL. */
export const passwords = {
  app: "f3.A_9~b-2c",
  probe: `p'r"o b\\e$HOME`,
  exporter: `e"x\\p'orter #1`,
  backup: "b*a?c[k]up > all",
} as const;

/** A rendered release of the chart, at a free port. */
export interface Installed {
  readonly port: number;
  readonly metricsPort: number;
  /** The pod of the StatefulSet, of the CronJob or of the restore Job. */
  readonly spec: (of: "server" | "backup" | "restore") => IPodSpec;
  readonly world: World;
}

/**
 * Renders the chart alone.
 *
 * @param claims folders for its volume, if it has one.
 */
export async function install(values: Values, claims: World["claims"] = {}, storage?: ObjectStore): Promise<Installed> {
  await requireRedis();
  const [port, metricsPort] = [await freePort(), await freePort()];
  const all = overlaid({ fullnameOverride: "redis", global: { redis: { port } }, metrics: { port: metricsPort } }, values);
  const manifests = manifestsOf(all, installation, redis);
  const programs = [await toolPath("rclone", "rclone"), await toolPath("redis-exporter", "redis_exporter")];
  const credentials = { AWS_ACCESS_KEY_ID: storage?.accessKeyId ?? "", AWS_SECRET_ACCESS_KEY: storage?.secretAccessKey ?? "" };
  const users = Object.entries(passwords).map(([user, password]) => [`${user}-password`, password]);
  return {
    port,
    metricsPort,
    spec: (of) => {
      const found: Record<typeof of, IPodSpec | undefined> = {
        server: first<IStatefulSet>("StatefulSet")?.spec?.template.spec,
        backup: first<ICronJob>("CronJob")?.spec?.jobTemplate.spec?.template.spec,
        restore: first<IJob>("Job")?.spec?.template.spec,
      };
      if (found[of] === undefined) throw new Error(`these values render no pod of ${of}`);
      return found[of];
    },
    world: {
      configMaps: Object.fromEntries(ofKind(manifests, "ConfigMap").map(({ metadata, data }) => [metadata?.name ?? "", data ?? {}])),
      secrets: { "redis-secrets": { ...Object.fromEntries(users), ...credentials } },
      claims,
      services: ["redis-svc"],
      programs,
      entrypoints: { exporter: "redis_exporter" },
    },
  };

  function first<T>(kind: string): T | undefined {
    return manifests.find(({ object }) => object.kind === kind)?.object as T | undefined;
  }
}

/** The server's pod, with Redis running in it. */
export interface Server extends AsyncDisposable {
  readonly pod: Pod;
  readonly redis: Running;
  /** Connects as one of the chart's users. */
  as(user: keyof typeof passwords): Promise<Client>;
}

/** Starts the server's pod as a kubelet does: the init container, then Redis; waits for the readiness probe. */
export async function startServer({ port, spec, world }: Installed): Promise<Server> {
  const pod = await createPod(spec("server"), world);
  const prepared = await pod.run("prepare");
  if (prepared.code !== 0) throw new Error(`the container prepare fails:\n${prepared.output}`);
  const running = await pod.start("redis");
  await ready(pod, running);
  return {
    pod,
    redis: running,
    as: (user) => client(port, [user, passwords[user]]),
    [Symbol.asyncDispose]: () => pod[Symbol.asyncDispose](),
  };
}

/** Waits until the readiness probe of Redis succeeds. */
export async function ready(pod: Pod, running: Running): Promise<void> {
  for (let attempt = 0; (await pod.run("redis", ["sh", "/etc/redis/probe.sh", "ready"])).code !== 0; attempt += 1) {
    if (running.process.exitCode !== null || attempt > 300) throw new Error(`Redis is not ready:\n${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Debian's package, which nothing else brings along. */
async function requireRedis(): Promise<void> {
  await access("/usr/bin/redis-server", constants.X_OK).catch(() => {
    throw new Error("/usr/bin/redis-server is not there: install Redis 7, on Debian with `apt-get install -y redis-server`");
  });
}
