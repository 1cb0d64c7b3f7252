import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { extraObjects, fullnameOverride, labelMap, names, patterns } from "./common.ts";
import { global } from "./global.ts";
import { alertmanager } from "./monitoring/alertmanager.ts";
import { blackbox, kubeStateMetrics, nodeExporter } from "./monitoring/exporters.ts";
import { grafana } from "./monitoring/grafana.ts";
import { collector, loki } from "./monitoring/logs.ts";
import { prometheus } from "./monitoring/prometheus.ts";

export const monitoring = {
  type: "object",
  description: "Metrics, alerts, dashboards and logs, sized for small nodes: no operator, no sidecars, no access to Secrets.",
  properties: {
    global,
    fullnameOverride: { ...fullnameOverride, title: "Names" },
    namespaceOverride: {
      type: "string",
      description: "Namespace of everything in this chart. Empty: the release's.",
      pattern: "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$",
      default: "",
    },
    namespace: {
      type: "object",
      description: "The namespace itself.",
      default: {},
      properties: {
        create: {
          type: "boolean",
          description: "Render the namespace, with its Pod Security labels. It outlives the release, as the volumes in it do.",
          default: false,
        },
        podSecurity: {
          type: "string",
          description:
            "Pod Security Standard that it enforces. node-exporter and the collector read files of the node, which only `privileged` allows; whatever it says, it warns of what `restricted` would refuse.",
          enum: ["privileged", "baseline", "restricted"],
          default: "privileged",
        },
      },
    },
    mode: {
      type: "string",
      title: "Mode",
      description:
        "`bundled`: Prometheus, Alertmanager, Grafana and exporters of the chart's own. `operator`: for clusters with Prometheus Operator and a Grafana: PodMonitors, ScrapeConfigs, rules, dashboards and Loki's data source for those. `none`: no metrics at all. Loki and the collector are switched on their own in each mode.",
      enum: ["bundled", "operator", "none"],
      default: "bundled",
    },
    operator: {
      type: "object",
      description: "Mode `operator`.",
      default: {},
      properties: {
        labels: {
          ...labelMap("Labels that the operator selects by."),
          examples: [{ release: "kube-prometheus-stack" }],
        },
        dashboardLabels: {
          type: "object",
          description: "Labels by which Grafana's sidecar finds ConfigMaps with dashboards.",
          additionalProperties: { type: "string", description: "The value.", ...names.labelValue },
          propertyNames: { pattern: patterns.qualifiedName },
          default: { grafana_dashboard: "1" },
        },
        dataSourceLabels: {
          type: "object",
          description: "Labels by which Grafana's sidecar finds ConfigMaps with data sources: Loki's is one.",
          additionalProperties: { type: "string", description: "The value.", ...names.labelValue },
          propertyNames: { pattern: patterns.qualifiedName },
          default: { grafana_datasource: "1" },
        },
        folderAnnotation: {
          type: "string",
          description: "Annotation by which the sidecar learns the folder of a dashboard.",
          pattern: patterns.qualifiedName,
          default: "grafana_folder",
        },
      },
    },
    clusterName: {
      type: "string",
      description: "What the cluster is called in alerts and logs (label `cluster`).",
      ...names.label,
      default: "xpeditis",
    },
    prometheus,
    alertmanager,
    kubeStateMetrics,
    nodeExporter,
    blackbox,
    grafana,
    loki,
    collector,
    extraObjects,
  },
} as const satisfies ObjectSchema;
