import { component } from "./component.ts";
import { isBundled, isMeasured, values as v } from "./values.ts";

export const prometheus = component("prometheus", "prometheus", v.prometheus, isBundled);
export const alertmanager = component("alertmanager", "alertmanager", v.alertmanager, isBundled);
export const kubeStateMetrics = component("kubeStateMetrics", "kube-state-metrics", v.kubeStateMetrics, isBundled);
export const nodeExporter = component("nodeExporter", "node-exporter", v.nodeExporter, isBundled);
export const blackbox = component("blackbox", "blackbox-exporter", v.blackbox, isMeasured);
export const grafana = component("grafana", "grafana", v.grafana, isBundled);
export const loki = component("loki", "loki", v.loki);
/** Sends to Loki and to nothing else. */
export const collector = component("collector", "opentelemetry-collector", v.collector, v.loki.enabled);

/** Ports of the programs, by what their containers call them. */
export const ports = {
  prometheus: { http: 9090 },
  alertmanager: { http: 9093 },
  kubeStateMetrics: { http: 8080, telemetry: 8081 },
  blackbox: { http: 9115 },
  grafana: { http: 3000 },
  loki: { http: 3100 },
  collector: { metrics: 8888, health: 13133 },
} as const;
