import { all, any, eq, include, not, str, when, type Expr, type Line } from "../../dsl/index.ts";
import { alertmanagerSecret } from "./alertmanager/config.ts";
import { grafana } from "./components.ts";
import { grafanaSecret } from "./grafana/config.ts";
import { grafanaUrlTemplate } from "./grafana/url.ts";
import { lokiSecret } from "./loki/config.ts";
import type { ComponentSecret } from "./secrets.ts";
import { namespace, values } from "./values.ts";

/** The chart's values, from inside or as the umbrella sees them. */
type MonitoringValues = Pick<
  typeof values,
  "mode" | "global" | "operator" | "prometheus" | "alertmanager" | "grafana" | "loki" | "collector"
>;

interface Subchart {
  readonly subchart: string;
}

/** What is there, what has to be created by hand and how to get to Grafana; `of`: the chart, if it is the umbrella that tells. */
export function monitoringNotes(v: MonitoringValues, of?: Subchart): Line[] {
  const place = include(namespace, of);
  const isBundled = eq(v.mode, "bundled");
  const { receivers, deadMansSwitch, secrets: alerting } = v.alertmanager;
  const { keys: alertingKeys } = alerting;
  const { keys: grafanaKeys } = v.grafana.secrets;
  const { keys: lokiKeys } = v.loki.secrets;
  const literal = (key: Expr<string>): Expr<string> => str`    --from-literal=${key}=... \\`;

  const missing = (component: string, secret: ComponentSecret, needed: Expr<boolean>, mode: Expr<string>, keys: Line[]): Line =>
    when<Line>(all(needed, eq(mode, "existing")), [
      "",
      str`${component} starts once the Secret "${include(secret.nameTemplate, of)}" is there. If it is not yet:`,
      "",
      str`  kubectl --namespace ${place} create secret generic ${include(secret.nameTemplate, of)} \\`,
      ...keys,
      "    --dry-run=client --output yaml | kubectl apply --filename -",
    ]);

  return [
    "",
    str`The monitoring is in namespace "${place}".`,
    when<Line>(all(isBundled, v.grafana.enabled), [
      when<Line>(
        v.grafana.ingress.enabled,
        str`Grafana answers at ${include(grafanaUrlTemplate, of)}`,
        str`Grafana is reached by: kubectl --namespace ${place} port-forward deployment/${include(grafana.nameTemplate, of)} 3000`,
      ),
    ]),
    missing("Grafana", grafanaSecret, all(isBundled, v.grafana.enabled), v.grafana.secrets.mode, [
      literal(grafanaKeys.adminUser),
      literal(grafanaKeys.adminPassword),
      when<Line>(v.grafana.oauth.enabled, literal(grafanaKeys.oauthClientSecret)),
    ]),
    when<Line>(
      all(isBundled, v.grafana.enabled, v.grafana.ingress.enabled, v.global.cloudflare.enabled, v.global.cloudflare.originPulls.enabled),
      [
        "",
        "Traefik asks for Cloudflare's client certificate before Grafana, too. Its CA is expected beside Grafana:",
        "",
        str`  kubectl --namespace ${place} create secret generic ${v.global.cloudflare.originPulls.secretName} --from-file=ca.crt=...`,
      ],
    ),
    missing(
      "Alertmanager",
      alertmanagerSecret,
      all(
        isBundled,
        v.alertmanager.enabled,
        any(
          receivers.webhook.enabled,
          receivers.slack.enabled,
          all(receivers.email.enabled, receivers.email.username),
          receivers.telegram.enabled,
          deadMansSwitch.enabled,
        ),
      ),
      alerting.mode,
      [
        when<Line>(receivers.webhook.enabled, literal(alertingKeys.webhookUrl)),
        when<Line>(receivers.slack.enabled, literal(alertingKeys.slackUrl)),
        when<Line>(all(receivers.email.enabled, receivers.email.username), literal(alertingKeys.smtpPassword)),
        when<Line>(receivers.telegram.enabled, literal(alertingKeys.telegramToken)),
        when<Line>(deadMansSwitch.enabled, literal(alertingKeys.deadMansSwitchUrl)),
      ],
    ),
    missing("Loki", lokiSecret, all(v.loki.enabled, eq(v.loki.storage.type, "s3")), v.loki.secrets.mode, [
      literal(lokiKeys.accessKey),
      literal(lokiKeys.secretKey),
    ]),
    when<Line>(all(isBundled, v.alertmanager.enabled, not(deadMansSwitch.enabled)), [
      "",
      "Nobody learns that the monitoring itself is down: set monitoring.alertmanager.deadMansSwitch.",
    ]),
    when<Line>(all(eq(v.mode, "operator"), not(v.operator.labels)), [
      "",
      "Prometheus Operator may select monitors and rules by a label: set monitoring.operator.labels (kube-prometheus-stack: release).",
    ]),
  ];
}

export const notes: Line[] = monitoringNotes(values).slice(1);
