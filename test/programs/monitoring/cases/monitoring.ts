import { growing, steady, type AlertCases, type Cases } from "./case.ts";

/** A job of which nothing answers, and one of which something does. */
const gone = (job: string, at: string): AlertCases => ({
  fires: { series: { [`up{job="${job}",pod="a"}`]: steady(0) }, at, labels: [{}] },
  silent: { about: "restarted", series: { [`up{job="${job}",pod="a"}`]: "0 0 1x60" }, at },
});

const loki = (status: string, route = "loki_api_v1_push") =>
  `loki_request_duration_seconds_count{route="${route}",status_code="${status}"}`;
const operations = (kind: string, operation = "upload") => `loki_objstore_bucket_operation${kind}_total{operation="${operation}"}`;
const hour = 3600;

export const logCases: Cases = {
  LokiDown: gone("loki", "10m"),
  LokiRequestErrors: {
    fires: {
      series: { [loki("204")]: growing(60), [loki("500")]: growing(20) },
      at: "25m",
      labels: [{ route: "loki_api_v1_push" }],
      value: "25%",
    },
    silent: [
      { about: "refused for the sender's fault", series: { [loki("204")]: growing(60), [loki("429")]: growing(60) }, at: "25m" },
      { about: "one in twenty", series: { [loki("204")]: growing(57), [loki("500")]: growing(3) }, at: "25m" },
      { about: "readiness of a Loki that starts", series: { [loki("204")]: growing(60), [loki("503", "ready")]: growing(6) }, at: "25m" },
    ],
  },
  LokiFlushFailing: {
    fires: { series: { [operations("s")]: growing(10), [operations("_failures")]: growing(1) }, at: "40m", labels: [{}] },
    silent: {
      about: "something asked for was not there, which is no failure to write",
      series: {
        [operations("s")]: growing(10),
        [operations("_failures", "get")]: growing(5),
        loki_ingester_chunks_flush_failures_total: steady(4),
      },
      at: "40m",
    },
  },
  LokiDiscarding: {
    fires: {
      series: { 'loki_discarded_samples_total{reason="rate_limited",tenant="fake"}': growing(120) },
      at: "25m",
      labels: [{ reason: "rate_limited" }],
      value: "2",
    },
    silent: {
      about: "a burst",
      series: { 'loki_discarded_samples_total{reason="rate_limited",tenant="fake"}': "0 500 500x60" },
      at: "25m",
    },
  },
  LokiRetentionStalled: {
    fires: {
      step: "10m",
      series: { loki_compactor_apply_retention_last_successful_run_timestamp_seconds: "60x60" },
      at: "5h",
      labels: [{}],
      value: "4h 59m 0s",
    },
    silent: {
      about: "has not run since the start, and it has only started",
      step: "10m",
      series: { loki_compactor_apply_retention_last_successful_run_timestamp_seconds: `0x12 ${2 * hour}x40` },
      at: "5h",
    },
  },
  LogCollectorDropping: {
    fires: {
      series: { 'otelcol_exporter_send_failed_log_records{node="worker-1",exporter="otlphttp"}': growing(60) },
      at: "20m",
      labels: [{ node: "worker-1" }],
      value: "1",
    },
    silent: { series: { 'otelcol_exporter_send_failed_log_records{node="worker-1",exporter="otlphttp"}': steady(60) }, at: "20m" },
  },
};

const group = '{rule_group="/etc/prometheus/rules/http.yml;http"}';
const sent = (kind: string) => `alertmanager_notifications${kind}_total{integration="slack"}`;

