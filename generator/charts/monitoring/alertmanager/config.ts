import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import {
  all,
  any,
  defineMap,
  each,
  eq,
  file,
  include,
  lines,
  str,
  when,
  configYaml,
  type Block,
  type Doc,
  type Expr,
  type Yaml,
} from "../../../dsl/index.ts";
import { inNamespace } from "../component.ts";
import { alertmanager } from "../components.ts";
import { componentSecret } from "../secrets.ts";
import { values as v } from "../values.ts";
import { inhibitions } from "./inhibitions.ts";

const { alertmanager: settings } = v;
const { receivers, deadMansSwitch, grouping } = settings;
const { webhook, slack, email, telegram } = receivers;
const { keys } = settings.secrets;

export const folders = { config: "/etc/alertmanager", secrets: "/etc/alertmanager-secrets" } as const;

/** True if alerts reach somebody. */
export const hasReceiver = any(webhook.enabled, slack.enabled, email.enabled, telegram.enabled, settings.extraReceivers);

export const alertmanagerSecret = componentSecret(
  "alertmanager",
  alertmanager,
  settings.secrets,
  all(
    alertmanager.enabled,
    any(webhook.enabled, slack.enabled, all(email.enabled, email.username), telegram.enabled, deadMansSwitch.enabled),
  ),
  [
    ["webhookUrl", keys.webhookUrl, webhook.enabled],
    ["slackUrl", keys.slackUrl, slack.enabled],
    ["smtpPassword", keys.smtpPassword, all(email.enabled, email.username)],
    ["telegramToken", keys.telegramToken, telegram.enabled],
    ["deadMansSwitchUrl", keys.deadMansSwitchUrl, deadMansSwitch.enabled],
  ],
);

const secret = (key: Expr<string>): Expr<string> => str`${folders.secrets}/${key}`;

/** How notifications read: overrides Alertmanager's own templates by name, so that the configuration holds no expressions. */
export const notificationFiles = {
  "files/alertmanager/notifications.tmpl": `{{ define "slack.default.title" }}{{ .CommonLabels.alertname }}{{ if gt (len .Alerts) 1 }} ({{ len .Alerts }}){{ end }}: {{ .Status }}{{ end }}
{{ define "slack.default.text" }}{{ range .Alerts }}{{ .Annotations.summary }}
{{ .Annotations.description }}
{{ .Annotations.runbook_url }}

{{ end }}{{ end }}
{{ define "telegram.default.message" }}{{ template "slack.default.title" . }}

{{ template "slack.default.text" . }}{{ end }}
{{ define "email.default.subject" }}{{ template "slack.default.title" . }}{{ end }}
`,
} as const;

/** What is sent to the people of a severity: each kind of receiver that is on and wants it. */
const receiver = (
  name: string,
  wants: (kind: { readonly enabled: Expr<boolean>; readonly atLeast: Expr<string> }) => Expr<boolean>,
): Yaml => ({
  name,
  webhook_configs: when<unknown>(wants(webhook), [{ url_file: secret(keys.webhookUrl), send_resolved: true }]),
  slack_configs: when<unknown>(wants(slack), [
    {
      api_url_file: secret(keys.slackUrl),
      channel: when<unknown>(slack.channel, slack.channel),
      send_resolved: true,
    },
  ]),
  email_configs: when<unknown>(wants(email), [
    {
      to: email.to,
      from: email.from,
      smarthost: email.smarthost,
      auth_username: when<unknown>(email.username, email.username),
      auth_password_file: when<unknown>(email.username, secret(keys.smtpPassword)),
      send_resolved: true,
    },
  ]),
  telegram_configs: when<unknown>(wants(telegram), [
    { bot_token_file: secret(keys.telegramToken), chat_id: telegram.chatId, parse_mode: "", send_resolved: true },
  ]),
});

const config = configYaml({
  templates: [`${folders.config}/*.tmpl`],
  route: {
    receiver: "nobody",
    group_by: ["alertname", "namespace"],
    group_wait: str`${grouping.waitSeconds}s`,
    group_interval: str`${grouping.intervalSeconds}s`,
    repeat_interval: str`${grouping.repeatHours}h`,
    routes: [
      {
        receiver: "dead-mans-switch",
        matchers: ['alertname = "Watchdog"'],
        group_wait: "0s",
        group_interval: str`${deadMansSwitch.everySeconds}s`,
        repeat_interval: str`${deadMansSwitch.everySeconds}s`,
      },
      each(settings.extraRoutes, (route) => route) as never,
      { receiver: "critical", matchers: ['severity = "critical"'] },
      { receiver: "warning", matchers: ['severity = "warning"'] },
    ],
  },
  receivers: [
    { name: "nobody" },
    {
      name: "dead-mans-switch",
      webhook_configs: when<unknown>(deadMansSwitch.enabled, [{ url_file: secret(keys.deadMansSwitchUrl), send_resolved: false }]),
    },
    receiver("critical", (kind) => kind.enabled),
    receiver("warning", (kind) => all(kind.enabled, eq(kind.atLeast, "warning"))),
    each(settings.extraReceivers, (other) => other) as never,
  ],
  inhibit_rules: [
    // Of rules of the user's own, that have two severities under one name.
    { source_matchers: ['severity = "critical"'], target_matchers: ['severity = "warning"'], equal: ["alertname", "namespace"] },
    ...inhibitions.map(({ source, targets, equal }) => ({
      source_matchers: [`alertname = "${source}"`],
      target_matchers: [`alertname =~ "${targets.join("|")}"`],
      ...(equal.length === 0 ? {} : { equal: [...equal] }),
    })),
  ],
});

export const data = defineMap("alertmanagerConfig", "Alertmanager's configuration. Secrets are not in it, but the files that hold them.", {
  "alertmanager.yaml": config,
  "notifications.tmpl": lines(file("files/alertmanager/notifications.tmpl")),
});

export const configMap: Block<Doc<IConfigMap>> = when(alertmanager.enabled, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: inNamespace(alertmanager.name),
  data: include(data),
});
