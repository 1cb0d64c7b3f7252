import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { vi } from "vitest";

import type { JobName } from "../../../generator/charts/monitoring/metrics.ts";
import { toolPath } from "../../../tools/build.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import type { Manifest } from "../../helm/client.ts";
import { client } from "../resp.ts";
import { startObjectStore } from "../s3.ts";
import { collectorOn } from "./collector.ts";
import { dataOf, place, production } from "./files.ts";
import { startLoki, type Loki } from "./loki.ts";
import { madeUp } from "./made-up-cluster.ts";
import { httpServer, isOk, start } from "./process.ts";
import { jobNames, meantFor, withoutWaiting, withTargets, type Target } from "./prometheus.ts";
import { exposition } from "./series.ts";

/**
 * The whole monitoring as production renders it, on loopback. Prometheus, Alertmanager, Loki on S3, the collector, node-exporter,
 * Redis with its exporter and the blackbox exporter are the real programs; the rest of the cluster is made up.
 */
export interface Monitoring extends AsyncDisposable {
  readonly manifests: readonly Manifest[];
  readonly prometheusUrl: string;
  readonly loki: Loki;
  /** Names of the jobs in the rendered configuration. */
  readonly scraped: readonly string[];
}

const namespace = "xpeditis-prod";
const at = (port: number): string => `127.0.0.1:${port}`;

