import type { JobName } from "../metrics.ts";

/** `critical` wakes somebody, `warning` can wait for the morning, `info` is only shown; `none` is the watchdog's. */
export type Severity = "critical" | "warning" | "info" | "none";

export interface Alert {
  readonly alert: string;
  readonly severity: Severity;
  readonly expr: string;
  /** How long the expression must hold; at once if absent. */
  readonly for?: string;
  /** What is the matter, in a phone's notification: names the thing by its labels. */
  readonly summary: string;
  /** What it means for the service, in one or two sentences. */
  readonly description: string;
}

export interface Recording {
  readonly record: string;
  readonly expr: string;
}

export interface RuleGroup {
  readonly name: string;
  /** What the rules watch: they are rendered only with the scrape job that brings their metrics. */
  readonly component: JobName;
  /** Time between evaluations, if not Prometheus' own. */
  readonly interval?: string;
  readonly rules: readonly (Alert | Recording)[];
}

/** Says so if the group is not a group of rules, and gives it with its literal names. */
export const ruleGroup = <const Group extends RuleGroup>(group: Group): Group => group;
