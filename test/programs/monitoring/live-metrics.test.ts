import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { IScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { toolPath } from "../../../tools/build.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import type { Manifest } from "../../helm/client.ts";
import { application, cadvisor, kubeStateMetrics, traefik, type State } from "./exposition.ts";
import { dataOf, place, production } from "./files.ts";
import { getJson, httpServer, start, type Running } from "./process.ts";
import { withoutWaiting, withTargets, type Target } from "./prometheus.ts";

/** A notification as Alertmanager's webhooks send it. */
interface Notification {
  readonly receiver: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };

const state: State = { answered: { 200: 1000, 500: 0 }, memory: 700 };
const notifications: Notification[] = [];
const calls: Notification[] = [];

let manifests: readonly Manifest[];
let folder: string;
let prometheusUrl: string;
let prometheus: Running;
const running: AsyncDisposable[] = [];

const query = async (text: string): Promise<readonly Sample[]> => {
  const answer = await getJson<{ data: { result: readonly Sample[] } }>(`${prometheusUrl}/api/v1/query`, { query: text });
  return answer.data.result;
};

/** Waits for a query to give what `is` accepts. */
const until = (text: string, is: (samples: readonly Sample[]) => boolean) =>
  vi.waitUntil(
    async () => {
      const samples = await query(text).catch(() => []);
      return is(samples) ? { samples } : undefined;
    },
    { timeout: 60_000, interval: 500 },
  );

const pod = (namespace: string, name: string, port: string, labels: Readonly<Record<string, string>>) => ({
  __meta_kubernetes_namespace: namespace,
  __meta_kubernetes_pod_name: name,
  __meta_kubernetes_pod_node_name: "worker-1",
  __meta_kubernetes_pod_phase: "Running",
  __meta_kubernetes_pod_container_port_name: port,
  ...Object.fromEntries(Object.entries(labels).map(([label, value]) => [`__meta_kubernetes_pod_label_app_kubernetes_io_${label}`, value])),
});

const node = { __meta_kubernetes_node_name: "worker-1" };

beforeAll(async () => {
  // Alertmanager's own waiting is not what is tried here.
  const quick = {
    alertmanager: {
      receivers: { slack: { enabled: false }, webhook: { enabled: true } },
      grouping: { waitSeconds: 0, intervalSeconds: 1 },
    },
  };
  manifests = await production({ monitoring: quick });
  folder = await mkdtemp(join(tmpdir(), "monitoring-live-"));
  const [prometheusPort = 0, alertmanagerPort = 0] = await freePorts(2);
  prometheusUrl = `http://127.0.0.1:${prometheusPort}`;

  const exposed = new Map([
    ["/metrics/cadvisor", () => cadvisor(state)],
    ["/traefik", () => traefik(state)],
    ["/ksm", kubeStateMetrics],
    ["/metrics", application],
  ]);
  const exporter = await httpServer(({ url = "" }) => exposed.get(url)?.());
  const receiver = await httpServer(({ url }, body) => {
    (url === "/people" ? notifications : calls).push(JSON.parse(body) as Notification);
    return "";
  });
  running.push(exporter, receiver);
  const address = `127.0.0.1:${exporter.port}`;
  const at = (path: string, discovered: Readonly<Record<string, string>>): Target => ({
    address,
    discovered: { ...discovered, __metrics_path__: path },
  });

  const secrets = join(folder, "secrets");
  await mkdir(secrets, { recursive: true });
  await writeFile(join(secrets, "webhook-url"), `http://127.0.0.1:${receiver.port}/people`);
  await writeFile(join(secrets, "dead-mans-switch-url"), `http://127.0.0.1:${receiver.port}/switch`);
  const ofAlertmanager = join(folder, "alertmanager");
  await place(ofAlertmanager, dataOf(manifests, "alertmanager"), {
    "/etc/alertmanager/": `${ofAlertmanager}/`,
    "/etc/alertmanager-secrets": secrets,
  });
  running.push(
    start(await toolPath("alertmanager", "alertmanager"), [
      `--config.file=${join(ofAlertmanager, "alertmanager.yaml")}`,
      `--storage.path=${join(folder, "silences")}`,
      "--cluster.listen-address=",
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    ]),
  );

  const rules = join(folder, "rules");
  await place(
    rules,
    Object.fromEntries(Object.entries(dataOf(manifests, "prometheus-rules")).map(([name, text]) => [name, withoutWaiting(text)])),
  );
  const files = dataOf(manifests, "prometheus");
  const config = withTargets(files["prometheus.yaml"] ?? "", {
    cadvisor: [at("/metrics/cadvisor", node)],
    traefik: [
      at("/traefik", pod("kube-system", "traefik-1", "metrics", { name: "traefik" })),
      at("/traefik", pod("kube-system", "traefik-1", "web", { name: "traefik" })),
    ],
    "kube-state-metrics": [
      at("/ksm", pod("monitoring", "ksm", "http", { name: "monitoring", instance: "xpeditis", component: "kube-state-metrics" })),
    ],
    "app-backend": [
      at("/metrics", pod("xpeditis-prod", "backend-1", "metrics", { name: "backend", component: "server" })),
      at("/metrics", {
        ...pod("xpeditis-prod", "backend-0", "metrics", { name: "backend", component: "server" }),
        __meta_kubernetes_pod_phase: "Succeeded",
      }),
      at("/metrics", pod("xpeditis-prod", "backend-migrate", "metrics", { name: "backend", component: "migration" })),
    ],
  });
  await place(
    join(folder, "prometheus"),
    { "prometheus.yaml": config },
    {
      "/etc/prometheus-rules": rules,
      "/etc/prometheus/": `${folder}/prometheus/`,
      "alertmanager.monitoring.svc:9093": `127.0.0.1:${alertmanagerPort}`,
    },
  );
  prometheus = start(await toolPath("prometheus", "prometheus"), [
    `--config.file=${join(folder, "prometheus", "prometheus.yaml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
  ]);
  running.push(prometheus);
  await until("up", (samples) => samples.length >= 4).catch(() => {
    throw new Error(prometheus.output());
  });
});

afterAll(async () => {
  for (const each of running.toReversed()) await each[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("targets", () => {
  test("are those that the labels mean, with the labels that the rules join by", async () => {
    const up = await query('up{job=~"app-backend|traefik|cadvisor|kube-state-metrics"}');
    const labels = up
      .map(({ metric: { __name__: _name, instance: _instance, ...rest } }) => rest)
      .toSorted((a, b) => ((a["job"] ?? "") < (b["job"] ?? "") ? -1 : 1));
    expect(labels).toEqual([
      { job: "app-backend", namespace: "xpeditis-prod", pod: "backend-1", node: "worker-1" },
      { job: "cadvisor", node: "worker-1" },
      { job: "kube-state-metrics" },
      { job: "traefik", pod: "traefik-1", node: "worker-1" },
    ]);
    expect(up.map(({ value }) => value[1])).toEqual(["1", "1", "1", "1"]);
  });

  test("lose what no rule and no dashboard asks for", async () => {
    expect(await query('{__name__=~"container_threads|kube_secret_info|go_memstats_alloc_bytes"}')).toEqual([]);
    expect(await query("nodejs_eventloop_lag_p99_seconds")).toHaveLength(1);
    const memory = await query("container_memory_working_set_bytes");
    expect(memory.map(({ metric }) => metric["container"])).toEqual(["backend"]);
    expect(memory[0]?.metric).not.toHaveProperty("id");
    const network = await query("container_network_receive_bytes_total");
    expect(network.map(({ metric }) => metric["interface"])).toEqual(["eth0"]);
  });
});

test("the watchdog calls the dead man's switch, again and again", async () => {
  await vi.waitUntil(() => calls.length > 0, { timeout: 60_000, interval: 500 });
  expect(calls[0]?.alerts.map(({ labels }) => labels["alertname"])).toEqual(["Watchdog"]);
});

describe("KEDA's memory trigger", () => {
  const trigger = (): string => {
    const scaled = manifests.find(({ kind, metadata }) => kind === "ScaledObject" && metadata.name === "backend") as
      | IScaledObject
      | undefined;
    const found = scaled?.spec?.triggers.find(({ type }) => type === "prometheus")?.metadata?.["query"];
    if (found === undefined) throw new Error("the backend has no trigger for memory");
    return found;
  };

  test("is told nothing while memory is fine, though it is recorded", async () => {
    const { samples } = await until("namespace_container:memory_used_of_limit:percent", (result) => result.length === 1);
    expect(samples[0]?.metric).toMatchObject({ namespace: "xpeditis-prod", container: "backend" });
    expect(Number(samples[0]?.value[1])).toBeCloseTo((100 * 700) / 1024, 1);
    expect(await query(trigger())).toEqual([]);
  });

  test("is told the percentage above 80 %, in one element", async () => {
    state.memory = 900;
    const { samples } = await until(trigger(), (result) => result.length > 0);
    expect(samples.map(({ value }) => Number(value[1]).toFixed(1))).toEqual([((100 * 900) / 1024).toFixed(1)]);
    state.memory = 700;
    await until(trigger(), (result) => result.length === 0);
  });
});

test("a burst of failures makes the error budget's alert reach people, by a real Alertmanager", async () => {
  const burst = setInterval(() => {
    state.answered[200] += 50;
    state.answered[500] += 50;
  }, 200);
  try {
    const found = await vi.waitUntil(
      () =>
        notifications
          .flatMap(({ receiver, alerts }) => alerts.map((alert) => ({ receiver, ...alert })))
          .find(({ labels }) => labels["alertname"] === "HttpErrorBudgetBurnFast"),
      { timeout: 60_000, interval: 500 },
    );
    expect(found).toMatchObject({
      receiver: "critical",
      status: "firing",
      labels: { severity: "critical", service: "xpeditis-prod-backend-svc-http@kubernetes", cluster: "xpeditis" },
    });
    expect(found.annotations["runbook_url"]).toMatch(/^https:.*\/HttpErrorBudgetBurnFast\.md$/);
    expect(found.annotations["summary"]).toContain("%");
  } finally {
    clearInterval(burst);
  }
}, 120_000);
