import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { collectorOn, type Collector } from "./collector.ts";
import { production } from "./files.ts";
import { startLoki, type Loki } from "./loki.ts";
import { getJson, type Running } from "./process.ts";

let folder: string;
let loki: Loki;
let collector: Collector;
let running: Running;

const namespace = "xpeditis-prod";

const log = (pod: string, container: string, line: string, tag: "F" | "P" = "F", of = namespace) =>
  collector.log(of, pod, container, line, tag);

const query = (text: string) => loki.query(text);

const found = (text: string, lines = 1) =>
  vi.waitUntil(
    async () => {
      const streams = await query(text).catch(() => []);
      return streams.flatMap(({ values }) => values).length >= lines ? streams : undefined;
    },
    { timeout: 60_000, interval: 500 },
  );

/** The only line of a query, with its labels: those of the index and the structured metadata. */
const only = async (text: string): Promise<{ readonly labels: Readonly<Record<string, string>>; readonly line: string }> => {
  const streams = await found(text);
  expect(streams.flatMap(({ values }) => values)).toHaveLength(1);
  return { labels: streams[0]?.stream ?? {}, line: streams[0]?.values[0]?.[1] ?? "" };
};

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "monitoring-logs-"));
  const manifests = await production({ monitoring: { loki: { storage: { type: "filesystem" } } } });
  loki = await startLoki(manifests, folder);
  collector = await collectorOn(manifests, folder, loki.address);

  await log("backend-5d4f8c7b9-xk2lp", "backend", `{"level":30,"msg":"quote sent","trace_id":"${traceId}","span_id":"00f067aa0ba902b7"}`);
  await log("backend-5d4f8c7b9-xk2lp", "backend", '{"level":"error","message":"carrier timed out"}');
  await log("backend-5d4f8c7b9-xk2lp", "backend", '{"level":30,"msg":"probe","userAgent":"kube-probe/1.36"}');
  await log("redis-0", "redis", "1:M 26 Nov 2026 21:00:00.000 * Ready to accept connections");
  await log("traefik-6f7d8c9b4-zzxw2", "traefik", '{"level":"info","RequestPath":"/rates","DownstreamStatus":200}', "F", "kube-system");
  await log("coredns-x7k2p", "coredns", "W1126 21:00:00.000000       1 reflector.go:1] watch ended", "F", "kube-system");
  await log("worker-29401234-b7c8d", "worker", 'time=x level=warning msg="slow"');
  await log("frontend-7c9d8f6b5-q4w5x", "frontend", "a line that is ", "P");
  await log("frontend-7c9d8f6b5-q4w5x", "frontend", "longer than containerd's buffer");
  await log("opentelemetry-collector-zvbn4", "opentelemetry-collector", "its own complaint", "F", "monitoring");

  running = await collector.start();
}, 150_000);

afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await loki[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe("a line of a pod comes back from Loki", () => {
  test("with what the file's name says, and the trace it belongs to", async () => {
    const { labels, line } = await only('{app="backend", level="info"}');
    expect(line).toContain("quote sent");
    expect(labels).toMatchObject({ namespace, app: "backend", container: "backend", level: "info" });
    expect(labels).toMatchObject({
      pod: "backend-5d4f8c7b9-xk2lp",
      node: "worker-1",
      stream: "stdout",
      trace_id: traceId,
      span_id: "00f067aa0ba902b7",
    });
  });

  test.each([
    ["a word in JSON", '{app="backend", level="error"}', "carrier timed out"],
    ["logfmt", '{app="worker", level="warn"}', "slow"],
    ["klog's first letter", '{app="coredns", level="warn", namespace="kube-system"}', "watch ended"],
    ["Traefik's access log", '{app="traefik", level="info"}', "/rates"],
    ["nothing that is known", '{app="redis", level="unknown"}', "Ready to accept connections"],
  ])("under its level: %s", async (_, selector, part) => {
    expect((await only(selector)).line).toContain(part);
  });

  test("whole, though containerd cut it", async () => {
    expect((await only('{app="frontend"}')).line).toBe("a line that is longer than containerd's buffer");
  });
});

test("probes' lines and the collector's own are left out", async () => {
  await found('{namespace=~".+"}', 7);
  expect(await query('{app="backend"} |= "kube-probe"')).toEqual([]);
  expect(await query('{namespace="monitoring"}')).toEqual([]);
});

test("streams have no other labels than these four", async () => {
  const { data } = await getJson<{ data: string[] }>(`${loki.url}/loki/api/v1/labels`, { since: "1h" });
  expect(data.toSorted()).toEqual(["app", "container", "level", "namespace"]);
});

test("after a restart nothing is read twice and nothing is lost", async () => {
  await running[Symbol.asyncDispose]();
  await log("redis-0", "redis", "written while nobody read");
  running = await collector.start();
  await found('{app="redis"} |= "while nobody read"');
  expect((await query('{app=~".+"}')).flatMap(({ values }) => values)).toHaveLength(8);
});

test("nothing is lost or read twice of files that are rotated faster than they are read, and compressed", async () => {
  const [pod, container] = ["chatter-5d4f8c7b9-xk2lz", "chatter"];
  const told: string[] = [];
  const tell = async (line: string) => {
    await log(pod, container, line);
    told.push(line);
  };
  const rotate = () => collector.rotate(namespace, pod, container);
  const got = async () => (await query('{app="chatter"}')).flatMap(({ values }) => values.map(([, line]) => line)).toSorted();
  await tell("before");
  await found('{app="chatter"}');
  for (let file = 1; file <= 4; file += 1) {
    for (const line of ["one", "two"]) await tell(`${line} of file ${file}`);
    await rotate();
  }
  await tell("after");
  await expect.poll(got, { timeout: 30_000 }).toEqual(told.toSorted());
  await rotate();
  await running[Symbol.asyncDispose]();
  await tell("while nobody read");
  await rotate();
  running = await collector.start();
  await tell("after a restart");
  await expect.poll(got, { timeout: 30_000 }).toEqual(told.toSorted());
});

test("the collector's metrics have the names that rules and dashboards use", async () => {
  const metricsUrl = `http://${collector.metrics}/metrics`;
  await vi.waitUntil(async () => (await (await fetch(metricsUrl)).text()).includes("otelcol_exporter_sent_log_records{"), {
    timeout: 30_000,
    interval: 500,
  });
  const text = await (await fetch(metricsUrl)).text();
  for (const name of [
    "otelcol_receiver_accepted_log_records",
    "otelcol_exporter_queue_size",
    "otelcol_exporter_queue_capacity",
    "otelcol_process_memory_rss",
  ])
    expect(text).toMatch(new RegExp(`^${name}[ {]`, "m"));
});
