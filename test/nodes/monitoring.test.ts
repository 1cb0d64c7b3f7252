import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";

import { unready } from "../cluster/chart/workloads.ts";
import { forward } from "./forward.ts";
import { complaints } from "./logs.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";

let production: Production;

beforeAll(async () => {
  production = await startProduction({ monitoring: true });
  await production.cluster.apply(databaseObjects());
  await production.release.install(await production.packages.pack());
});
afterAll(() => production?.[Symbol.asyncDispose]());

test("the monitoring is Ready, and none of its containers misses a permission", async () => {
  const { cluster, release } = production;
  onTestFailed(async () => console.error(await cluster.diagnose()));
  expect(await unready(cluster, release)).toEqual([]);
  expect(await complaints(cluster, "monitoring")).toEqual([]);
});

interface Target {
  readonly health: string;
  readonly lastError: string;
  readonly labels: { readonly job: string; readonly instance?: string };
}

test("Prometheus reaches everything that it knows of: pods, kubelets with cAdvisor, nodes, the API server", async () => {
  await using prometheus = await forward(production.cluster, "monitoring", "prometheus", 9090);
  const targets = await production.cluster.waitFor(
    "every target is up",
    async () => {
      const found = await ask<{ activeTargets: Target[] }>(`${prometheus.url}/api/v1/targets?state=active`);
      return found.activeTargets.every(({ health }) => health === "up") ? found.activeTargets : undefined;
    },
    150,
  );
  const jobs = new Set(targets.map(({ labels }) => labels.job));
  console.log(`targets of Prometheus: ${targets.length}, of ${[...jobs].toSorted().join(", ")}`);
  const wanted = [
    "alertmanager",
    "apiserver",
    "app-backend",
    "cadvisor",
    "kube-state-metrics",
    "kubelet",
    "loki",
    "node-exporter",
    "prometheus",
    "redis",
  ];
  expect([...jobs]).toEqual(expect.arrayContaining(wanted));
  // A process of Node.js takes more, and cAdvisor tells whose it is only if it finds containerd.
  const memory = `container_memory_working_set_bytes{namespace="${namespace}",container="backend"} > 20e6`;
  await production.cluster.waitFor(
    "cAdvisor's metrics of both pods of the backend",
    async () => {
      const { result } = await ask<{ result: unknown[] }>(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(memory)}`);
      return result.length >= 2 ? true : undefined;
    },
    120,
  );
});

test("what containers write is found in Loki under its labels", async () => {
  await using loki = await forward(production.cluster, "monitoring", "loki", 3100);
  const query = `{namespace="${namespace}",container="backend"} |= "listening on"`;
  const lines = await production.cluster.waitFor(
    "the backend's first words are in Loki",
    async () => {
      const { result } = await ask<{ result: { values: [string, string][] }[] }>(
        `${loki.url}/loki/api/v1/query_range?query=${encodeURIComponent(query)}&since=1h`,
      );
      return result.length > 0 ? result.flatMap(({ values }) => values.map(([, line]) => line)) : undefined;
    },
    90,
  );
  expect(lines).toContainEqual(expect.stringContaining("listening on 4000"));
});

/** The data of an answer of Prometheus or Loki. */
async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { data: T }).data;
}
