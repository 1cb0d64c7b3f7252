import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { IPrometheusRule } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule";

import { all, fromYaml, overlay, str, when, type Block, type Doc, type Expr, type Tpl } from "../../dsl/index.ts";
import { labels, named } from "../../kubernetes/names.ts";
import { inNamespace } from "./component.ts";
import { jobs, keepPattern, type Job } from "./metrics.ts";
import { podJobs, type PodJob } from "./prometheus/jobs.ts";
import { podLabelSources } from "./prometheus/scrape.ts";
import { ruleFiles } from "./prometheus/rules.ts";
import { isOperator, values as v } from "./values.ts";

/** Metadata with the labels that the operator selects by. */
const selected = (name: Expr<string>) => ({ ...inNamespace(name), labels: overlay(labels, v.operator.labels) });

const isOurs = ({ job, broughtByOperator }: PodJob): boolean =>
  broughtByOperator === undefined && !["prometheus", "alertmanager", "grafana"].includes(job);

type Relabeling = NonNullable<NonNullable<NonNullable<IPodMonitor["spec"]>["podMetricsEndpoints"]>[number]["relabelings"]>[number];

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
}: PodJob): Block<Doc<IPodMonitor>> => {
  const { labels: wanted }: Job = jobs[job];
  const keep = keepPattern(job);
  const relabelings: Relabeling[] = [
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

const isForOperator = ({ job }: { readonly job: string }): boolean => !["prometheus", "alertmanager", "grafana", "blackbox"].includes(job);

const rules = ruleFiles.filter(isForOperator).map(({ job, condition, filled }): Block<Doc<IPrometheusRule>> =>
  when(condition === undefined ? isOperator : all(isOperator, condition), {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: selected(str`${named(job)}-rules`),
    spec: fromYaml(filled),
  }),
);

export const operatorTemplates = {
  "operator/podmonitors": podJobs.filter(isOurs).map(podMonitor),
  "operator/rules": rules,
};
