import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { jobs, type Job, type JobName } from "../../../generator/charts/monitoring/metrics.ts";
import { toolPath } from "../../../tools/build.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import type { Manifest } from "../../helm/client.ts";
import { client } from "../resp.ts";
import { startObjectStore } from "../s3.ts";
import { collectorOn } from "./collector.ts";
import { panelQueriesOf, type PanelQuery } from "./dashboards.ts";
import { dataOf, place, production } from "./files.ts";
import { startLoki, type Loki } from "./loki.ts";
import { exposition, madeUp, typeOf } from "./made-up-cluster.ts";
import { getJson, httpServer, isOk, start } from "./process.ts";
import { jobNames, meantFor, withoutWaiting, withTargets, type Target } from "./prometheus.ts";

/**
 * Every panel of every dashboard has data: Prometheus, Alertmanager, Loki on S3, the collector, node-exporter, Redis with its
 * exporter and the blackbox exporter are the real programs; the rest of the cluster is made up (`made-up-cluster.ts`).
 */

/** Queries that give nothing, each for a reason: what they show has not happened. */
const mayBeEmpty: Readonly<Record<string, string>> = {
  "xpeditis-redis / Clients / Refused and cut off / B": "Debian's Redis 7.0 does not count those yet that read too slowly",
  "xpeditis-storage / Object storage of the logs / Failing / A": "no operation on the object storage has failed",
  "xpeditis-monitoring / Logs / Lines / C": "the collector has lost no line",
};

const namespace = "xpeditis-prod";

let folder: string;
let manifests: readonly Manifest[];
let prometheusUrl: string;
let loki: Loki;
let redisPort: number;
let scraped: readonly string[];
const running: AsyncDisposable[] = [];

/** Starts a program that is stopped at the end. */
async function run(program: string, args: readonly string[], url?: string): Promise<void> {
  const started = start(program, args);
  running.push(started);
  if (url === undefined) return;
  await vi
    .waitUntil(() => isOk(url), { timeout: 30_000, interval: 250 })
    .catch(() => {
      throw new Error(`${program}:\n${started.output()}`);
    });
}

/** The real programs, by the job that scrapes them: host and port. */
async function startPrograms(): Promise<Partial<Record<JobName, string>>> {
  const [redis = 0, redisExporter = 0, nodeExporter = 0, blackbox = 0, alertmanager = 0] = await freePorts(5);
  const at = (port: number): string => `127.0.0.1:${port}`;
  const store = await startObjectStore();
  running.push(store);
  await store.createBucket("xpeditis-prod-logs");
  manifests = await production({
    global: { objectStorage: { endpoint: store.endpoint, region: store.region } },
    frontend: { metrics: { enabled: true } },
    monitoring: {
      blackbox: { enabled: true },
      prometheus: { applications: { frontend: true } },
      // A receiver that refuses everything, so that failing notifications have something to show.
      alertmanager: {
        receivers: { slack: { enabled: false }, webhook: { enabled: true } },
        grouping: { waitSeconds: 0, intervalSeconds: 1 },
      },
    },
  });

  redisPort = redis;
  await run("redis-server", ["--port", `${redis}`, "--save", "", "--maxmemory", "64mb", "--dir", folder]);
  await run(
    await toolPath("redis-exporter", "redis_exporter"),
    [`--redis.addr=redis://${at(redis)}`, `--web.listen-address=${at(redisExporter)}`],
    `http://${at(redisExporter)}/metrics`,
  );
  await run(
    await toolPath("node-exporter", "node_exporter"),
    [`--web.listen-address=${at(nodeExporter)}`],
    `http://${at(nodeExporter)}/metrics`,
  );
  const config = join(folder, "blackbox");
  await place(config, dataOf(manifests, "blackbox-exporter"));
  await run(
    await toolPath("blackbox-exporter", "blackbox_exporter"),
    [`--config.file=${config}/blackbox.yaml`, `--web.listen-address=${at(blackbox)}`],
    `http://${at(blackbox)}/-/healthy`,
  );

  const receiver = await httpServer(({ url }) => (url === "/switch" ? "" : undefined));
  running.push(receiver);
  const secrets = join(folder, "secrets");
  await mkdir(secrets);
  await writeFile(join(secrets, "webhook-url"), `http://${at(receiver.port)}/people`);
  await writeFile(join(secrets, "dead-mans-switch-url"), `http://${at(receiver.port)}/switch`);
  const ofAlertmanager = join(folder, "alertmanager");
  await place(ofAlertmanager, dataOf(manifests, "alertmanager"), {
    "/etc/alertmanager/": `${ofAlertmanager}/`,
    "/etc/alertmanager-secrets": secrets,
  });
  await run(
    await toolPath("alertmanager", "alertmanager"),
    [
      `--config.file=${ofAlertmanager}/alertmanager.yaml`,
      `--storage.path=${folder}/silences`,
      "--cluster.listen-address=",
      `--web.listen-address=${at(alertmanager)}`,
    ],
    `http://${at(alertmanager)}/-/ready`,
  );

  loki = await startLoki(manifests, folder, { S3_ACCESS_KEY: store.accessKeyId, S3_SECRET_KEY: store.secretAccessKey });
  running.push(loki);
  const collector = await collectorOn(manifests, folder, loki.address);
  for (const [of, pod, container] of [
    [namespace, "backend-5d4f8c7b9-abcde", "backend"],
    [namespace, "frontend-7c9d8f6b5-q4w5x", "frontend"],
    [namespace, "redis-0", "redis"],
    [namespace, "postgresql-1", "postgres"],
    ["kube-system", "traefik-6f7d8c9b4-zzxw2", "traefik"],
  ] as const)
    for (const level of ["info", "warn", "error"])
      await collector.log(of, pod, container, `{"level":"${level}","msg":"said by ${container}"}`);
  running.push(await collector.start());
  return {
    redis: at(redisExporter),
    "node-exporter": at(nodeExporter),
    blackbox: at(blackbox),
    alertmanager: at(alertmanager),
    loki: loki.address,
    "opentelemetry-collector": collector.metrics,
  };
}

