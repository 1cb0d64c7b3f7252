/**
 * `make bench`: the budgets of the project, measured in one run on one machine. Times are medians of whole processes; read them
 * as ratios. Prints a table and fails nothing: budgets are judged by people.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { load } from "js-yaml";

import { renderChart } from "../generator/chart/render.ts";
import { xpeditis } from "../generator/charts/index.ts";
import { findHelm } from "../generator/helm.ts";
import type { Values } from "../generator/values/defaults.ts";
import { requestsOf } from "./footprint.ts";
import { releaseRecordSize } from "./release-record.ts";

const runs = 7;
const helm = await findHelm();
const production = load(readFileSync("values/production.yaml", "utf8")) as Values;
const installation = { name: "xpeditis", namespace: "xpeditis-prod", kubeVersion: "v1.36.0" };
const template = ["template", "xpeditis", "charts/xpeditis", "--kube-version", "1.36.0", "--values", "values/production.yaml"];

/** Median of the seconds that a whole process takes, after one run to warm caches. */
function seconds(program: string, ...args: string[]): number {
  const times = Array.from({ length: runs + 1 }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
    return (performance.now() - start) / 1000;
  });
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

/** Complete value sets evaluated per second, once the code is warm. */
function evaluationsPerSecond(): number {
  const evaluate = (count: number) => {
    for (let run = 0; run < count; run += 1) renderChart(xpeditis, production, installation);
  };
  evaluate(200);
  const start = performance.now();
  evaluate(500);
  return 500 / ((performance.now() - start) / 1000);
}

const monitoring = renderChart(xpeditis, production, installation).manifests.filter(({ chart }) => chart === "monitoring");
const rendered = spawnSync(helm.path, template, { encoding: "utf8" }).stdout.split("---\n");
const bytes = rendered
  .filter((text) => text.startsWith("# Source: xpeditis/charts/monitoring/"))
  .reduce((sum, text) => sum + text.length, 0);

/** What the usual charts for the same work render and ask for, by their defaults (measured in August 2026). */
const peers = "kube-prometheus-stack 115 objects, 655 KB; with Loki and Alloy 11 GiB";

const node = seconds("node", "-e", "0");
const build = seconds("node", "generator/cli.js", "build");
const check = seconds("node", "generator/cli.js", "check");
const version = seconds(helm.path, "version");
const rendering = seconds(helm.path, ...template);
const record = await releaseRecordSize(helm, "charts/xpeditis", ["values/production.yaml"]);

const rows = [
  ["build of all charts", `${build.toFixed(2)} s`, `${(build / node).toFixed(1)} x node -e 0`, "0.5 s"],
  ["check of all environments", `${check.toFixed(2)} s`, `${(check / node).toFixed(1)} x node -e 0`, "1.0 s"],
  [`helm ${helm.version} template, production`, `${rendering.toFixed(2)} s`, `${(rendering / version).toFixed(1)} x helm version`, "3 x"],
  ["value sets evaluated", `${Math.round(evaluationsPerSecond())} /s`, "", "1000 /s"],
  [
    "release record, production",
    `${(record / 1000).toFixed(1)} KB`,
    `${((100 * record) / 1_048_576).toFixed(1)} % of Helm's limit`,
    "250 KB",
  ],
  ["monitoring: objects", `${monitoring.length}`, "", "60"],
  ["monitoring: rendered", `${(bytes / 1000).toFixed(0)} KB`, "", ""],
  ...[1, 4, 8].map((workers) => {
    const { memory, cpu } = requestsOf(monitoring, workers);
    return [`monitoring: requests on ${workers} workers`, `${memory} MiB`, `${cpu}m CPU`, workers === 4 ? "2048 MiB" : ""];
  }),
  ["the usual charts for monitoring", "", peers, ""],
];
for (const [what = "", measured = "", ratio = "", budget = ""] of [["", "measured", "ratio", "budget"], ...rows]) {
  console.log(`${what.padEnd(40)} ${measured.padStart(12)}  ${ratio.padEnd(26)} ${budget}`);
}
