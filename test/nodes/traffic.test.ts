import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";

import { mergeFiles } from "../../generator/values/coalesce.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { bookAfterPause, closesIdleAfter } from "./idle.ts";
import { nextRelease } from "./images/applications.ts";
import { untilGone } from "./leaving.ts";
import { underLoad, type LoadResult } from "./load.ts";
import { startLoadBalancer, type LoadBalancer } from "./load-balancer.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";

let production: Production;
let balancer: LoadBalancer;
let chart: string;

/** Requests per second, and at least how many of them for each test. */
const perSecond = Number(process.env["REQUESTS_PER_SECOND"] ?? "50");
const minimum = Number(process.env["REQUESTS"] ?? "2500");

const api = { host: "api.xpeditis.com", path: "/api/v1/rates/search?origin=HAM&destination=SHA&container=20ft" };
const page = { host: "app.xpeditis.com", path: "/api/health" };
const visits = { perSecond, targets: [api, api, api, page], newConnectionEvery: 10 };

beforeAll(async () => {
  production = await startProduction({ traefik: true });
  const { cluster, packages, registry, release } = production;
  chart = await packages.pack();
  await cluster.apply(databaseObjects());
  await registry.push([await nextRelease("backend", "1.0.1"), await nextRelease("frontend", "1.0.1")]);
  await release.install(chart);
  await cluster.kubectl(["--namespace", "kube-system", "rollout", "status", "deployment/traefik", "--timeout=120s"]);
  balancer = await startLoadBalancer(cluster, cluster.realNodes);
});
afterAll(async () => {
  await balancer?.[Symbol.asyncDispose]();
  await production?.[Symbol.asyncDispose]();
});

test("backend and frontend are replaced by their next release, and no request fails", async () => {
  const tags: Values = { backend: { image: { tag: "1.0.1" } }, frontend: { image: { tag: "1.0.1" } } };
  const { failures } = await failuresDuring("rolling update", () => upgrade(tags));
  expect(failures).toEqual([]);
});

test("backend and frontend are scaled down, and no request fails", async () => {
  await scale({ backend: 4, frontend: 3 });
  const { failures } = await failuresDuring("scaled down", () => scale({ backend: 2, frontend: 2 }));
  expect(failures).toEqual([]);
});

test("Traefik is restarted, and no request fails", async () => {
  const { failures } = await failuresDuring("Traefik restarted", restartTraefik);
  expect(failures).toEqual([]);
});

test("a node is drained, and no request fails; a load balancer that asks where it sends is seen to fail some", async () => {
  const { cluster } = production;
  const other = await startLoadBalancer(cluster, cluster.realNodes, { asksWhereItSends: true });
  const few = { ...visits, balancer: other, perSecond: 5, newConnectionEvery: 1 };
  const node = await nodeWithoutRedis();
  // One on each node: of one frontend alone nothing would be left.
  await scale({ frontend: 2 });
  let seen: LoadResult | undefined;
  const { failures } = await failuresDuring("drained node", async () => {
    seen = await underLoad(few, 0, async () => {
      await drain(node);
      // By then the other load balancer is about to notice.
      await sleep(20_000);
    });
  });
  await other[Symbol.asyncDispose]();
  await cluster.kubectl(["uncordon", node]);
  expect(failures).toEqual([]);
  expect(seen?.failures).not.toEqual([]);
});

test("pods that leave at once, without waiting for Traefik to learn it, are seen to fail requests", async () => {
  const shutdown = { preStopSeconds: 0, drainSeconds: 0 };
  const hasty: Values = { backend: { shutdown }, frontend: { shutdown } };
  await upgrade(hasty);
  // Those that leave now are the hasty ones.
  const { failures } = await failuresDuring("hasty pods", () => upgrade({ ...hasty, backend: { shutdown, rolloutRevision: "2" } }));
  expect(failures).not.toEqual([]);
});

test("no booking meets a connection that Node.js is closing; where Traefik keeps connections for longer, some do", async () => {
  const moment = await closesIdleAfter(production.cluster);
  expect(moment).toBeGreaterThan(4000);
  expect(await bookAfterPause(balancer, moment)).toEqual({ 401: 200 });

  const patch = JSON.stringify({ spec: { forwardingTimeouts: { idleConnTimeout: "90s" } } });
  await production.cluster.kubectl(["--namespace", namespace, "patch", "serverstransport", "backend", "--type=merge", "--patch", patch]);
  await production.cluster.waitFor(
    "a booking fails",
    async () => ((await bookAfterPause(balancer, moment))[502] === undefined ? undefined : true),
    180,
  );
});

// ── internal ────────────────────────────────────────────────────────────────

/** Works while visitors ask, and says what became of their requests. */
async function failuresDuring(name: string, work: () => Promise<unknown>): Promise<LoadResult> {
  onTestFailed(async () => console.error(await production.cluster.diagnose()));
  const result = await underLoad({ ...visits, balancer }, minimum, work);
  const { sent, seconds, failures, p99 } = result;
  console.log(
    `${name}: ${sent} requests in ${seconds.toFixed(0)} s (${(sent / seconds).toFixed(0)}/s), ${failures.length} failed, p99 ${p99.toFixed(0)} ms`,
    ...failures.slice(0, 10).map((failure) => `\n  ${failure}`),
  );
  return result;
}

/** Returns when the pods before are gone, too: they go on after Helm is content. */
async function upgrade(values: Values): Promise<void> {
  const { cluster, release } = production;
  await release.upgrade(chart, [], mergeFiles([release.environment.values, values]));
  await untilGone(cluster, namespace, "app.kubernetes.io/component=server");
}

async function scale(replicas: Readonly<Record<string, number>>): Promise<void> {
  const { cluster } = production;
  for (const [name, count] of Object.entries(replicas)) {
    const deployment = `deployment/${name}`;
    await cluster.kubectl(["--namespace", namespace, "scale", deployment, `--replicas=${count}`]);
    await cluster.kubectl(["--namespace", namespace, "rollout", "status", deployment, "--timeout=180s"]);
  }
  await untilGone(cluster, namespace, "app.kubernetes.io/component=server");
}

async function restartTraefik(): Promise<void> {
  const { cluster } = production;
  await cluster.kubectl(["--namespace", "kube-system", "rollout", "restart", "deployment/traefik"]);
  await cluster.kubectl(["--namespace", "kube-system", "rollout", "status", "deployment/traefik", "--timeout=300s"]);
  await untilGone(cluster, "kube-system", "app.kubernetes.io/name=traefik");
}

/** A node without the only pod of Redis, whose volume stays where it is. */
async function nodeWithoutRedis(): Promise<string> {
  const { cluster } = production;
  const [redis] = await cluster.list("pods", namespace, "app.kubernetes.io/name=redis,app.kubernetes.io/component=server");
  const { nodeName } = (redis as unknown as { spec: { nodeName: string } }).spec;
  return cluster.realNodes.find(({ name }) => name !== nodeName)?.name ?? "";
}

/** Evicts all pods but those that play someone else's database and object storage. */
async function drain(node: string): Promise<void> {
  const { cluster } = production;
  const flags = ["--ignore-daemonsets", "--delete-emptydir-data", "--pod-selector=app notin (postgresql,s3)", "--timeout=240s"];
  await cluster.kubectl(["drain", node, ...flags]);
}
