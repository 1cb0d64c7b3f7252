import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { jobs, keepPattern } from "../../../generator/charts/monitoring/metrics.ts";
import { toolPath } from "../../../tools/build.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import type { Manifest } from "../../helm/client.ts";
import { dataOf, place, production } from "./files.ts";
import { httpServer, isOk, start, type Running } from "./process.ts";

/** The exporters with the arguments that are rendered, but for addresses and the folder of the node's root. */
let folder: string;
let manifests: readonly Manifest[];
const running: AsyncDisposable[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "monitoring-exporters-"));
  manifests = await production({ monitoring: { blackbox: { enabled: true } } });
});

afterAll(async () => {
  for (const each of running.toReversed()) await each[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Arguments of a rendered workload's only container, with other texts in the place of some, all of which must occur. */
function argumentsOf(name: string, places: Readonly<Record<string, string>>): string[] {
  const workload = manifests.find(({ kind, metadata }) => ["DaemonSet", "Deployment"].includes(kind) && metadata.name === name);
  const args = (workload as IDaemonSet | IDeployment | undefined)?.spec?.template.spec?.containers[0]?.args ?? [];
  for (const from of Object.keys(places)) expect(args.join(" ")).toContain(from);
  return args.map((argument) => Object.entries(places).reduce((rest, [from, to]) => rest.replaceAll(from, to), argument));
}

/** Starts a program and waits until it answers. */
async function run(program: string, args: readonly string[], url: string): Promise<void> {
  const started: Running = start(program, args);
  running.push(started);
  await vi
    .waitUntil(() => isOk(url), { timeout: 20_000, interval: 200 })
    .catch(() => {
      throw new Error(started.output());
    });
}

const textOf = async (url: string): Promise<string> => (await fetch(url)).text();

/** Names of the metrics in a text of Prometheus' format. */
const namesIn = (text: string): ReadonlySet<string> => new Set([...text.matchAll(/^([a-z_A-Z0-9]+)[ {]/gm)].map(([, name = ""]) => name));

describe("node-exporter", () => {
  let text: string;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}/metrics`;
    const args = argumentsOf("node-exporter", { "$(HOST_IP):9100": `127.0.0.1:${port}`, "--path.rootfs=/host": "--path.rootfs=/" });
    await run(await toolPath("node-exporter", "node_exporter"), args, url);
    text = await textOf(url);
  });

  test("exposes all that is kept of it, as far as the kernel tells", () => {
    const lacking: Readonly<Record<string, string>> = {
      node_pressure_: "/proc/pressure/cpu",
      node_nf_conntrack_: "/proc/sys/net/netfilter/nf_conntrack_count",
    };
    const names = namesIn(text);
    const missing = [...jobs["node-exporter"].keep, ...jobs["node-exporter"].explore].filter(
      (name) => !names.has(name) && !Object.entries(lacking).some(([prefix, path]) => name.startsWith(prefix) && !existsSync(path)),
    );
    // Where the root is a container's overlay, there is no disk to tell of.
    expect(missing.filter((name) => !name.startsWith("node_filesystem_") || names.has("node_filesystem_size_bytes"))).toEqual([]);
  });

  test("has no series for what comes and goes with pods, and fails at nothing", () => {
    expect(text).not.toMatch(/mountpoint="\/(run\/k3s|run\/containerd|var\/lib\/kubelet|var\/lib\/rancher|proc|sys|dev)\//);
    expect(text).not.toMatch(/device="(lo|veth|cni|flannel)/);
    expect(text).not.toMatch(/fstype="(tmpfs|overlay|nsfs)"/);
    const failed = [...text.matchAll(/^node_scrape_collector_success\{collector="(\w+)"\} 0$/gm)].map(([, name]) => name);
    expect(failed.filter((name) => name !== "conntrack" && name !== "pressure")).toEqual([]);
  });

  test("costs a node fewer than 600 series", () => {
    const pattern = new RegExp(`^(?:${keepPattern("node-exporter")})$`);
    const kept = text.split("\n").filter((line) => pattern.test(line.replace(/[ {].*$/, "")));
    expect(kept.length).toBeGreaterThan(20);
    // Each CPU has eight series, each disk three, each interface six.
    expect(kept.filter((line) => !line.startsWith("node_cpu_")).length).toBeLessThan(600);
  });
});

describe("the blackbox exporter", () => {
  let address: string;
  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    address = `127.0.0.1:${port}`;
    const config = join(folder, "blackbox");
    await place(config, dataOf(manifests, "blackbox-exporter"));
    const args = argumentsOf("blackbox-exporter", { "/etc/blackbox": config });
    await run(
      await toolPath("blackbox-exporter", "blackbox_exporter"),
      [...args, `--web.listen-address=${address}`],
      `http://${address}/-/healthy`,
    );
  });

  const probe = (target: string) => textOf(`http://${address}/probe?${new URLSearchParams({ module: "http", target })}`);

  test("tells of what answers, what fails and what is not there", async () => {
    const site = await httpServer(({ url }) => (url === "/health/live" ? "ok" : undefined));
    running.push(site);
    const base = `http://127.0.0.1:${site.port}`;
    const alive = await probe(`${base}/health/live`);
    expect(alive).toMatch(/^probe_success 1$/m);
    expect(alive).toMatch(/^probe_http_status_code 200$/m);
    const names = namesIn(alive);
    const { keep, explore } = jobs.blackbox;
    expect([...keep, ...explore].filter((name) => name !== "probe_ssl_earliest_cert_expiry" && !names.has(name))).toEqual([]);
    expect(await probe(`${base}/gone`)).toMatch(/^probe_success 0$/m);
    const [nobody = 0] = await freePorts(1);
    expect(await probe(`http://127.0.0.1:${nobody}/`)).toMatch(/^probe_success 0$/m);
  });

  test("is asked with the module that Prometheus names", () => {
    const config = dataOf(manifests, "prometheus")["prometheus.yaml"] ?? "";
    const [, module] = /job_name: blackbox[\s\S]*?module:\s*(?:\[|-)\s*([a-z]+)/.exec(config) ?? [];
    expect(dataOf(manifests, "blackbox-exporter")["blackbox.yaml"]).toContain(`  ${module}:`);
  });
});