/** What goes on meanwhile: keys are looked up, and Loki is sent lines that are too old. */
async function disturb(): Promise<void> {
  await using redis = await client(redisPort);
  await redis.send("GET", "a key that is not there");
  const values = [[`${Date.now() - 30 * 86_400_000}000000`, "too old"]];
  await fetch(`${loki.url}/loki/api/v1/push`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ streams: [{ stream: { namespace, app: "backend" }, values }] }),
  });
}

/** Prometheus with all jobs of the rendered configuration, each with its real program, its made-up target, or both. */
async function startPrometheus(programs: Partial<Record<JobName, string>>): Promise<void> {
  const [port = 0] = await freePorts(1);
  prometheusUrl = `http://127.0.0.1:${port}`;
  const exporter = await httpServer(({ url = "" }) => {
    const series = madeUp[url.slice(1) as JobName];
    return series === undefined ? undefined : exposition(series);
  });
  running.push(exporter);
  const text = dataOf(manifests, "prometheus")["prometheus.yaml"] ?? "";
  scraped = jobNames(text);
  const target = (job: JobName, address: string, node: string, path?: string): Target => ({
    address,
    discovered: {
      __meta_kubernetes_namespace: namespace,
      __meta_kubernetes_pod_name: job === "redis" ? "redis-0" : `${job}-1`,
      __meta_kubernetes_pod_node_name: node,
      __meta_kubernetes_node_name: node,
      __meta_kubernetes_pod_phase: "Running",
      ...meantFor(text, job),
      ...(path === undefined ? {} : { __metrics_path__: path }),
    },
  });
  const all: Partial<Record<JobName, string>> = { ...programs, prometheus: `127.0.0.1:${port}` };
  const targets = Object.fromEntries(
    (scraped as JobName[]).map((job) => {
      const program = all[job];
      return [
        job,
        [
          ...(program === undefined || job === "blackbox" ? [] : [target(job, program, "worker-1", "/metrics")]),
          ...(madeUp[job] === undefined ? [] : [target(job, `127.0.0.1:${exporter.port}`, "worker-2", `/${job}`)]),
          ...(job === "blackbox" ? [{ address: `http://127.0.0.1:${port}/-/healthy`, discovered: {} }] : []),
        ],
      ];
    }),
  );
  const rules = join(folder, "rules");
  await place(
    rules,
    Object.fromEntries(Object.entries(dataOf(manifests, "prometheus-rules")).map(([name, rule]) => [name, withoutWaiting(rule)])),
  );
  await place(
    join(folder, "prometheus"),
    { "prometheus.yaml": withTargets(text, targets) },
    {
      "/etc/prometheus-rules": rules,
      "/etc/prometheus/": `${folder}/prometheus/`,
      "alertmanager.monitoring.svc:9093": programs.alertmanager ?? "",
      "blackbox-exporter.monitoring.svc:9115": programs.blackbox ?? "",
    },
  );
  await run(
    await toolPath("prometheus", "prometheus"),
    [`--config.file=${folder}/prometheus/prometheus.yaml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`],
    `${prometheusUrl}/-/ready`,
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "monitoring-dashboards-"));
  await startPrometheus(await startPrograms());
  const clock = setInterval(() => void disturb().catch(() => undefined), 2000);
  running.push({
    [Symbol.asyncDispose]: async () => clearInterval(clock),
  });
}, 240_000);

