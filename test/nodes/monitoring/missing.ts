import { jobs, keepPattern, type JobName } from "../../../generator/charts/monitoring/metrics.ts";
import { metricsOf } from "../../monitoring/queries.ts";

/** Scrape jobs without a target here. A test tells of one that has a target after all. */
export const missingJobs: Partial<Record<JobName, string>> = {
  postgresql: "CloudNativePG's images cannot be made here",
  "postgresql-pooler": "CloudNativePG's images cannot be made here",
  "cert-manager": "certificates are the test's own",
  "cluster-autoscaler": "there is no cloud that gives nodes",
  "hcloud-csi": "there is no cloud that gives volumes",
  keda: "its operator runs beside the control plane, where no pod is",
  grafana: "it is no Go module",
  blackbox: "production has it off",
};

/** Queries that may give nothing, each for a reason. */
export const mayBeEmpty: Readonly<Record<string, string>> = {
  "xpeditis-backend / Pods / Restarts / B": "no container of the backend has ended",
  "xpeditis-frontend / Pods / Restarts / B": "no container of the frontend has ended",
  "xpeditis-frontend / Logs / Warnings and errors / A": "the frontend has warned of nothing",
  "xpeditis-ingress / Traefik itself / Warnings and errors / A": "Traefik has warned of nothing",
  "xpeditis-redis / Clients / Refused and cut off / B": "Debian's Redis 7.0 does not count those yet that read too slowly",
  "xpeditis-workloads / CPU and memory / Disk / A": "control groups of version 1 count no disk of this machine",
  "xpeditis-workloads / CPU and memory / Disk / B": "control groups of version 1 count no disk of this machine",
  "xpeditis-storage / Volumes / Volumes / D": "the volumes are the machine's disk, on which others free space",
  "xpeditis-storage / Object storage of the logs / Failing / A": "no operation on the object storage has failed",
  "xpeditis-monitoring / Logs / Lines / C": "the collectors have lost no line",
  "xpeditis-monitoring / Logs / Lines / D": "Loki has thrown no line away",
};

/** Alerts that wait or fire although all is well: what this machine lacks, and a cluster has. */
export const machineAlerts: Readonly<Record<string, string>> = {
  Watchdog: "always fires",
  HpaCannotScale: "nobody serves KEDA's metrics",
  // Until Loki is ready its name leads nowhere, and the collectors ask for it again and again.
  CoreDnsFailing: "CoreDNS has nobody to ask for names of elsewhere, and fails instead of denying them",
  NodeClockOff: "nobody tells this machine's kernel the time",
  NodeDiskLow: "the nodes' disk is the machine's, with all that is on it",
  NodeDiskFillingUp: "the nodes' disk is the machine's, with all that is on it",
  VolumeAlmostFull: "the volumes are folders of that disk",
  VolumeFillingUp: "the volumes are folders of that disk",
};

/** Whether a query reads only what a job without a target would tell. */
export function isOfMissingJobs(expr: string): boolean {
  const metrics = metricsOf({ place: "", expr });
  return metrics.length > 0 && metrics.every(({ name }) => isKeptOnlyByMissing(name));
}

function isKeptOnlyByMissing(metric: string): boolean {
  const keepers = (Object.keys(jobs) as JobName[]).filter((job) => {
    const pattern = keepPattern(job);
    return pattern !== undefined && new RegExp(`^(${pattern})$`).test(metric);
  });
  return keepers.length > 0 && keepers.every((job) => job in missingJobs);
}
