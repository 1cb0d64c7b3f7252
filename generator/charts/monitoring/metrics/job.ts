/** A scrape job: the value of the label `job`. */
export interface Job {
  /** Files in `test/monitoring/catalogue/` that list what its targets expose. */
  readonly exporters: readonly string[];
  /** Counters and gauges that a rule or a panel uses; `all` where the exporter exposes little else. */
  readonly keep: readonly string[] | "all";
  /** Kept although no rule or panel uses them: for questions that come up in an incident. */
  readonly explore?: readonly string[];
  /** Histograms kept, without `_bucket`, `_sum` and `_count`. */
  readonly histograms?: readonly string[];
  /** Labels that targets must be given beside `job` and `instance`, for rules to join and dashboards to filter by. */
  readonly labels: readonly string[];
}

/** Metrics that every Go and Node.js process has; kept where a dashboard compares processes. */
export const ownProcess = ["process_cpu_seconds_total", "process_resident_memory_bytes"] as const;