export const selfCases: Cases = {
  Watchdog: { fires: { series: {}, at: "1m", labels: [{}] } },
  TargetDown: {
    fires: {
      series: { 'up{job="kubelet",instance="a"}': steady(1), 'up{job="kubelet",instance="b"}': steady(0) },
      at: "15m",
      labels: [{ job: "kubelet" }],
      value: "50%",
    },
    silent: [
      { series: { 'up{job="kubelet",instance="a"}': steady(1), 'up{job="kubelet",instance="b"}': "0x5 1x60" }, at: "15m" },
      {
        about: "one of twenty",
        series: {
          'up{job="kubelet",instance="down"}': steady(0),
          ...Object.fromEntries(Array.from({ length: 19 }, (_, index) => [`up{job="kubelet",instance="${index}"}`, steady(1)])),
        },
        at: "15m",
      },
    ],
  },
  PrometheusBadConfig: {
    fires: { series: { prometheus_config_last_reload_successful: steady(0) }, at: "10m", labels: [{}] },
    silent: { about: "mended at once", series: { prometheus_config_last_reload_successful: "0 0 1x60" }, at: "10m" },
  },
  PrometheusRuleFailures: {
    fires: {
      series: { [`prometheus_rule_evaluation_failures_total${group}`]: growing(1) },
      at: "15m",
      labels: [{ rule_group: "/etc/prometheus/rules/http.yml;http" }],
    },
    silent: { series: { [`prometheus_rule_evaluation_failures_total${group}`]: steady(3) }, at: "15m" },
  },
  PrometheusSeriesHigh: {
    fires: { series: { prometheus_tsdb_head_series: steady(200_000) }, at: "20m", labels: [{}], value: "200k" },
    silent: { series: { prometheus_tsdb_head_series: steady(140_000) }, at: "20m" },
  },
  PrometheusScrapeLimitHit: {
    fires: { series: { prometheus_target_scrapes_exceeded_sample_limit_total: "0x5 1x10" }, at: "7m", labels: [{}] },
    silent: { series: { prometheus_target_scrapes_exceeded_sample_limit_total: steady(1) }, at: "7m" },
  },
  PrometheusTsdbFailing: {
    fires: { series: { prometheus_tsdb_compactions_failed_total: "0x5 1x10" }, at: "7m", labels: [{}] },
    silent: { series: { prometheus_tsdb_compactions_failed_total: steady(1), prometheus_tsdb_wal_corruptions_total: steady(0) }, at: "7m" },
  },
  PrometheusNoAlertmanager: {
    fires: { series: { prometheus_notifications_alertmanagers_discovered: steady(0) }, at: "10m", labels: [{}] },
    silent: { series: { prometheus_notifications_alertmanagers_discovered: steady(1) }, at: "10m" },
  },
  PrometheusNotificationsLost: {
    fires: {
      series: { 'prometheus_notifications_errors_total{alertmanager="http://alertmanager:9093"}': growing(1) },
      at: "20m",
      labels: [{}],
    },
    silent: {
      about: "Alertmanager was restarted",
      series: { 'prometheus_notifications_errors_total{alertmanager="http://alertmanager:9093"}': "0 2 2x60" },
      at: "20m",
    },
  },
  AlertmanagerBadConfig: {
    fires: { series: { alertmanager_config_last_reload_successful: steady(0) }, at: "10m", labels: [{}] },
    silent: { series: { alertmanager_config_last_reload_successful: steady(1) }, at: "10m" },
  },
  AlertmanagerNotifyFailing: {
    fires: {
      series: { [sent("")]: growing(4), [sent("_failed")]: growing(2) },
      at: "15m",
      labels: [{ integration: "slack" }],
      value: "50%",
    },
    silent: [
      { about: "nothing was to be sent", series: { [sent("")]: steady(0), [sent("_failed")]: steady(0) }, at: "15m" },
      { about: "one in two hundred", series: { [sent("")]: growing(200), [sent("_failed")]: growing(1) }, at: "15m" },
    ],
  },
  GrafanaDown: gone("grafana", "15m"),
  EndpointDown: {
    fires: {
      series: { 'probe_success{instance="https://app.example.com",job="blackbox"}': steady(0) },
      at: "5m",
      labels: [{ instance: "https://app.example.com" }],
    },
    silent: {
      about: "one probe of many failed",
      series: { 'probe_success{instance="https://app.example.com",job="blackbox"}': "1 1 0 1 1 1" },
      at: "5m",
    },
  },
};
