import type { KubernetesObject, RenderedManifest } from "../../../generator/check/manifest.ts";
import { requestsOf } from "../../footprint.ts";
import type { Asked, ByContainer, Use } from "./use.ts";

/** A container's use and requests, side by side. */
export interface Size {
  readonly name: string;
  readonly rest: Use;
  /** The most under load, in memory since the container started. */
  readonly most: Use;
  readonly asked: Asked;
}

interface Headroom {
  /** Thousandths of a CPU, and mebibytes, that a request may be above twice the use at rest. */
  readonly cpu: number;
  readonly memory: number;
  readonly for: string;
}

/** What the test's applications cannot tell: their sizes are the owner's, for the real ones. */
export const ownersFigures: Readonly<Record<string, string>> = {
  backend: "the owner's figure for the real application",
  frontend: "the owner's figure for the real application",
  redis: "room for data: `maxmemory` follows from it",
};

/** Each program of this repository's own choice, and what it is given more for. */
export const headroom: Readonly<Record<string, Headroom>> = {
  traefik: { cpu: 100, memory: 0, for: "TLS of a busy day" },
  exporter: { cpu: 10, memory: 8, for: "" },
  prometheus: { cpu: 200, memory: 320, for: "several times the series, and queries over days" },
  loki: { cpu: 100, memory: 64, for: "the lines of eight nodes, and queries of them" },
  "opentelemetry-collector": { cpu: 50, memory: 64, for: "thousands of lines a second" },
  alertmanager: { cpu: 10, memory: 0, for: "" },
  "kube-state-metrics": { cpu: 10, memory: 0, for: "" },
  "node-exporter": { cpu: 10, memory: 0, for: "" },
};

const mebibyte = 2 ** 20;

/**
 * Puts together what was measured.
 *
 * @throws Error for a container of which something is not known, and unless they are those that are judged here.
 */
export function sizesOf(rest: ByContainer<Use>, most: ByContainer<Use>, asked: ByContainer<Asked>): Size[] {
  const judged = [...Object.keys(headroom), ...Object.keys(ownersFigures)];
  const others = [...asked.keys()].filter((name) => !judged.includes(name));
  if (others.length > 0) throw new Error(`no headroom is stated for ${others.join(", ")}`);
  return judged.map((name) => {
    const [before, after, requests] = [rest.get(name), most.get(name), asked.get(name)];
    const isKnown = [before?.cpu, before?.memory, after?.cpu, after?.memory].every(Number.isFinite);
    if (before === undefined || after === undefined || requests === undefined || !isKnown) throw new Error(`${name} was not measured`);
    return { name, rest: before, most: after, asked: requests };
  });
}

/** What is wrong with the sizes of a container, as sentences. */
export function misfits({ name, rest, most, asked }: Size): string[] {
  const says = (wrong: boolean, text: string) => (wrong ? [`${name}: ${text}`] : []);
  const [resting, peak] = [rest.memory / mebibyte, most.memory / mebibyte];
  const [requested, limit] = [asked.memory / mebibyte, asked.memoryLimit / mebibyte];
  const always = [
    ...says(requested < resting, `uses ${resting.toFixed(0)} MiB at rest and asks for ${requested} MiB`),
    ...says(limit < 1.5 * peak, `used up to ${peak.toFixed(0)} MiB, and its limit is ${limit} MiB`),
  ];
  if (name in ownersFigures) return always;
  const { cpu, memory } = headroom[name] ?? { cpu: 0, memory: 0 };
  return [
    ...always,
    ...says(
      requested > 2 * resting + memory,
      `asks for ${requested} MiB, uses ${resting.toFixed(0)} MiB, and has ${memory} MiB of headroom`,
    ),
    ...says(
      asked.cpu > 2 * rest.cpu + cpu / 1000,
      `asks for ${asked.cpu * 1000}m CPU, uses ${(rest.cpu * 1000).toFixed(0)}m, and has ${cpu}m of headroom`,
    ),
  ];
}

/** The sizes as a table for `docs/capacity.md`, rounded so that another run on another day gives much the same. */
export function sizesTable(sizes: readonly Size[]): string {
  const rows = sizes
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, rest, most, asked }) =>
      [
        name,
        thousandths(rest.cpu),
        thousandths(most.cpu),
        `${asked.cpu * 1000}m`,
        mebibytes(rest.memory),
        mebibytes(most.memory),
        `${asked.memory / mebibyte}`,
        Number.isFinite(asked.memoryLimit) ? `${asked.memoryLimit / mebibyte}` : "none",
        ownersFigures[name] ?? headroom[name]?.for ?? "",
      ].join(" | "),
    );
  return [
    "| container | CPU at rest | at most | requested | MiB at rest | at most | requested | limit | why more is requested |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

const thousandths = (cpu: number) => `${round(cpu * 1000)}m`;
const mebibytes = (bytes: number) => `${round(bytes / mebibyte)}`;

/** Up, to steps that grow with the number. */
function round(number: number): number {
  const step = number < 30 ? 2 : number < 100 ? 5 : 20;
  return Math.ceil(number / step) * step;
}

const perNode = ["opentelemetry-collector", "node-exporter"];
const onlyOnce = ["prometheus", "loki", "alertmanager", "kube-state-metrics"];

/** The chart's budget for all its memory on four workers. */
export const budgetMebibytes = 2048;

/** Mebibytes of the monitoring's containers on four workers: as many as they used at most here, without Grafana. */
export function monitoringSum(sizes: readonly Size[]): number {
  const most = (names: readonly string[]) =>
    sizes.filter(({ name }) => names.includes(name)).reduce((sum, size) => sum + size.most.memory / mebibyte, 0);
  return Math.round(most(onlyOnce) + 4 * most(perNode));
}

/** Mebibytes that they ask for on four workers, with Grafana. */
export function monitoringRequests(objects: readonly KubernetesObject[]): number {
  const manifests = objects.filter(({ metadata }) => metadata.namespace === "monitoring").map((object) => ({ object }));
  return requestsOf(manifests as unknown as readonly RenderedManifest[], 4).memory;
}
