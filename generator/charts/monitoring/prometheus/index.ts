import { each, when } from "../../../dsl/index.ts";
import { claim, service, serviceAccount } from "../component.ts";
import { alertmanager, blackbox, collector, grafana, kubeStateMetrics, loki, ports, prometheus } from "../components.ts";
import { tcp, toApiServer, toNodes } from "../../../kubernetes/network-policy.ts";
import { fromComponents, networkPolicy, podsIn, toComponent, toInternetOn, traefikPods } from "../network.ts";
import { values as v } from "../values.ts";
import { configMap } from "./config.ts";
import { applicationNamespace, dnsPods, volumeDriverPods } from "./jobs.ts";
import { roles } from "./rbac.ts";
import { rulesConfigMap } from "./rules.ts";
import { statefulSet } from "./statefulset.ts";

const { prometheus: settings } = v;
const { http } = ports.prometheus;

const policy = networkPolicy(prometheus, {
  ingress: [fromComponents(http, grafana), when(settings.keda.enabled, { from: [podsIn(settings.keda.namespace)], ports: tcp(http) })],
  egress: [
    toApiServer,
    toNodes(10250, v.nodeExporter.port),
    { to: [podsIn(applicationNamespace)], ports: [each(settings.applications.ports, (port) => ({ port, protocol: "TCP" }))] },
    when(settings.traefik.enabled, { to: [traefikPods], ports: tcp(9100) }),
    when(settings.certManager.enabled, { to: [podsIn(settings.certManager.namespace)], ports: tcp(9402) }),
    when(settings.coreDns.enabled, { to: [podsIn(settings.coreDns.namespace, dnsPods)], ports: tcp(9153) }),
    when(settings.hcloudCsi.enabled, { to: [podsIn(settings.hcloudCsi.namespace, volumeDriverPods)], ports: tcp(9189) }),
    when(settings.clusterAutoscaler.enabled, { to: [podsIn(settings.clusterAutoscaler.namespace)], ports: tcp(8085) }),
    when(settings.keda.enabled, { to: [podsIn(settings.keda.namespace)], ports: tcp(8080) }),
    when(settings.annotatedPods.enabled, {
      to: [podsIn(applicationNamespace)],
      ports: [each(settings.annotatedPods.ports, (port) => ({ port, protocol: "TCP" }))],
    }),
    toComponent(alertmanager, ports.alertmanager.http),
    toComponent(kubeStateMetrics, ports.kubeStateMetrics.http),
    toComponent(grafana, ports.grafana.http),
    toComponent(loki, ports.loki.http),
    toComponent(collector, ports.collector.metrics),
    toComponent(blackbox, ports.blackbox.http),
    toInternetOn(settings.remoteWrite.ports, settings.remoteWrite.url),
  ],
});

export const prometheusTemplates = {
  "prometheus/claim": [claim(prometheus, settings.persistence)],
  "prometheus/configmap": [configMap],
  "prometheus/networkpolicy": [policy],
  "prometheus/rbac": [serviceAccount(prometheus), ...roles],
  "prometheus/rules": [rulesConfigMap],
  "prometheus/service": [service(prometheus, ports.prometheus, "headless")],
  "prometheus/statefulset": [statefulSet],
};
