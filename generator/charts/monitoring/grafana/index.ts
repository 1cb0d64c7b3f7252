import { when } from "../../../dsl/index.ts";
import { service, serviceAccount } from "../component.ts";
import { alertmanager, grafana, loki, ports, prometheus } from "../components.ts";
import { tcp } from "../../../kubernetes/network-policy.ts";
import { fromComponents, networkPolicy, toComponent, toInternetOn, traefikPods } from "../network.ts";
import { secretObjects } from "../secrets.ts";
import { values as v } from "../values.ts";
import { configMap, grafanaSecret } from "./config.ts";
import { dashboardConfigMaps } from "./dashboards.ts";
import { deployment } from "./deployment.ts";
import { clientCertificate, cloudflareMiddleware, grafanaIngress, hideMetrics } from "./ingress.ts";

const { grafana: settings } = v;
const { http } = ports.grafana;

const policy = networkPolicy(grafana, {
  ingress: [when(settings.ingress.enabled, { from: [traefikPods], ports: tcp(http) }), fromComponents(http, prometheus)],
  egress: [
    toComponent(prometheus, ports.prometheus.http),
    toComponent(loki, ports.loki.http),
    toComponent(alertmanager, ports.alertmanager.http),
    toInternetOn(settings.internetPorts, settings.oauth.enabled),
  ],
});

export const grafanaTemplates = {
  "grafana/configmap": [configMap],
  "grafana/dashboards": dashboardConfigMaps,
  "grafana/deployment": [deployment],
  "grafana/ingress": [grafanaIngress, cloudflareMiddleware, clientCertificate, ...hideMetrics],
  "grafana/networkpolicy": [policy],
  "grafana/secret": secretObjects(grafanaSecret),
  "grafana/service": [service(grafana, ports.grafana)],
  "grafana/serviceaccount": [serviceAccount(grafana)],
};
