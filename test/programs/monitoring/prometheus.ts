import { dump, load } from "js-yaml";

/** A target of a scrape job: its address, and what Kubernetes' discovery would say of it. */
export interface Target {
  readonly address: string;
  readonly discovered: Readonly<Record<string, string>>;
}

interface ScrapeConfig {
  readonly job_name: string;
  readonly relabel_configs?: readonly { readonly action?: string; readonly source_labels?: readonly string[]; readonly regex?: string }[];
  readonly [field: string]: unknown;
}

interface Config {
  readonly global: Readonly<Record<string, unknown>>;
  readonly scrape_configs: readonly ScrapeConfig[];
  readonly [field: string]: unknown;
}

/** Settings of scrape jobs that only mean something in a cluster; samples of a text that never changes have no time. */
const onlyInCluster = new Set(["kubernetes_sd_configs", "scheme", "authorization", "tls_config", "honor_timestamps"]);

/**
 * The rendered configuration for a machine without Kubernetes: targets are listed instead of discovered, with the labels that
 * discovery gives, so that relabelling and keep-lists are those of the chart. Everything happens every second.
 */
export function withTargets(text: string, targets: Readonly<Record<string, readonly Target[]>>): string {
  const { global, scrape_configs, ...rest } = load(text) as Config;
  const second = { scrape_interval: "1s", scrape_timeout: "1s" };
  const jobs = scrape_configs.map((config): ScrapeConfig => ({
    ...Object.fromEntries(Object.entries(config).filter(([field]) => !onlyInCluster.has(field))),
    ...second,
    job_name: config.job_name,
    static_configs: (targets[config.job_name] ?? []).map(({ address, discovered }) => ({ targets: [address], labels: discovered })),
  }));
  for (const name of Object.keys(targets)) if (!jobs.some(({ job_name }) => job_name === name)) throw new Error(`no scrape job ${name}`);
  return dump({ ...rest, global: { ...global, ...second, evaluation_interval: "1s" }, scrape_configs: jobs });
}

/** The rendered rules without waiting: an alert fires as soon as its expression holds. */
export const withoutWaiting = (rules: string): string => rules.replace(/^( +)(for|interval): .*$/gm, "$1$2: 1s");

/** Names of the jobs that are scraped. */
export const jobNames = (text: string): string[] => (load(text) as Config).scrape_configs.map(({ job_name }) => job_name);

/** What discovery would say of a target that a job is meant for: each condition on labels holds. */
export function meantFor(text: string, job: string): Readonly<Record<string, string>> {
  const { relabel_configs = [] } = (load(text) as Config).scrape_configs.find(({ job_name }) => job_name === job) ?? { job_name: job };
  const conditions = relabel_configs.filter(({ action }) => action === "keep");
  return Object.fromEntries(
    conditions.flatMap(({ source_labels = [], regex = "" }) => {
      const values = regex.split(";");
      return source_labels.map((label, index) => [label, values[index] ?? ""]);
    }),
  );
}
