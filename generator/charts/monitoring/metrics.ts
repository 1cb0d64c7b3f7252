/**
 * What Prometheus keeps of each scrape job. Rules and dashboards may use these metrics and no others, which a test checks;
 * the scrape configuration makes its keep-lists of them. k3s serves the registry of the whole process on every port, several
 * ten thousand series per server, so that what is not named here is dropped.
 */

/** A scrape job: the value of the label `job`. */
export interface Job {
  /** Files in `test/monitoring/catalogue/` that list what its targets expose. */
  readonly exporters: readonly string[];
  /** Counters and gauges that a rule or a panel uses; `all` where the exporter exposes little else. */
  readonly keep: readonly string[] | "all";
  /** Kept although no rule or panel uses them: for questions that come up in an incident. */
  readonly explore?: readonly string[];
  /** Histograms kept, without `_bucket`, `_sum` and `_count`. */
  readonly histograms?: readonly string[];
  /** Labels that targets must be given beside `job` and `instance`, for rules to join and dashboards to filter by. */
  readonly labels: readonly string[];
}

/** Metrics that every Go and Node.js process has; kept where a dashboard compares processes. */
const ownProcess = ["process_cpu_seconds_total", "process_resident_memory_bytes"] as const;

export const jobs = {
  kubelet: {
    exporters: ["kubernetes", "k3s", "process"],
    keep: [
      "k3s_certificate_expiration_seconds",
      "kubelet_running_pods",
      "kubelet_volume_stats_available_bytes",
      "kubelet_volume_stats_capacity_bytes",
      "kubelet_volume_stats_inodes",
      "kubelet_volume_stats_inodes_free",
      "kubelet_volume_stats_used_bytes",
      ...ownProcess,
    ],
    explore: ["kubelet_runtime_operations_errors_total"],
    labels: ["node"],
  },
  cadvisor: {
    exporters: ["cadvisor"],
    keep: [
      "container_cpu_cfs_periods_total",
      "container_cpu_cfs_throttled_periods_total",
      "container_cpu_usage_seconds_total",
      "container_fs_reads_bytes_total",
      "container_fs_writes_bytes_total",
      "container_memory_working_set_bytes",
      "container_network_receive_bytes_total",
      "container_network_transmit_bytes_total",
      "container_oom_events_total",
    ],
    labels: ["node"],
  },
  apiserver: {
    exporters: ["kubernetes"],
    keep: ["apiserver_request_total"],
    explore: ["aggregator_unavailable_apiservice", "apiserver_current_inflight_requests", "apiserver_storage_objects"],
    labels: [],
  },
  "kube-state-metrics": {
    exporters: ["kube-state-metrics"],
    keep: [
      "kube_cronjob_spec_suspend",
      "kube_cronjob_status_last_successful_time",
      "kube_daemonset_status_number_unavailable",
      "kube_deployment_spec_replicas",
      "kube_deployment_status_condition",
      "kube_deployment_status_observed_generation",
      "kube_deployment_status_replicas_available",
      "kube_deployment_status_replicas_updated",
      "kube_horizontalpodautoscaler_spec_max_replicas",
      "kube_horizontalpodautoscaler_spec_min_replicas",
      "kube_horizontalpodautoscaler_status_condition",
      "kube_horizontalpodautoscaler_status_current_replicas",
      "kube_horizontalpodautoscaler_status_desired_replicas",
      "kube_job_failed",
      "kube_namespace_status_phase",
      "kube_node_spec_unschedulable",
      "kube_node_status_allocatable",
      "kube_node_status_condition",
      "kube_persistentvolumeclaim_info",
      "kube_persistentvolumeclaim_resource_requests_storage_bytes",
      "kube_persistentvolumeclaim_status_phase",
      "kube_pod_container_resource_limits",
      "kube_pod_container_resource_requests",
      "kube_pod_container_status_last_terminated_reason",
      "kube_pod_container_status_restarts_total",
      "kube_pod_container_status_waiting_reason",
      "kube_pod_info",
      "kube_pod_init_container_status_waiting_reason",
      "kube_pod_owner",
      "kube_pod_status_phase",
      "kube_pod_status_ready",
      "kube_pod_status_unschedulable",
      "kube_poddisruptionbudget_status_current_healthy",
      "kube_poddisruptionbudget_status_desired_healthy",
      "kube_replicaset_owner",
    ],
    explore: [
      "kube_daemonset_status_desired_number_scheduled",
      "kube_daemonset_status_number_ready",
      "kube_deployment_status_replicas",
      "kube_node_info",
      "kube_statefulset_replicas",
      "kube_statefulset_status_replicas_ready",
    ],
    labels: [],
  },
  "node-exporter": {
    exporters: ["node-exporter"],
    keep: [
      "node_cpu_seconds_total",
      "node_disk_io_time_seconds_total",
      "node_disk_read_bytes_total",
      "node_disk_written_bytes_total",
      "node_filefd_allocated",
      "node_filesystem_avail_bytes",
      "node_filesystem_readonly",
      "node_filesystem_size_bytes",
      "node_load5",
      "node_memory_MemAvailable_bytes",
      "node_memory_MemTotal_bytes",
      "node_network_receive_bytes_total",
      "node_network_receive_drop_total",
      "node_network_receive_errs_total",
      "node_network_transmit_bytes_total",
      "node_network_transmit_drop_total",
      "node_network_transmit_errs_total",
      "node_nf_conntrack_entries",
      "node_nf_conntrack_entries_limit",
      "node_pressure_cpu_waiting_seconds_total",
      "node_pressure_io_waiting_seconds_total",
      "node_pressure_memory_waiting_seconds_total",
      "node_timex_maxerror_seconds",
      "node_timex_offset_seconds",
      "node_timex_sync_status",
      "node_uname_info",
      "node_vmstat_oom_kill",
    ],
    explore: ["node_filesystem_files", "node_filesystem_files_free", "node_load1"],
    labels: ["node"],
  },
  traefik: {
    exporters: ["traefik", "process"],
    keep: [
      "traefik_config_reloads_total",
      "traefik_entrypoint_requests_total",
      "traefik_open_connections",
      "traefik_service_requests_bytes_total",
      "traefik_service_requests_total",
      "traefik_service_responses_bytes_total",
      "traefik_service_retries_total",
      "traefik_tls_certs_not_after",
      ...ownProcess,
    ],
    histograms: ["traefik_service_request_duration_seconds"],
    explore: ["traefik_config_last_reload_success"],
    labels: ["pod", "node"],
  },
  "cert-manager": {
    exporters: ["cert-manager"],
    keep: [
      "certmanager_certificate_expiration_timestamp_seconds",
      "certmanager_certificate_ready_status",
      "certmanager_certificate_renewal_timestamp_seconds",
      "certmanager_clusterissuer_ready_status",
      "certmanager_http_acme_client_request_count",
      "certmanager_issuer_ready_status",
    ],
    explore: ["certmanager_controller_sync_error_count"],
    labels: ["pod"],
  },
  coredns: {
    exporters: ["coredns"],
    keep: ["coredns_dns_responses_total"],
    histograms: ["coredns_dns_request_duration_seconds"],
    explore: ["coredns_cache_hits_total", "coredns_cache_misses_total", "coredns_forward_healthcheck_broken_total", "coredns_panics_total"],
    labels: ["pod"],
  },
  // Of the controller, which speaks to Hetzner. Its nodes' parts only mount.
  "hcloud-csi": {
    exporters: ["hcloud-csi"],
    keep: ["grpc_server_handled_total", "hcloud_api_requests_total"],
    labels: ["pod"],
  },
  "cluster-autoscaler": {
    exporters: ["cluster-autoscaler"],
    keep: [
      "cluster_autoscaler_cluster_safe_to_autoscale",
      "cluster_autoscaler_failed_scale_ups_total",
      "cluster_autoscaler_max_nodes_count",
      "cluster_autoscaler_node_group_backoff_status",
      "cluster_autoscaler_nodes_count",
      "cluster_autoscaler_unschedulable_pods_count",
    ],
    explore: ["cluster_autoscaler_errors_total", "cluster_autoscaler_scaled_down_nodes_total", "cluster_autoscaler_scaled_up_nodes_total"],
    labels: ["pod"],
  },
  keda: {
    exporters: ["keda"],
    keep: ["keda_scaler_detail_errors_total", "keda_scaler_metrics_value"],
    explore: ["keda_scaled_object_errors_total", "keda_scaled_object_paused", "keda_scaler_active"],
    labels: ["pod"],
  },
  "app-backend": { exporters: ["prom-client"], keep: "all", labels: ["namespace", "pod", "node"] },
  "app-frontend": { exporters: ["prom-client"], keep: "all", labels: ["namespace", "pod", "node"] },
  redis: {
    exporters: ["redis-exporter"],
    keep: [
      "redis_aof_last_bgrewrite_status",
      "redis_aof_last_write_status",
      "redis_blocked_clients",
      "redis_client_output_buffer_limit_disconnections_total",
      "redis_commands_duration_seconds_total",
      "redis_commands_total",
      "redis_connected_clients",
      "redis_db_keys",
      "redis_db_keys_expiring",
      "redis_errors_total",
      "redis_evicted_keys_total",
      "redis_expired_keys_total",
      "redis_instance_info",
      "redis_keyspace_hits_total",
      "redis_keyspace_misses_total",
      "redis_max_clients",
      "redis_mem_fragmentation_ratio",
      "redis_memory_max_bytes",
      "redis_memory_used_bytes",
      "redis_memory_used_rss_bytes",
      "redis_net_input_bytes_total",
      "redis_net_output_bytes_total",
      "redis_rdb_last_bgsave_status",
      "redis_rdb_last_save_timestamp_seconds",
      "redis_rejected_connections_total",
      "redis_up",
      "redis_uptime_in_seconds",
    ],
    explore: ["redis_exporter_last_scrape_error"],
    labels: ["namespace", "pod"],
  },
  postgresql: {
    exporters: ["cloudnativepg"],
    keep: [
      // Of the Barman Cloud plugin: the operator's own stay 0 with it.
      "barman_cloud_cloudnative_pg_io_first_recoverability_point",
      "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp",
      "cnpg_backends_max_tx_duration_seconds",
      "cnpg_backends_total",
      "cnpg_backends_waiting_total",
      "cnpg_collector_fencing_on",
      "cnpg_collector_pg_wal",
      "cnpg_collector_pg_wal_archive_status",
      "cnpg_collector_up",
      "cnpg_pg_database_size_bytes",
      "cnpg_pg_replication_in_recovery",
      "cnpg_pg_replication_lag",
      "cnpg_pg_settings_setting",
      "cnpg_pg_stat_archiver_failed_count",
      "cnpg_pg_stat_archiver_seconds_since_last_archival",
      "cnpg_pg_stat_database_deadlocks",
      "cnpg_pg_stat_database_xact_commit",
      "cnpg_pg_stat_database_xact_rollback",
    ],
    explore: ["barman_cloud_cloudnative_pg_io_last_failed_backup_timestamp", "cnpg_collector_last_collection_error"],
    labels: ["namespace", "pod"],
  },
  "postgresql-pooler": {
    exporters: ["cloudnativepg"],
    keep: [
      "cnpg_pgbouncer_pools_cl_active",
      "cnpg_pgbouncer_pools_cl_waiting",
      "cnpg_pgbouncer_pools_maxwait",
      "cnpg_pgbouncer_pools_sv_active",
      "cnpg_pgbouncer_pools_sv_idle",
      "cnpg_pgbouncer_stats_avg_query_count",
    ],
    explore: ["cnpg_pgbouncer_last_collection_error"],
    labels: ["namespace", "pod"],
  },
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

export type JobName = keyof typeof jobs;

/**
 * Regular expression for a `keep` on `__name__`, which Prometheus anchors at both ends. Undefined if the job keeps
 * everything.
 */
export function keepPattern(job: JobName): string | undefined {
  const { keep, explore = [], histograms = [] }: Job = jobs[job];
  if (keep === "all") return undefined;
  return [...keep, ...explore, ...histograms.map((name) => `${name}(_bucket|_sum|_count)`)].join("|");
}
