import { settings } from "../settings.ts";
import { ruleGroup } from "./rule.ts";

export const prometheus = ruleGroup({
  name: "prometheus",
  component: "prometheus",
  rules: [
    {
      alert: "Watchdog",
      severity: "none",
      expr: `vector(1)`,
      summary: "Alerting works",
      description: "Always fires. A service outside of the cluster must raise the alarm when it no longer hears this one.",
    },
    {
      alert: "TargetDown",
      severity: "warning",
      expr: `count by (job) (up == 0) / count by (job) (up) > 0.1`,
      for: "10m",
      summary: "{{ $value | humanizePercentage }} of the targets of {{ $labels.job }} do not answer",
      description: "Alerts and dashboards that rest on them are blind.",
    },
    {
      alert: "PrometheusBadConfig",
      severity: "critical",
      expr: `prometheus_config_last_reload_successful == 0`,
      for: "5m",
      summary: "Prometheus refuses its new configuration",
      description: "It runs with the old one, and will not start again after a restart.",
    },
    {
      alert: "PrometheusRuleFailures",
      severity: "critical",
      expr: `sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0`,
      for: "5m",
      summary: "Rules of {{ $labels.rule_group }} fail",
      description: "Alerts in this group cannot fire.",
    },
    {
      alert: "PrometheusSeriesHigh",
      severity: "warning",
      expr: `prometheus_tsdb_head_series > ${settings.maxSeries.word}`,
      for: "15m",
      summary: "Prometheus holds {{ $value | humanize }} series",
      description: `More than the ${settings.maxSeries.word} its memory is meant for. Something has a label with too many values.`,
    },
    {
      alert: "PrometheusScrapeLimitHit",
      severity: "warning",
      expr: `increase(prometheus_target_scrapes_exceeded_sample_limit_total[5m]) > 0`,
      summary: "A target gives more samples than its limit",
      description: "The whole scrape is thrown away: the target looks down.",
    },
    {
      alert: "PrometheusTsdbFailing",
      severity: "critical",
      expr: `increase(prometheus_tsdb_compactions_failed_total[1h]) > 0 or increase(prometheus_tsdb_wal_corruptions_total[1h]) > 0 or increase(prometheus_tsdb_reloads_failures_total[1h]) > 0`,
      summary: "Prometheus cannot write its database",
      description: "The volume is full or damaged. Metrics since then are lost at the next restart.",
    },
  ],
});

export const alertmanager = ruleGroup({
  name: "alertmanager",
  component: "alertmanager",
  rules: [
    {
      alert: "PrometheusNoAlertmanager",
      severity: "critical",
      expr: `prometheus_notifications_alertmanagers_discovered < 1`,
      for: "5m",
      summary: "Prometheus knows no Alertmanager",
      description: "No alert reaches anybody. Only the dead man's switch outside can tell.",
    },
    {
      alert: "PrometheusNotificationsLost",
      severity: "critical",
      expr: `sum(increase(prometheus_notifications_dropped_total[5m])) > 0 or sum(increase(prometheus_notifications_errors_total[5m])) > 0`,
      for: "10m",
      summary: "Alerts do not get from Prometheus to Alertmanager",
      description: "Alertmanager is down or out of reach. Only the dead man's switch outside can tell.",
    },
    {
      alert: "AlertmanagerBadConfig",
      severity: "critical",
      expr: `alertmanager_config_last_reload_successful == 0`,
      for: "5m",
      summary: "Alertmanager refuses its new configuration",
      description: "It routes by the old one, and will not start again after a restart.",
    },
    {
      alert: "AlertmanagerNotifyFailing",
      severity: "critical",
      expr: `sum by (integration) (rate(alertmanager_notifications_failed_total[5m])) / (sum by (integration) (rate(alertmanager_notifications_total[5m])) > 0) > 0.01`,
      for: "5m",
      summary: "{{ $value | humanizePercentage }} of notifications by {{ $labels.integration }} fail",
      description: "People do not hear of alerts on this way. Its address, token or network is at fault.",
    },
  ],
});

export const grafana = ruleGroup({
  name: "grafana",
  component: "grafana",
  rules: [
    {
      alert: "GrafanaDown",
      severity: "warning",
      expr: `absent(up{job="grafana"} == 1)`,
      for: "10m",
      summary: "Grafana does not answer",
      description: "Alerts still work. Dashboards and logs cannot be looked at.",
    },
  ],
});

export const probes = ruleGroup({
  name: "probes",
  component: "blackbox",
  rules: [
    {
      alert: "EndpointDown",
      severity: "critical",
      expr: `max by (instance) (probe_success) == 0`,
      for: "3m",
      summary: "{{ $labels.instance }} does not answer",
      description: "Asked from inside of the cluster, by its public name: DNS, the load balancer, TLS or the application is at fault.",
    },
  ],
});
