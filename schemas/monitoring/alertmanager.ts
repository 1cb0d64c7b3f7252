import { passList, seconds } from "../common.ts";
import { component, componentSecrets, persistence } from "./component.ts";

const atLeast = {
  type: "string",
  description: "Least severity that is sent there.",
  enum: ["warning", "critical"],
  default: "warning",
} as const;

const enabled = { type: "boolean", description: "Send there.", default: false } as const;

export const alertmanager = component(
  {
    title: "Alertmanager",
    description: "Groups alerts and tells people.",
    enabled: true,
    image: ["quay.io", "prometheus/alertmanager", "v0.31.1"],
    cpu: "10m",
    memory: "48Mi",
    memoryLimit: "128Mi",
    disk: "128Mi",
    user: 65534,
  },
  {
    receivers: {
      type: "object",
      description: "Where alerts go. Alerts of severity `info` go nowhere; Grafana shows them.",
      default: {},
      properties: {
        webhook: {
          type: "object",
          description: "A webhook, e.g. of an on-call service. Its URL is a secret.",
          default: {},
          properties: { enabled, atLeast },
        },
        slack: {
          type: "object",
          description: "A Slack channel (or Mattermost, Discord with `/slack`), by an incoming webhook. Its URL is a secret.",
          default: {},
          properties: {
            enabled,
            atLeast,
            channel: {
              type: "string",
              description: "Channel. Empty: the webhook's own.",
              pattern: "^(#?[a-z0-9_-]+)?$",
              default: "",
            },
          },
        },
        email: {
          type: "object",
          description: "Mail. The SMTP password is a secret.",
          default: {},
          properties: {
            enabled,
            atLeast,
            to: { type: "string", description: "Recipients, separated by commas.", pattern: "^[A-Za-z0-9._%+@, -]*$", default: "" },
            from: { type: "string", description: "Sender.", pattern: "^[A-Za-z0-9._%+@-]*$", default: "" },
            smarthost: {
              type: "string",
              description: "SMTP server and port, with STARTTLS.",
              pattern: "^([A-Za-z0-9.-]+:[0-9]+)?$",
              examples: ["smtp.example.com:587"],
              default: "",
            },
            username: { type: "string", description: "User at the SMTP server.", pattern: "^[A-Za-z0-9._%+@-]*$", default: "" },
          },
        },
        telegram: {
          type: "object",
          description: "A Telegram chat. The bot's token is a secret.",
          default: {},
          properties: {
            enabled,
            atLeast,
            chatId: {
              type: "integer",
              description: "The chat's number; negative for groups.",
              minimum: -9007199254740991,
              maximum: 9007199254740991,
              default: 0,
            },
          },
        },
      },
    },
    deadMansSwitch: {
      type: "object",
      description:
        "A service outside the cluster that raises the alarm when the alert `Watchdog` stops coming (healthchecks.io, Dead Man's Snitch). Its URL is a secret. Without one nobody learns that the monitoring itself is down.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Call it.", default: false },
        everySeconds: seconds("Time between calls.", 120, 30),
      },
    },
    secrets: componentSecrets(
      "The Secret with the URLs, passwords and tokens of the receivers that are on. Alertmanager reads them as files.",
      {
        webhookUrl: ["webhook-url", "URL of the webhook."],
        slackUrl: ["slack-url", "URL of Slack's incoming webhook."],
        smtpPassword: ["smtp-password", "SMTP password."],
        telegramToken: ["telegram-token", "Token of the Telegram bot."],
        deadMansSwitchUrl: ["dead-mans-switch-url", "URL of the dead man's switch."],
      },
    ),
    grouping: {
      type: "object",
      description: "How alerts become notifications.",
      default: {},
      properties: {
        waitSeconds: seconds("Wait for more alerts of a new group.", 30),
        intervalSeconds: seconds("Wait before telling of changes in a group.", 300, 1),
        repeatHours: { type: "integer", description: "Tell again of what still fires.", minimum: 1, maximum: 168, default: 12 },
      },
    },
    extraRoutes: passList("Further routes, before the chart's own, as Alertmanager knows them."),
    extraReceivers: passList(
      "Further receivers, as Alertmanager knows them. All keys of the Secret are then files in `/etc/alertmanager-secrets`.",
    ),
    persistence: persistence(false, "Where silences are."),
    internetPorts: {
      type: "array",
      description: "TCP ports that it may reach on the internet.",
      items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
      default: [443, 587],
    },
    externalUrl: {
      type: "string",
      description: "URL that links in notifications lead to. Empty: Grafana's alerting page, if it has a host.",
      pattern: "^(https?://[A-Za-z0-9._:/-]+)?$",
      default: "",
    },
  },
);