afterAll(async () => {
  for (const each of running.toReversed()) await each[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

interface Series {
  readonly metric?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
}

const ask = async (path: string, query: Readonly<Record<string, string>>) =>
  (await getJson<{ data: { result: readonly Series[] } }>(`${prometheusUrl}/api/v1/${path}`, query)).data.result;

/** Samples that a panel would draw. */
async function samplesOf({ source, expr, instant }: PanelQuery): Promise<number> {
  if (source === "loki") return (await loki.query(expr)).reduce((sum, { values }) => sum + values.length, 0);
  if (instant) return (await ask("query", { query: expr })).length;
  const end = Date.now() / 1000;
  const result = await ask("query_range", { query: expr, start: `${end - 60}`, end: `${end}`, step: "5" });
  return result.reduce((sum, { values = [] }) => sum + values.length, 0);
}

const labelValues = async (metric: string, label: string) =>
  (await getJson<{ data: readonly string[] }>(`${prometheusUrl}/api/v1/label/${label}/values`, { "match[]": metric })).data;

test("what is made up has the names that the real exporters have", () => {
  const unknown = Object.entries(madeUp).flatMap(([job, series]) => {
    const { exporters }: Job = jobs[job as JobName];
    return series.filter(({ name }) => typeOf(name, exporters) === undefined).map(({ name }) => `${job}: ${name}`);
  });
  expect(unknown).toEqual([]);
});

test("every job of the rendered configuration has a target that answers", async () => {
  const up = await vi.waitUntil(
    async () => {
      const found = (await ask("query", { query: "sum by (job) (up) > 0" })).map(({ metric }) => metric?.["job"] ?? "");
      return found.length >= scraped.length ? found : undefined;
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(up.toSorted()).toEqual([...scraped].toSorted());
});

test("every recording rule records something", async () => {
  const names = Object.values(dataOf(manifests, "prometheus-rules")).flatMap((text) =>
    [...text.matchAll(/^ +- record: (\S+)$/gm)].map(([, name = ""]) => name),
  );
  expect(names.length).toBeGreaterThan(25);
  const silent = async () => {
    const found = await Promise.all(names.map(async (name) => ({ name, samples: await ask("query", { query: name }) })));
    return found.filter(({ samples }) => samples.length === 0).map(({ name }) => name);
  };
  await vi.waitUntil(async () => (await silent()).length === 0, { timeout: 60_000, interval: 1000 }).catch(() => undefined);
  expect(await silent()).toEqual([]);
});

test("no panel is empty, but for what shows that something has not happened", async () => {
  const queries = await vi.waitUntil(() => panelQueriesOf(manifests, labelValues).catch(() => undefined), {
    timeout: 60_000,
    interval: 500,
  });
  const placeOf = ({ panel, refId }: PanelQuery): string => `${panel} / ${refId}`;
  const samples = new Map(queries.map((query) => [query, 0]));
  const empty = () => queries.filter((query) => samples.get(query) === 0);
  // Rates need two scrapes, notifications a failed try, Loki what the collector sends it.
  await vi
    .waitUntil(
      async () => {
        for (const query of empty()) samples.set(query, await samplesOf(query));
        return empty().every((query) => placeOf(query) in mayBeEmpty);
      },
      { timeout: 120_000, interval: 2000 },
    )
    .catch(() => undefined);

  const perPanel = Map.groupBy(queries, ({ panel }) => panel);
  const rows = [...perPanel].map(([panel, of]) => `| ${panel} | ${of.map((query) => samples.get(query)).join(" + ")} |`);
  console.log(`| dashboard / row / panel | samples of each query |\n| --- | --- |\n${rows.join("\n")}\n`);

  expect(
    empty()
      .filter((query) => !(placeOf(query) in mayBeEmpty))
      .map((query) => `${placeOf(query)}: ${query.expr}`),
  ).toEqual([]);
  // An exception for a panel that is gone or renamed would hide the next one of its name.
  expect(Object.keys(mayBeEmpty).filter((key) => !queries.some((query) => placeOf(query) === key))).toEqual([]);
}, 240_000);
