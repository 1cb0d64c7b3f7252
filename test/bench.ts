/**
 * `make bench`: the budgets of the project, measured in one run on one machine. Times are the shortest of whole processes, which
 * other work on the machine disturbs least; ratios are medians against a process that is run in turn with them. Prints a
 * table and fails nothing: budgets are judged by people.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { load } from "js-yaml";

import { renderChart } from "../generator/chart/render.ts";
import { xpeditis } from "../generator/charts/xpeditis/index.ts";
import { findHelm } from "../generator/helm.ts";
import type { Values } from "../generator/values/defaults.ts";
import { requestsOf } from "./footprint.ts";
import { releaseRecordSize } from "./release-record.ts";

const runs = 7;
const helm = await findHelm();
const production = load(readFileSync("values/production.yaml", "utf8")) as Values;
const installation = { name: "xpeditis", namespace: "xpeditis-prod", kubeVersion: "v1.36.0" };
const template = ["template", "xpeditis", "charts/xpeditis", "--kube-version", "1.36.0", "--values", "values/production.yaml"];

interface Measured {
  readonly seconds: number;
  /** How many times as long as the reference. */
  readonly ratio: number;
}

/** A process, and the one to compare it with; each is run once more than counts, to warm caches. */
function measure(command: readonly string[], reference: readonly string[]): Measured {
  const rounds = Array.from({ length: runs + 1 }, () => ({ own: secondsOf(command), other: secondsOf(reference) })).slice(1);
  return { seconds: Math.min(...rounds.map(({ own }) => own)), ratio: median(rounds.map(({ own, other }) => own / other)) };
}

function secondsOf([program = "", ...args]: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return (performance.now() - start) / 1000;
}

/** Evaluation of a complete value set once the code is warm, compared with reading what it gives from JSON. */
function measureEvaluation(): Measured {
  const text = JSON.stringify(renderChart(xpeditis, production, installation));
  const secondsPer = (work: () => unknown): number => {
    const start = performance.now();
    for (let run = 0; run < 100; run += 1) work();
    return (performance.now() - start) / 100_000;
  };
  const evaluate = () => renderChart(xpeditis, production, installation);
  const parse = () => JSON.parse(text) as unknown;
  const rounds = Array.from({ length: runs + 2 }, () => ({ own: secondsPer(evaluate), other: secondsPer(parse) })).slice(2);
  return { seconds: Math.min(...rounds.map(({ own }) => own)), ratio: median(rounds.map(({ own, other }) => own / other)) };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

const monitoring = renderChart(xpeditis, production, installation).manifests.filter(({ chart }) => chart === "monitoring");
const rendered = spawnSync(helm.path, template, { encoding: "utf8" }).stdout.split("---\n");
const bytes = rendered
  .filter((text) => text.startsWith("# Source: xpeditis/charts/monitoring/"))
  .reduce((sum, text) => sum + text.length, 0);

/** What the usual charts for the same work render and ask for, by their defaults (measured in August 2026). */
const peers = "kube-prometheus-stack 115 objects, 655 KB; with Loki and Alloy 11 GiB";

const empty = ["node", "-e", "0"];
const build = measure(["node", "generator/cli.js", "build"], empty);
const check = measure(["node", "generator/cli.js", "check"], empty);
const rendering = measure([helm.path, ...template], [helm.path, "version"]);
const evaluation = measureEvaluation();
const record = await releaseRecordSize(helm, "charts/xpeditis", ["values/production.yaml"]);

interface Row {
  readonly what: string;
  readonly measured?: string;
  readonly ratio?: string;
  readonly budget?: string;
  /** Undefined where there is no budget. */
  readonly isMet?: boolean;
}

const rows: readonly Row[] = [
  timed("build of all charts", build, 0.5),
  timed("check of all environments", check, 1),
  {
    what: `helm ${helm.version} template, production`,
    measured: `${rendering.seconds.toFixed(2)} s`,
    ratio: `${rendering.ratio.toFixed(1)} x helm version`,
    budget: "3 x",
    isMet: rendering.ratio <= 3,
  },
  {
    what: "value sets evaluated",
    measured: `${Math.round(1 / evaluation.seconds)} /s`,
    ratio: `${evaluation.ratio.toFixed(1)} x JSON.parse of them`,
    budget: "1000 /s",
    isMet: evaluation.seconds <= 0.001,
  },
  {
    what: "release record, production",
    measured: `${(record / 1000).toFixed(1)} KB`,
    ratio: `${((100 * record) / 1_048_576).toFixed(1)} % of Helm's limit`,
    budget: "250 KB",
    isMet: record <= 250_000,
  },
  { what: "monitoring: objects", measured: `${monitoring.length}`, budget: "60", isMet: monitoring.length <= 60 },
  { what: "monitoring: rendered", measured: `${(bytes / 1000).toFixed(0)} KB` },
  ...[1, 4, 8].map((workers): Row => {
    const { memory, cpu } = requestsOf(monitoring, workers);
    const row = { what: `monitoring: requests on ${workers} workers`, measured: `${memory} MiB`, ratio: `${cpu}m CPU` };
    return workers === 4 ? { ...row, budget: "2048 MiB", isMet: memory <= 2048 } : row;
  }),
  { what: "the usual charts for monitoring", ratio: peers },
];

function timed(what: string, { seconds, ratio }: Measured, budget: number): Row {
  return {
    what,
    measured: `${seconds.toFixed(2)} s`,
    ratio: `${ratio.toFixed(1)} x node -e 0`,
    budget: `${budget.toFixed(1)} s`,
    isMet: seconds <= budget,
  };
}

const head: Row = { what: "", measured: "measured", ratio: "ratio", budget: "budget" };
for (const { what, measured = "", ratio = "", budget = "", isMet } of [head, ...rows]) {
  const mark = isMet === undefined ? "" : isMet ? "met" : "missed";
  console.log(`${what.padEnd(40)} ${measured.padStart(12)}  ${ratio.padEnd(28)} ${budget.padEnd(10)} ${mark}`.trimEnd());
}
