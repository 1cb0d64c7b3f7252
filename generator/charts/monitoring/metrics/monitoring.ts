import { ownProcess, type Job } from "./job.ts";

/** The monitoring, of itself. */
export const monitoringJobs = {
  loki: {
    exporters: ["loki", "process"],
    keep: [
      "loki_compactor_apply_retention_last_successful_run_timestamp_seconds",
      "loki_discarded_samples_total",
      "loki_distributor_bytes_received_total",
      "loki_ingester_chunks_flush_failures_total",
      "loki_ingester_memory_chunks",
      "loki_ingester_memory_streams",
      "loki_objstore_bucket_operation_failures_total",
      "loki_objstore_bucket_operations_total",
      ...ownProcess,
    ],
    histograms: ["loki_objstore_bucket_operation_duration_seconds", "loki_request_duration_seconds"],
    explore: ["loki_ingester_chunks_flushed_total", "loki_ingester_wal_disk_full_failures_total", "loki_panic_total"],
    labels: ["namespace", "pod"],
  },
  // Its telemetry must name metrics as the collector's own default reader does: `without_type_suffix` and `without_units`.
  "opentelemetry-collector": {
    exporters: ["opentelemetry-collector"],
    keep: [
      "otelcol_exporter_enqueue_failed_log_records",
      "otelcol_exporter_queue_capacity",
      "otelcol_exporter_queue_size",
      "otelcol_exporter_send_failed_log_records",
      "otelcol_exporter_sent_log_records",
      "otelcol_process_cpu_seconds",
      "otelcol_process_memory_rss",
      "otelcol_receiver_accepted_log_records",
    ],
    explore: ["otelcol_receiver_refused_log_records"],
    labels: ["namespace", "pod", "node"],
  },
  prometheus: {
    exporters: ["prometheus", "process"],
    keep: [
      "prometheus_config_last_reload_successful",
      "prometheus_notifications_alertmanagers_discovered",
      "prometheus_notifications_dropped_total",
      "prometheus_notifications_errors_total",
      "prometheus_notifications_sent_total",
      "prometheus_rule_evaluation_failures_total",
      "prometheus_rule_group_last_duration_seconds",
      "prometheus_target_scrapes_exceeded_sample_limit_total",
      "prometheus_tsdb_compactions_failed_total",
      "prometheus_tsdb_head_samples_appended_total",
      "prometheus_tsdb_head_series",
      "prometheus_tsdb_reloads_failures_total",
      "prometheus_tsdb_storage_blocks_bytes",
      "prometheus_tsdb_wal_corruptions_total",
      ...ownProcess,
    ],
    explore: ["prometheus_rule_group_iterations_missed_total", "prometheus_sd_kubernetes_failures_total"],
    labels: ["namespace", "pod"],
  },
  alertmanager: {
    exporters: ["alertmanager", "process"],
    keep: [
      "alertmanager_alerts",
      "alertmanager_config_last_reload_successful",
      "alertmanager_notifications_failed_total",
      "alertmanager_notifications_total",
      ...ownProcess,
    ],
    labels: ["namespace", "pod"],
  },
  grafana: { exporters: ["process"], keep: [...ownProcess], labels: ["namespace", "pod"] },
  blackbox: {
    exporters: ["blackbox"],
    keep: ["probe_success"],
    explore: ["probe_duration_seconds", "probe_http_status_code", "probe_ssl_earliest_cert_expiry"],
    labels: [],
  },
} as const satisfies Record<string, Job>;
