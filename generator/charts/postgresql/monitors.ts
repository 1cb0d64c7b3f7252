import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";

import { overlay, when, type Block, type Doc, type Expr } from "../../dsl/index.ts";
import { labels, metadata } from "../../kubernetes/names.ts";
import { cluster, pooler } from "./names.ts";
import { instancePods } from "./network-policy.ts";
import { poolerPods } from "./pooler.ts";
import { values as v } from "./values.ts";

const { monitor } = v.metrics;

const podMonitor = (name: Expr<string>, pods: Readonly<Record<string, string | Expr<string>>>): Block<Doc<IPodMonitor>> =>
  when(monitor.enabled, {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: { ...metadata(name), labels: overlay(labels, monitor.labels) },
    spec: { selector: { matchLabels: pods }, podMetricsEndpoints: [{ port: "metrics", interval: monitor.interval as never }] },
  });

/** The chart's own: the operator's are deprecated, and overwritten on every change. */
export const podMonitors = [podMonitor(cluster, instancePods), podMonitor(pooler, poolerPods)];
