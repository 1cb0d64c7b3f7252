import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { jobs, keepPattern, type Job, type JobName } from "../../generator/charts/monitoring/metrics.ts";

const folder = join(import.meta.dirname, "catalogue");

/** Exporter → metric → type: what the pinned versions expose. `node tools/catalogue.ts` gathers most of it. */
export const catalogue: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  readdirSync(folder).map((file) => [file.replace(/\.txt$/, ""), read(join(folder, file))]),
);

function read(file: string): Map<string, string> {
  const [, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n");
  return new Map(lines.map((line) => line.split(" ") as [string, string]));
}

/** Type of a series' name in an exporter: for the parts of a histogram that of the histogram. */
function typeIn(exporter: string, name: string): string | undefined {
  const metrics = catalogue.get(exporter);
  if (metrics === undefined) throw new Error(`test/monitoring/catalogue/${exporter}.txt is missing`);
  const whole = metrics.get(name.replace(/_(bucket|sum|count)$/, ""));
  return metrics.get(name) ?? (whole === "histogram" || whole === "summary" ? whole : undefined);
}

/** Jobs that bring a metric into Prometheus, each with the metric's type. */
export function sourcesOf(name: string): { job: JobName; type: string }[] {
  return (Object.keys(jobs) as JobName[]).flatMap((job) => {
    const { exporters }: Job = jobs[job];
    const pattern = keepPattern(job);
    const type = exporters.map((exporter) => typeIn(exporter, name)).find((found) => found !== undefined);
    return type !== undefined && (pattern === undefined || new RegExp(`^(?:${pattern})$`).test(name)) ? [{ job, type }] : [];
  });
}

/** Prometheus makes these itself, of every scrape and alert. */
export const ownMetrics = catalogue.get("scrape") ?? new Map<string, string>();
