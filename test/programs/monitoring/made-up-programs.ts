/** What the programs in the made-up cluster expose, on a bad day. */
import type { JobName } from "../../../generator/charts/monitoring/metrics.ts";
import { grows, histogram, stays, type Series } from "./series.ts";

const namespace = "xpeditis-prod";
const [day, mebibyte, gibibyte] = [86_400, 2 ** 20, 2 ** 30];
const now = Date.now() / 1000;

const traefik: Series[] = [
  ...["backend", "frontend"].flatMap((app) => {
    const labels = { service: `${namespace}-${app}-svc-http@kubernetes`, method: "GET", protocol: "http" };
    return [
      grows("traefik_service_requests_total", { ...labels, code: "200" }, 50),
      grows("traefik_service_requests_total", { ...labels, code: "404" }, 1),
      grows("traefik_service_requests_total", { ...labels, code: "503" }, 5),
      grows("traefik_service_requests_bytes_total", { ...labels, code: "200" }, 1000),
      grows("traefik_service_responses_bytes_total", { ...labels, code: "200" }, 1000),
      ...histogram("traefik_service_request_duration_seconds", { ...labels, code: "200" }, ["0.1", "0.3", "1.2", "5"]),
    ];
  }),
  grows("traefik_entrypoint_requests_total", { entrypoint: "websecure", code: "200", method: "GET", protocol: "http" }, 50),
  grows("traefik_entrypoint_requests_total", { entrypoint: "websecure", code: "503", method: "GET", protocol: "http" }, 5),
  stays("traefik_open_connections", { entrypoint: "websecure", protocol: "TCP" }, 12),
  grows("traefik_config_reloads_total", {}, 0.1),
  stays("traefik_tls_certs_not_after", { cn: "app.xpeditis.com", serial: "1", sans: "api.xpeditis.com,app.xpeditis.com" }, now + 60 * day),
  grows("process_cpu_seconds_total", {}, 0.1),
  stays("process_resident_memory_bytes", {}, 64 * mebibyte),
];

const certificate = { namespace, name: "xpeditis-tls", issuer_name: "letsencrypt-prod", issuer_kind: "ClusterIssuer", issuer_group: "" };
const certManager: Series[] = [
  stays("certmanager_certificate_expiration_timestamp_seconds", certificate, now + 60 * day),
  stays("certmanager_certificate_ready_status", { ...certificate, condition: "True" }, 1),
];

const order = { grpc_type: "unary", grpc_service: "csi.v1.Controller" };
const volumeDriver: Series[] = [
  grows("grpc_server_handled_total", { ...order, grpc_method: "ControllerPublishVolume", grpc_code: "OK" }, 0.1),
  grows("grpc_server_handled_total", { ...order, grpc_method: "ControllerPublishVolume", grpc_code: "Unavailable" }, 0.1),
  grows("hcloud_api_requests_total", { code: "200", method: "get", api_endpoint: "/volumes" }, 1),
];

const coredns: Series[] = [
  ...["NOERROR", "NXDOMAIN", "SERVFAIL"].map((rcode) =>
    grows("coredns_dns_responses_total", { server: "dns://:53", zone: ".", view: "", rcode, plugin: "" }, 10),
  ),
  ...histogram("coredns_dns_request_duration_seconds", { server: "dns://:53", zone: ".", view: "" }, ["0.00025", "0.004", "0.128"]),
];

/** prom-client's default metrics, and the application's own histogram. */
const application = (app: string): Series[] => [
  stays("nodejs_eventloop_lag_p99_seconds", {}, 0.02),
  stays("nodejs_heap_size_used_bytes", {}, 200 * mebibyte),
  ...histogram("nodejs_gc_duration_seconds", { kind: "minor" }, ["0.001", "0.01", "0.1"], 1),
  grows("process_cpu_seconds_total", {}, 0.1),
  ...(app === "frontend"
    ? []
    : ["200", "500"].flatMap((status_code) =>
        histogram("http_request_duration_seconds", { method: "GET", route: "/rates", status_code }, ["0.1", "0.3", "1.2"]),
      )),
];

const keda: Series[] = [
  stays(
    "keda_scaler_metrics_value",
    {
      namespace,
      scaledObject: "backend",
      scaledResource: "backend",
      scaler: "prometheusScaler",
      triggerIndex: "1",
      metric: "s1-prometheus",
      type: "scaledobject",
    },
    87,
  ),
];

const database = { datname: "xpeditis", usename: "xpeditis", application_name: "backend" };
const postgresql: Series[] = [
  stays("barman_cloud_cloudnative_pg_io_first_recoverability_point", {}, now - 20 * day),
  stays("barman_cloud_cloudnative_pg_io_last_available_backup_timestamp", {}, now - 3600),
  stays("cnpg_backends_max_tx_duration_seconds", { ...database, state: "active" }, 0.4),
  stays("cnpg_backends_total", { ...database, state: "idle" }, 30),
  stays("cnpg_backends_waiting_total", {}, 0),
  stays("cnpg_collector_fencing_on", {}, 0),
  stays("cnpg_collector_pg_wal", { value: "count" }, 12),
  stays("cnpg_collector_pg_wal_archive_status", { value: "ready" }, 0),
  stays("cnpg_collector_up", { cluster: "postgresql" }, 1),
  stays("cnpg_pg_database_size_bytes", { datname: "xpeditis" }, gibibyte),
  stays("cnpg_pg_replication_in_recovery", {}, 0),
  stays("cnpg_pg_replication_lag", {}, 0),
  stays("cnpg_pg_settings_setting", { name: "max_connections" }, 200),
  grows("cnpg_pg_stat_archiver_failed_count", {}, 0),
  stays("cnpg_pg_stat_archiver_seconds_since_last_archival", {}, 40),
  grows("cnpg_pg_stat_database_deadlocks", { datname: "xpeditis" }, 0),
  grows("cnpg_pg_stat_database_xact_commit", { datname: "xpeditis" }, 100),
  grows("cnpg_pg_stat_database_xact_rollback", { datname: "xpeditis" }, 1),
];

const pool = { database: "xpeditis", user: "xpeditis" };
const pooler: Series[] = [
  stays("cnpg_pgbouncer_pools_cl_active", pool, 10),
  stays("cnpg_pgbouncer_pools_cl_waiting", pool, 0),
  stays("cnpg_pgbouncer_pools_maxwait", pool, 0),
  stays("cnpg_pgbouncer_pools_sv_active", pool, 8),
  stays("cnpg_pgbouncer_pools_sv_idle", pool, 4),
  stays("cnpg_pgbouncer_stats_avg_query_count", { database: "xpeditis" }, 120),
];

const clusterAutoscaler: Series[] = [
  stays("cluster_autoscaler_cluster_safe_to_autoscale", {}, 1),
  stays("cluster_autoscaler_nodes_count", { state: "ready" }, 2),
];

const process: Series[] = [grows("process_cpu_seconds_total", {}, 0.1), stays("process_resident_memory_bytes", {}, 300 * mebibyte)];

export const programs: Partial<Readonly<Record<JobName, readonly Series[]>>> = {
  traefik,
  "cert-manager": certManager,
  coredns,
  "hcloud-csi": volumeDriver,
  "cluster-autoscaler": clusterAutoscaler,
  keda,
  "app-backend": application("backend"),
  "app-frontend": application("frontend"),
  postgresql,
  "postgresql-pooler": pooler,
  grafana: process,
};
