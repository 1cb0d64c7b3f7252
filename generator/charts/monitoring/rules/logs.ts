import { ruleGroup } from "./rule.ts";

export const loki = ruleGroup({
  name: "loki",
  component: "loki",
  rules: [
    {
      alert: "LokiDown",
      severity: "warning",
      expr: `absent(up{job="loki"} == 1)`,
      for: "5m",
      summary: "Loki does not answer",
      description: "Logs cannot be read. The collectors keep what they could not deliver, as long as the files of the pods are there.",
    },
    {
      alert: "LokiRequestErrors",
      severity: "warning",
      // Not the kubelet's questions: a Loki that starts answers them with 503, as it should.
      expr: `sum by (route) (rate(loki_request_duration_seconds_count{route!="ready",status_code=~"5.."}[5m])) / (sum by (route) (rate(loki_request_duration_seconds_count{route!="ready"}[5m])) > 0.01) > 0.1`,
      for: "15m",
      summary: "Loki answers {{ $value | humanizePercentage }} of {{ $labels.route }} with 5xx",
      description: "Logs are not taken, or queries fail, as the route says.",
    },
    {
      alert: "LokiFlushFailing",
      severity: "critical",
      expr: `sum(increase(loki_ingester_chunks_flush_failures_total[15m])) > 0 or sum(rate(loki_objstore_bucket_operation_failures_total{operation="upload"}[15m])) / (sum(rate(loki_objstore_bucket_operations_total{operation="upload"}[15m])) > 0) > 0.01`,
      for: "15m",
      summary: "Loki cannot write logs to object storage",
      description: "They pile up on its volume and are lost when Loki gives up. Keys, bucket or the store are at fault.",
    },
    {
      alert: "LokiDiscarding",
      severity: "warning",
      expr: `sum by (reason) (rate(loki_discarded_samples_total[5m])) > 0`,
      for: "15m",
      summary: "Loki throws away {{ $value | humanize }} lines a second: {{ $labels.reason }}",
      description: "A limit is reached or lines are too old. They are gone.",
    },
    {
      alert: "LokiRetentionStalled",
      severity: "warning",
      expr: `time() - (max(loki_compactor_apply_retention_last_successful_run_timestamp_seconds) > 0) > 3 * 3600`,
      for: "1h",
      summary: "Loki has deleted no old logs for {{ $value | humanizeDuration }}",
      description: "Logs are kept longer than they should be, and the bucket grows.",
    },
  ],
});

export const collector = ruleGroup({
  name: "log-collector",
  component: "opentelemetry-collector",
  rules: [
    {
      alert: "LogCollectorDropping",
      severity: "warning",
      expr: `sum by (node) (rate(otelcol_exporter_send_failed_log_records[5m])) > 0 or sum by (node) (rate(otelcol_exporter_enqueue_failed_log_records[5m])) > 0`,
      for: "10m",
      summary: "The log collector on {{ $labels.node }} loses {{ $value | humanize }} lines a second",
      description: "Loki does not take them and the queue is full, or Loki refuses them for good.",
    },
  ],
});