/** Starts everything and waits until it answers. */
export async function startMonitoring(): Promise<Monitoring> {
  const folder = await mkdtemp(join(tmpdir(), "monitoring-live-"));
  const running: AsyncDisposable[] = [];
  const store = await startObjectStore();
  running.push(store);
  await store.createBucket("xpeditis-prod-logs");
  const manifests = await production({
    global: { objectStorage: { endpoint: store.endpoint, region: store.region } },
    frontend: { metrics: { enabled: true } },
    monitoring: {
      blackbox: { enabled: true },
      prometheus: { applications: { frontend: true } },
      alertmanager: {
        receivers: { slack: { enabled: false }, webhook: { enabled: true } },
        // Its waiting is not what is tried here.
        grouping: { waitSeconds: 0, intervalSeconds: 1 },
      },
    },
  });

  /** Starts a program that is stopped at the end, and waits until it answers. */
  const run = async (program: string, args: readonly string[], url?: string): Promise<void> => {
    const started = start(program, args);
    running.push(started);
    if (url === undefined) return;
    await vi
      .waitUntil(() => isOk(url), { timeout: 30_000, interval: 250 })
      .catch(() => {
        throw new Error(`${program}:\n${started.output()}`);
      });
  };

  const [redis = 0, redisExporter = 0, nodeExporter = 0, blackbox = 0, alertmanager = 0, prometheus = 0] = await freePorts(6);
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
  await place(join(folder, "blackbox"), dataOf(manifests, "blackbox-exporter"));
  await run(
    await toolPath("blackbox-exporter", "blackbox_exporter"),
    [`--config.file=${folder}/blackbox/blackbox.yaml`, `--web.listen-address=${at(blackbox)}`],
    `http://${at(blackbox)}/-/healthy`,
  );
  running.push(await placeAlertmanager(folder, manifests));
  await run(
    await toolPath("alertmanager", "alertmanager"),
    [
      `--config.file=${folder}/alertmanager/alertmanager.yaml`,
      `--storage.path=${folder}/silences`,
      "--cluster.listen-address=",
      `--web.listen-address=${at(alertmanager)}`,
    ],
    `http://${at(alertmanager)}/-/ready`,
  );

  const loki = await startLoki(manifests, folder, { S3_ACCESS_KEY: store.accessKeyId, S3_SECRET_KEY: store.secretAccessKey });
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

  const exporter = await httpServer(({ url = "" }) => {
    const series = madeUp[url.slice(1) as JobName];
    return series === undefined ? undefined : exposition(series);
  });
  running.push(exporter);
  const real: Partial<Record<JobName, string>> = {
    redis: at(redisExporter),
    "node-exporter": at(nodeExporter),
    alertmanager: at(alertmanager),
    loki: loki.address,
    "opentelemetry-collector": collector.metrics,
    prometheus: at(prometheus),
  };
  const text = dataOf(manifests, "prometheus")["prometheus.yaml"] ?? "";
  const config = withTargets(text, {
    ...targetsOf(text, real, at(exporter.port)),
    blackbox: [{ address: `http://${at(prometheus)}/-/healthy`, discovered: {} }],
  });
  const rules = Object.entries(dataOf(manifests, "prometheus-rules")).map(([name, rule]) => [name, withoutWaiting(rule)]);
  await place(join(folder, "rules"), Object.fromEntries(rules));
  await place(
    join(folder, "prometheus"),
    { "prometheus.yaml": config },
    {
      "/etc/prometheus-rules": join(folder, "rules"),
      "/etc/prometheus/": `${folder}/prometheus/`,
      "alertmanager.monitoring.svc:9093": at(alertmanager),
      "blackbox-exporter.monitoring.svc:9115": at(blackbox),
    },
  );
  await run(
    await toolPath("prometheus", "prometheus"),
    [`--config.file=${folder}/prometheus/prometheus.yaml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${at(prometheus)}`],
    `http://${at(prometheus)}/-/ready`,
  );

  const clock = setInterval(() => void disturb(redis, loki).catch(() => undefined), 2000);
  return {
    manifests,
    prometheusUrl: `http://${at(prometheus)}`,
    loki,
    scraped: jobNames(text),
    async [Symbol.asyncDispose]() {
      clearInterval(clock);
      for (const each of running.toReversed()) await each[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** Writes Alertmanager's configuration, whose receiver refuses everything: so that failing notifications have something to show. */
async function placeAlertmanager(folder: string, manifests: readonly Manifest[]): Promise<AsyncDisposable> {
  const receiver = await httpServer(({ url }) => (url === "/switch" ? "" : undefined));
  const [own, secrets] = [join(folder, "alertmanager"), join(folder, "secrets")];
  await mkdir(secrets);
  await writeFile(join(secrets, "webhook-url"), `http://${at(receiver.port)}/people`);
  await writeFile(join(secrets, "dead-mans-switch-url"), `http://${at(receiver.port)}/switch`);
  await place(own, dataOf(manifests, "alertmanager"), { "/etc/alertmanager/": `${own}/`, "/etc/alertmanager-secrets": secrets });
  return receiver;
}

/** Of each job the real program, the made-up one at a path of the exporter, or both, on a node each. */
function targetsOf(text: string, real: Partial<Record<JobName, string>>, exporter: string): Record<string, Target[]> {
  const target = (job: JobName, address: string, node: string, path: string): Target => ({
    address,
    discovered: {
      __meta_kubernetes_namespace: namespace,
      __meta_kubernetes_pod_name: job === "redis" ? "redis-0" : `${job}-1`,
      __meta_kubernetes_pod_node_name: node,
      __meta_kubernetes_node_name: node,
      __meta_kubernetes_pod_phase: "Running",
      ...meantFor(text, job),
      __metrics_path__: path,
    },
  });
  const entries = (jobNames(text) as JobName[]).map((job) => {
    const program = real[job];
    return [
      job,
      [
        ...(program === undefined ? [] : [target(job, program, "worker-1", "/metrics")]),
        ...(madeUp[job] === undefined ? [] : [target(job, exporter, "worker-2", `/${job}`)]),
      ],
    ];
  });
  return Object.fromEntries(entries) as Record<string, Target[]>;
}

/** What goes on meanwhile: keys are looked up, and Loki is sent lines that are too old. */
async function disturb(redisPort: number, loki: Loki): Promise<void> {
  await using redis = await client(redisPort);
  await redis.send("GET", "a key that is not there");
  const values = [[`${Date.now() - 30 * 86_400_000}000000`, "too old"]];
  await fetch(`${loki.url}/loki/api/v1/push`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ streams: [{ stream: { namespace, app: "backend" }, values }] }),
  });
}
