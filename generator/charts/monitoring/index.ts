import { monitoring as schema } from "../../../schemas/monitoring.ts";
import type { Chart } from "../../chart/chart.ts";
import { when } from "../../dsl/index.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { alertmanagerSecret, notificationFiles } from "./alertmanager/config.ts";
import { alertmanagerTemplates } from "./alertmanager/index.ts";
import { collectorTemplates } from "./collector/index.ts";
import { blackboxTemplates } from "./exporters/blackbox.ts";
import { kubeStateMetricsTemplates } from "./exporters/kube-state-metrics.ts";
import { nodeExporterTemplates } from "./exporters/node-exporter.ts";
import { grafanaSecret } from "./grafana/config.ts";
import { dashboardFiles } from "./grafana/dashboards.ts";
import { demandsCertificate } from "./grafana/ingress.ts";
import { grafanaTemplates } from "./grafana/index.ts";
import { guards } from "./guards.ts";
import { lokiSecret } from "./loki/config.ts";
import { lokiTemplates } from "./loki/index.ts";
import { namespaceObject } from "./namespace.ts";
import { defaultDeny } from "./network.ts";
import { notes } from "./notes.ts";
import { operatorTemplates } from "./operator.ts";
import { prometheusTemplates } from "./prometheus/index.ts";
import { ruleFiles } from "./prometheus/rules.ts";
import { requiredSecret } from "./secrets.ts";
import { values as v } from "./values.ts";

export const monitoring: Chart = {
  name: "monitoring",
  description: schema.description,
  keywords: ["prometheus", "grafana", "loki", "alertmanager", "opentelemetry"],
  schema,
  files: {
    ...notificationFiles,
    ...dashboardFiles,
    ...Object.fromEntries(ruleFiles.map(({ path, text }) => [path, text])),
  },
  templates: {
    "extra-objects": [extraObjects],
    namespace: [namespaceObject],
    networkpolicy: [defaultDeny],
    ...alertmanagerTemplates,
    ...blackboxTemplates,
    ...collectorTemplates,
    ...grafanaTemplates,
    ...kubeStateMetricsTemplates,
    ...lokiTemplates,
    ...nodeExporterTemplates,
    ...operatorTemplates,
    ...prometheusTemplates,
  },
  guards,
  notes,
  requires: [
    ...[alertmanagerSecret, grafanaSecret, lokiSecret].map(requiredSecret),
    when(demandsCertificate, { kind: "Secret", name: v.global.cloudflare.originPulls.secretName }),
  ],
  readme:
    "Prometheus, Alertmanager and the exporters that Kubernetes needs; Grafana with its dashboards; Loki and a collector of logs. Everything is a plain object: no operator, no custom resources, no sidecars. What is measured, which alerts there are and what to do about them: `docs/monitoring.md`.",
  subcharts: [],
};
