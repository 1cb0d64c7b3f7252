/**
 * What Prometheus keeps of each scrape job. Rules and dashboards may use these metrics and no others, which a test checks;
 * the scrape configuration makes its keep-lists of them. k3s serves the registry of the whole process on every port, several
 * ten thousand series per server, so that what is not named here is dropped.
 */
import { addOnJobs } from "./metrics/add-ons.ts";
import { clusterJobs } from "./metrics/cluster.ts";
import { monitoringJobs } from "./metrics/monitoring.ts";
import { workloadJobs } from "./metrics/workloads.ts";
import type { Job } from "./metrics/job.ts";

export type { Job } from "./metrics/job.ts";

export const jobs = { ...clusterJobs, ...addOnJobs, ...workloadJobs, ...monitoringJobs } as const satisfies Record<string, Job>;

export type JobName = keyof typeof jobs;

/**
 * Regular expression for a `keep` on `__name__`, which Prometheus anchors at both ends. Undefined if the job keeps
 * everything.
 */
export function keepPattern(job: JobName): string | undefined {
  const { keep, explore = [], histograms = [] }: Job = jobs[job];
  if (keep === "all") return undefined;
  return [...keep, ...explore, ...histograms.map((name) => `${name}(_bucket|_sum|_count)`)].join("|");
}
