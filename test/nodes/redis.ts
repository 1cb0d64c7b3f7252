import type { Pod } from "../cluster/chart/workloads.ts";
import type { Client } from "../cluster/harness/client.ts";
import { namespace, type Production } from "./production.ts";

/** What a writer saw of a Redis that was killed meanwhile. */
export interface Writes {
  /** Writes that Redis said were done before the first one that failed. */
  readonly acknowledged: number;
  /** Of those, how many are gone afterwards. */
  readonly lost: number;
  /** Time of the lost ones: between the newest that is kept and the newest that was acknowledged. */
  readonly lostMilliseconds: number;
  /** Between the last write before and the first one after. */
  readonly awayMilliseconds: number;
}

/**
 * Writes one key after the other from a pod of the backend, with the backend's own client and user, until it could write
 * again after a failure, and then looks which of the keys before are there. Somebody else kills Redis meanwhile.
 *
 * @param seconds after which it gives up.
 * @param url of another Redis than the backend's.
 */
export async function writeFor(cluster: Client, seconds: number, url = ""): Promise<Writes> {
  const command = [
    "--namespace",
    namespace,
    "exec",
    "deployment/backend",
    "--container",
    "backend",
    "--",
    "node",
    "-e",
    writer,
    String(seconds),
    url,
  ];
  const output = await cluster.kubectl(command);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as Writes;
}

/** Ends every Redis of a namespace as the kernel's out-of-memory killer does: no signal that it could act on. */
export async function killRedis({ cluster }: Production, inNamespace: string): Promise<void> {
  const pods = await cluster.list<Pod>("pods", inNamespace);
  for (const node of cluster.realNodes) {
    const uids = pods.filter(({ spec }) => spec.nodeName === node.name).map(({ metadata }) => metadata.uid ?? "");
    // A process's control group names its pod.
    const script = `for pid in $(pidof redis-server); do grep -qE '${uids.join("|")}' /proc/$pid/cgroup && kill -9 $pid; done; true`;
    if (uids.length > 0) await node.run(["sh", "-c", script]);
  }
}

/** Runs a program of ioredis in a pod of the backend: `redis` is connected as the backend is. Gives what it returns. */
export async function inRedis<T>({ cluster }: Production, body: string): Promise<T> {
  const program = `
const { Redis } = require("ioredis");
const redis = new Redis(process.env.REDIS_URL);
redis.on("error", () => {});
(async () => { ${body} })().then((value) => { console.log(JSON.stringify(value ?? null)); process.exit(0); }, (error) => { console.error(error); process.exit(1); });
`;
  const command = ["exec", "deployment/backend", "--container", "backend", "--", "node", "-e", program];
  return JSON.parse((await cluster.kubectl(["--namespace", namespace, ...command])).trim()) as T;
}

/** Every key with its content, as text that two can be compared by. */
export const everything = `
const entries = [];
for await (const keys of redis.scanStream({ match: "restore-test:*", count: 1000 }))
  for (const key of keys) entries.push([key, await redis.get(key), (await redis.ttl(key)) > 0]);
return entries.sort();
`;

const writer = `
const { Redis } = require("ioredis");
const [, seconds, url] = process.argv;
const redis = new Redis(url || process.env.REDIS_URL, { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 500, retryStrategy: () => 100 });
redis.on("error", () => {});
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const main = async () => {
  while (redis.status !== "ready") await wait(50);
  const run = "test-writes:" + Date.now() + ":";
  const times = [];
  let failed, after;
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && !(after < Date.now() - 2000)) {
    try {
      await redis.set(run + times.length, "x", "EX", 600);
      if (failed === undefined) times.push(Date.now());
      else after ??= Date.now();
    } catch {
      failed ??= Date.now();
      await wait(20);
    }
  }
  const reader = new Redis(url || process.env.REDIS_URL);
  const found = (await times.reduce((batch, _, index) => batch.exists(run + index), reader.pipeline()).exec()).map(([, exists]) => exists);
  const kept = found.lastIndexOf(1);
  const last = times[times.length - 1];
  console.log(JSON.stringify({
    acknowledged: times.length,
    lost: found.filter((each) => each === 0).length,
    lostMilliseconds: kept === times.length - 1 ? 0 : last - (times[kept] ?? times[0]),
    awayMilliseconds: after === undefined ? -1 : after - last,
  }));
  process.exit(0);
};
main();
`;
