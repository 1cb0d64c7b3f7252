import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";

import { mergeFiles } from "../../generator/values/coalesce.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { nextRelease } from "./images/applications.ts";
import { untilGone } from "./leaving.ts";
import { underLoad, type LoadResult } from "./load.ts";
import { startLoadBalancer, type LoadBalancer } from "./load-balancer.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";

let production: Production;
let balancer: LoadBalancer;
let chart: string;

/** Requests per second, and at least how many: what two cores serve beside everything else that they play. */
const perSecond = Number(process.env["REQUESTS_PER_SECOND"] ?? "60");
const minimum = Number(process.env["REQUESTS"] ?? "3000");

const targets = [
  { host: "api.xpeditis.com", path: "/api/v1/rates/search?origin=HAM&destination=SHA&container=20ft" },
  { host: "app.xpeditis.com", path: "/api/health" },
];

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

/** Works while visitors ask, and says what became of their requests. */
async function failuresDuring(name: string, work: () => Promise<unknown>): Promise<LoadResult> {
  onTestFailed(async () => console.error(await production.cluster.diagnose()));
  const result = await underLoad({ balancer, perSecond, targets }, minimum, work);
  const { sent, seconds, failures, p99 } = result;
  console.log(
    `${name}: ${sent} requests in ${seconds.toFixed(0)} s (${(sent / seconds).toFixed(0)}/s), ${failures.length} failed, p99 ${p99.toFixed(0)} ms`,
  );
  return result;
}

test("backend and frontend are replaced by their next release, and no request fails", async () => {
  const tags: Values = { backend: { image: { tag: "1.0.1" } }, frontend: { image: { tag: "1.0.1" } } };
  const { failures } = await failuresDuring("rolling update", () => upgrade(tags));
  expect(failures).toEqual([]);
});

test("pods that leave at once, without waiting for Traefik to learn it, are seen to fail requests", async () => {
  const shutdown = { preStopSeconds: 0, drainSeconds: 0 };
  const hasty: Values = { backend: { shutdown }, frontend: { shutdown } };
  await upgrade(hasty);
  // Those that leave now are the hasty ones.
  const { failures } = await failuresDuring("hasty pods", () => upgrade({ ...hasty, backend: { shutdown, rolloutRevision: "2" } }));
  expect(failures).not.toEqual([]);
});

/** Returns when the pods before are gone, too: they go on after Helm is content. */
async function upgrade(values: Values): Promise<void> {
  const { cluster, release } = production;
  await release.upgrade(chart, [], mergeFiles([release.environment.values, values]));
  await untilGone(cluster, namespace, "app.kubernetes.io/component=server");
}
