import type { IScrapeConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/ScrapeConfig";
import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import { all, configYaml, fromYaml, overlay, str, when, type Block, type Doc, type Expr, type Tpl } from "../../dsl/index.ts";
import { labels, named } from "../../kubernetes/names.ts";
import { inNamespace } from "./component.ts";
import { loki } from "./components.ts";
import { lokiDataSource } from "./grafana/config.ts";
import { jobs, keepPattern, type Job } from "./metrics.ts";
import { podJobs, type PodJob } from "./prometheus/jobs.ts";
import { annotatedPods, blackbox, limits, podLabelSources, type ScrapeConfig } from "./prometheus/scrape.ts";
import { ruleFiles } from "./prometheus/rules.ts";
import { isOperator, values as v } from "./values.ts";

/** Metadata with the labels that the operator selects by. */
const selected = (name: Expr<string>) => ({ ...inNamespace(name), labels: overlay(labels, v.operator.labels) });

const isOurs = ({ job, broughtByOperator }: PodJob): boolean =>
  broughtByOperator === undefined && !["prometheus", "alertmanager", "grafana"].includes(job);

type Relabeling = NonNullable<NonNullable<NonNullable<IPodMonitor["spec"]>["podMetricsEndpoints"]>[number]["relabelings"]>[number];

/** The fields of a scrape job by the names that the operator gives them. */
const fields: Readonly<Record<string, string>> = {
  fallback_scrape_protocol: "fallbackScrapeProtocol",
  job_name: "jobName",
  kubernetes_sd_configs: "kubernetesSDConfigs",
  label_limit: "labelLimit",
  label_value_length_limit: "labelValueLengthLimit",
  metric_relabel_configs: "metricRelabelings",
  metrics_path: "metricsPath",
  params: "params",
  relabel_configs: "relabelings",
  sample_limit: "sampleLimit",
  scrape_interval: "scrapeInterval",
  source_labels: "sourceLabels",
  static_configs: "staticConfigs",
  target_label: "targetLabel",
};

const renamed = (config: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).map(([field, value]) => [fields[field] ?? field, value as unknown]));

const limitsOfOperator = renamed(limits);

/** A scrape job that finds its targets otherwise than by the labels of pods. */
const scrapeConfig = (config: ScrapeConfig, condition: Expr<unknown>): Block<Doc<IScrapeConfig>> => {
  const { relabelings, metricRelabelings, kubernetesSDConfigs, ...rest } = renamed(config) as Record<string, object[] | undefined>;
  return when(all(isOperator, condition), {
    apiVersion: "monitoring.coreos.com/v1alpha1",
    kind: "ScrapeConfig",
    metadata: selected(named(config.job_name)),
    spec: {
      ...rest,
      ...(kubernetesSDConfigs === undefined ? {} : { kubernetesSDConfigs: kubernetesSDConfigs.map((each) => ({ ...each, role: "Pod" })) }),
      relabelings: relabelings?.map(renamed),
      ...(metricRelabelings === undefined ? {} : { metricRelabelings: metricRelabelings.map(renamed) }),
    } as never,
  });
};

/** One scrape job as Prometheus Operator knows it, with the same labels: so one set of rules fits both. */
const podMonitor = ({
  job,
  condition,
  namespace,
  labels: podLabels,
  port,
  path,
  honorLabels,
  instanceIsNode,
  limited,
}: PodJob): Block<Doc<IPodMonitor>> => {
  const { labels: wanted }: Job = jobs[job];
  const keep = keepPattern(job);
  // The operator adds labels that samples have of their own: cert-manager's tell the namespace of a Certificate.
  const unwanted = ["namespace", "pod", "container", "endpoint"].filter((label) => !wanted.includes(label));
  const relabelings: Relabeling[] = [
    { action: "labeldrop", regex: unwanted.join("|") },
    { targetLabel: "job", replacement: job },
    ...wanted.map((label): Relabeling => ({ sourceLabels: [podLabelSources[label] ?? label], targetLabel: label })),
    ...(instanceIsNode === undefined ? [] : [{ sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "instance" }]),
  ];
  return when(condition === undefined ? isOperator : all(isOperator, condition), {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: selected(named(job)),
    spec: {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels: podLabels as Tpl<Readonly<Record<string, string>>> },
      ...(limited === undefined ? {} : limitsOfOperator),
      podMetricsEndpoints: [
        {
          ...(typeof port === "string" ? { port } : { portNumber: port }),
          ...(path === undefined ? {} : { path }),
          ...(honorLabels === undefined ? {} : { honorLabels: true }),
          interval: v.prometheus.scrapeInterval as never,
          relabelings,
          ...(keep === undefined ? {} : { metricRelabelings: [{ sourceLabels: ["__name__"], regex: keep, action: "keep" }] }),
        },
      ],
    },
  });
};

const isForOperator = ({ job }: { readonly job: string }): boolean => !["prometheus", "alertmanager", "grafana"].includes(job);

const rules = ruleFiles.filter(isForOperator).map(({ job, condition, filled }): Block<Doc<IPrometheusRule>> =>
  when(condition === undefined ? isOperator : all(isOperator, condition), {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: selected(str`${named(job)}-rules`),
    spec: fromYaml(filled),
  }),
);

/** Loki, as a Grafana with a sidecar learns of it: under the uid that the dashboards' logs are read by. */
const dataSource: Block<Doc<IConfigMap>> = when(all(isOperator, loki.enabled), {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { ...inNamespace(named("data-sources")), labels: overlay(labels, v.operator.dataSourceLabels) },
  data: { "xpeditis-loki.yaml": configYaml({ apiVersion: 1, datasources: [lokiDataSource] }) },
});

export const operatorTemplates = {
  "operator/data-sources": [dataSource],
  "operator/podmonitors": podJobs.filter(isOurs).map(podMonitor),
  "operator/rules": rules,
  "operator/scrapeconfigs": [scrapeConfig(blackbox, v.blackbox.enabled), scrapeConfig(annotatedPods, v.prometheus.annotatedPods.enabled)],
};
