import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { toolPath } from "../../../tools/build.ts";
import { bundled } from "../../fixtures/monitoring-switched.ts";
import type { Manifest } from "../../helm/client.ts";
import { dataOf, place, production } from "./files.ts";

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "monitoring-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the programs say to their files as helm renders them, in production and with everything switched on. */
const renders: readonly (readonly [name: string, manifests: () => Promise<readonly Manifest[]>])[] = [
  ["production", () => production()],
  ["everything", () => production({ monitoring: bundled, frontend: { metrics: { enabled: true } } })],
];

describe.each(renders)("%s", (name, render) => {
  let manifests: readonly Manifest[];
  let own: string;
  beforeAll(async () => {
    manifests = await render();
    own = join(folder, name);
  });

  test("Prometheus takes its configuration", async () => {
    const files = dataOf(manifests, "prometheus");
    await place(own, files, { "/etc/prometheus/": `${own}/` });
    const { stdout } = await run(await toolPath("prometheus", "promtool"), [
      "check",
      "config",
      "--syntax-only",
      join(own, "prometheus.yaml"),
    ]);
    expect(stdout).toContain("is valid prometheus config file syntax");
  });

  test("Prometheus takes the rules, without doubt", async () => {
    const files = dataOf(manifests, "prometheus-rules");
    await place(join(own, "rules"), files);
    const paths = Object.keys(files).map((file) => join(own, "rules", file));
    const { stdout } = await run(await toolPath("prometheus", "promtool"), ["check", "rules", "--lint=all", "--lint-fatal", ...paths]);
    expect(stdout.match(/SUCCESS/g)).toHaveLength(paths.length);
  });

  test("Alertmanager takes its configuration and the texts of its messages", async () => {
    await place(join(own, "alertmanager"), dataOf(manifests, "alertmanager"), { "/etc/alertmanager/": `${own}/alertmanager/` });
    const { stdout } = await run(await toolPath("alertmanager", "amtool"), [
      "check-config",
      join(own, "alertmanager", "alertmanager.yaml"),
    ]);
    expect(stdout).toContain("1 templates\n  SUCCESS");
  });

  test("Loki takes its configuration", async () => {
    await place(join(own, "loki"), dataOf(manifests, "loki"));
    const keys = { S3_ACCESS_KEY: "key", S3_SECRET_KEY: "secret" };
    const args = ["-verify-config", "-log.level=info", "-config.expand-env=true", `-config.file=${join(own, "loki", "loki.yaml")}`];
    const { stderr } = await run(await toolPath("loki", "loki"), args, { env: { ...process.env, ...keys } });
    expect(stderr).toContain("config is valid");
  });

  test("the collector takes its configuration", async () => {
    await mkdir(join(own, "offsets"), { recursive: true });
    await place(join(own, "collector"), dataOf(manifests, "opentelemetry-collector"), { "/var/lib/otelcol": join(own, "offsets") });
    const args = ["validate", "--config", join(own, "collector", "otelcol.yaml")];
    const { stderr } = await run(await toolPath("collector", "otelcol-k8s"), args, { env: { ...process.env, NODE_NAME: "node" } });
    // Not even a deprecated name.
    expect(stderr).toBe("");
  });
});

describe("alerts are routed", () => {
  let config: string;
  beforeAll(async () => {
    const own = join(folder, "routes");
    await place(own, dataOf(await production(), "alertmanager"), { "/etc/alertmanager/": `${own}/` });
    config = join(own, "alertmanager.yaml");
  });

  test.each([
    ["to the dead man's switch: the watchdog", { alertname: "Watchdog", severity: "none" }, "dead-mans-switch"],
    ["to people: what is critical", { alertname: "BackendDown", severity: "critical" }, "critical"],
    ["to people who want them: warnings", { alertname: "PodNotReady", severity: "warning" }, "warning"],
    ["to nobody: what only informs", { alertname: "CpuThrottlingHigh", severity: "info" }, "nobody"],
    ["to nobody: what has no severity", { alertname: "Mine" }, "nobody"],
  ])("%s", async (_, labels, receiver) => {
    const args = [
      "config",
      "routes",
      "test",
      "--config.file",
      config,
      ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    ];
    const { stdout } = await run(await toolPath("alertmanager", "amtool"), args);
    expect(stdout.trim()).toBe(receiver);
  });
});
