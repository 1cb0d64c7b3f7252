import { ownProcess, type Job } from "./job.ts";

/** What the cluster has been given beside Kubernetes. */
export const addOnJobs = {
  traefik: {
    exporters: ["traefik", "process"],
    keep: [
      "traefik_config_reloads_total",
      "traefik_entrypoint_requests_total",
      "traefik_open_connections",
      "traefik_service_requests_bytes_total",
      "traefik_service_requests_total",
      "traefik_service_responses_bytes_total",
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
} as const satisfies Record<string, Job>;
