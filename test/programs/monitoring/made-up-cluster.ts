/**
 * What the programs of a cluster would expose that does not exist here: a cluster of two nodes on a bad day, so that also what shows
 * faults has something to show. Metrics are named after the catalogue, which is gathered from the pinned versions' sources.
 */
import type { JobName } from "../../../generator/charts/monitoring/metrics.ts";
import { catalogue } from "../../monitoring/catalogue.ts";

type Labels = Readonly<Record<string, string>>;

/** One series: a value that stays, or a counter's growth per second. */
export interface Series {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number | { readonly perSecond: number };
}

const stays = (name: string, labels: Labels, value: number): Series => ({ name, labels, value });
const grows = (name: string, labels: Labels, perSecond = 1): Series => ({ name, labels, value: { perSecond } });

/** A histogram whose observations lie between the bounds as evenly as may be. */
function histogram(name: string, labels: Labels, bounds: readonly string[], perSecond = 10): Series[] {
  const all = [...bounds, "+Inf"];
  return [
    ...all.map((le, index) => grows(`${name}_bucket`, { ...labels, le }, (perSecond * (index + 1)) / all.length)),
    grows(`${name}_sum`, labels, perSecond / 10),
    grows(`${name}_count`, labels, perSecond),
  ];
}

const namespace = "xpeditis-prod";
const node = "worker-1";
const now = Date.now() / 1000;
const [day, mebibyte, gibibyte] = [86_400, 2 ** 20, 2 ** 30];

interface Workload {
  readonly pod: string;
  readonly container: string;
  readonly owner: { readonly owner_kind: string; readonly owner_name: string };
}

const pods: readonly Workload[] = [
  { pod: "backend-5d4f8c7b9-abcde", container: "backend", owner: { owner_kind: "ReplicaSet", owner_name: "backend-5d4f8c7b9" } },
  { pod: "frontend-7c9d8f6b5-q4w5x", container: "frontend", owner: { owner_kind: "ReplicaSet", owner_name: "frontend-7c9d8f6b5" } },
  { pod: "redis-0", container: "redis", owner: { owner_kind: "StatefulSet", owner_name: "redis" } },
];
const claims = ["redis", "postgresql-1"];
const apps = ["backend", "frontend"];

const kubelet: Series[] = [
  stays("k3s_certificate_expiration_seconds", { subject: "CN=kubelet", usages: "ServerAuth" }, 90 * day),
  stays("kubelet_running_pods", {}, 20),
  ...claims.flatMap((persistentvolumeclaim) => {
    const labels = { namespace, persistentvolumeclaim };
    return [
      stays("kubelet_volume_stats_capacity_bytes", labels, 10 * gibibyte),
      // It fills up, or nothing could tell when it will be full.
      grows("kubelet_volume_stats_available_bytes", labels, -mebibyte),
      grows("kubelet_volume_stats_used_bytes", labels, mebibyte),
      stays("kubelet_volume_stats_inodes", labels, 1000),
      stays("kubelet_volume_stats_inodes_free", labels, 900),
    ];
  }),
];

const cadvisor: Series[] = pods.flatMap(({ pod, container }) => {
  const labels = { namespace, pod, container, id: `/kubepods/${pod}`, image: `${container}:1`, name: container };
  const ofPod = { namespace, pod, container: "", id: `/kubepods/${pod}`, image: "", name: "", interface: "eth0" };
  return [
    grows("container_cpu_usage_seconds_total", labels, 0.2),
    grows("container_cpu_cfs_periods_total", labels, 10),
    grows("container_cpu_cfs_throttled_periods_total", labels, 1),
    stays("container_memory_working_set_bytes", labels, 900 * mebibyte),
    grows("container_fs_reads_bytes_total", labels, 1000),
    grows("container_fs_writes_bytes_total", labels, 1000),
    grows("container_oom_events_total", labels, 0.1),
    grows("container_network_receive_bytes_total", ofPod, 1000),
    grows("container_network_transmit_bytes_total", ofPod, 1000),
  ];
});

const kubeStateMetrics: Series[] = [
  stays("kube_namespace_status_phase", { namespace, phase: "Active" }, 1),
  stays("kube_node_status_condition", { node, condition: "Ready", status: "true" }, 1),
  stays("kube_node_status_allocatable", { node, resource: "cpu", unit: "core" }, 8),
  stays("kube_node_status_allocatable", { node, resource: "memory", unit: "byte" }, 16 * gibibyte),
  ...pods.flatMap(({ pod, container, owner }) => {
    const labels = { namespace, pod, uid: pod };
    const ofContainer = { ...labels, container };
    return [
      stays("kube_pod_info", { ...labels, node }, 1),
      stays("kube_pod_owner", { ...labels, ...owner, owner_is_controller: "true" }, 1),
      stays("kube_pod_status_phase", { ...labels, phase: "Running" }, 1),
      stays("kube_pod_status_phase", { ...labels, phase: "Pending" }, 0),
      stays("kube_pod_container_resource_requests", { ...ofContainer, node, resource: "cpu", unit: "core" }, 0.5),
      stays("kube_pod_container_resource_requests", { ...ofContainer, node, resource: "memory", unit: "byte" }, 512 * mebibyte),
      stays("kube_pod_container_resource_limits", { ...ofContainer, node, resource: "memory", unit: "byte" }, gibibyte),
      grows("kube_pod_container_status_restarts_total", ofContainer, 0.1),
      stays("kube_pod_container_status_last_terminated_reason", { ...ofContainer, reason: "OOMKilled" }, 1),
    ];
  }),
  stays("kube_pod_status_phase", { namespace, pod: "worker-x", uid: "worker-x", phase: "Pending" }, 1),
  stays("kube_pod_status_unschedulable", { namespace, pod: "worker-x", uid: "worker-x" }, 1),
  stays(
    "kube_pod_container_status_waiting_reason",
    { namespace, pod: "worker-x", uid: "worker-x", container: "worker", reason: "ImagePullBackOff" },
    1,
  ),
  ...apps.flatMap((deployment) => {
    const hpa = { namespace, horizontalpodautoscaler: `${deployment}-hpa` };
    return [
      stays(
        "kube_replicaset_owner",
        {
          namespace,
          replicaset: deployment === "backend" ? "backend-5d4f8c7b9" : "frontend-7c9d8f6b5",
          owner_kind: "Deployment",
          owner_name: deployment,
          owner_is_controller: "true",
        },
        1,
      ),
      stays("kube_deployment_spec_replicas", { namespace, deployment }, 2),
      stays("kube_deployment_status_replicas_available", { namespace, deployment }, 2),
      stays("kube_deployment_status_replicas_updated", { namespace, deployment }, 2),
      stays("kube_deployment_status_observed_generation", { namespace, deployment }, 3),
      stays("kube_horizontalpodautoscaler_spec_max_replicas", hpa, 15),
      stays("kube_horizontalpodautoscaler_spec_min_replicas", hpa, 2),
      stays("kube_horizontalpodautoscaler_status_current_replicas", hpa, 2),
      stays("kube_horizontalpodautoscaler_status_desired_replicas", hpa, 3),
    ];
  }),
  ...claims.flatMap((persistentvolumeclaim) => {
    const labels = { namespace, persistentvolumeclaim };
    return [
      stays("kube_persistentvolumeclaim_status_phase", { ...labels, phase: "Bound" }, 1),
      stays("kube_persistentvolumeclaim_info", { ...labels, storageclass: "hcloud-retain", volumename: "pvc-1" }, 1),
      stays("kube_persistentvolumeclaim_resource_requests_storage_bytes", labels, 10 * gibibyte),
    ];
  }),
];

const traefik: Series[] = [
  ...apps.flatMap((app) => {
    const labels = { service: `${namespace}-${app}-svc-http@kubernetes`, method: "GET", protocol: "http" };
    return [
      grows("traefik_service_requests_total", { ...labels, code: "200" }, 50),
      grows("traefik_service_requests_total", { ...labels, code: "503" }, 5),
      grows("traefik_service_requests_bytes_total", { ...labels, code: "200" }, 1000),
      grows("traefik_service_responses_bytes_total", { ...labels, code: "200" }, 1000),
      grows("traefik_service_retries_total", { service: labels.service }, 1),
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

/** A second node beside the machine that the tests run on, which may lack a disk of its own or the kernel's pressure figures. */
const nodeExporter: Series[] = [
  ...["idle", "iowait", "user"].map((mode) => grows("node_cpu_seconds_total", { cpu: "0", mode }, 0.3)),
  ...["avail", "size"].map((what) =>
    stays(
      `node_filesystem_${what}_bytes`,
      { mountpoint: "/", fstype: "ext4", device: "/dev/sda1", device_error: "" },
      what === "size" ? 160 * gibibyte : 40 * gibibyte,
    ),
  ),
  stays(
    "node_uname_info",
    { nodename: "worker-2", release: "6.12.0", machine: "x86_64", sysname: "Linux", version: "1", domainname: "" },
    1,
  ),
  stays("node_load5", {}, 2),
  stays("node_memory_MemAvailable_bytes", {}, 4 * gibibyte),
  stays("node_memory_MemTotal_bytes", {}, 16 * gibibyte),
  ...["cpu", "memory", "io"].map((what) => grows(`node_pressure_${what}_waiting_seconds_total`, {}, 0.05)),
  grows("node_vmstat_oom_kill", {}, 0),
  ...["io_time_seconds", "read_bytes", "written_bytes"].map((what) => grows(`node_disk_${what}_total`, { device: "sda" }, 0.5)),
  stays("node_filefd_allocated", {}, 4000),
  ...["receive", "transmit"].flatMap((way) =>
    ["bytes", "drop", "errs"].map((what) => grows(`node_network_${way}_${what}_total`, { device: "eth0" }, 1)),
  ),
  stays("node_nf_conntrack_entries", {}, 5000),
  stays("node_nf_conntrack_entries_limit", {}, 262_144),
  stays("node_timex_offset_seconds", {}, 0.0001),
];

const clusterAutoscaler: Series[] = [
  stays("cluster_autoscaler_cluster_safe_to_autoscale", {}, 1),
  stays("cluster_autoscaler_nodes_count", { state: "ready" }, 2),
];

const process: Series[] = [grows("process_cpu_seconds_total", {}, 0.1), stays("process_resident_memory_bytes", {}, 300 * mebibyte)];

/** What each job's made-up target exposes. Jobs that are not here are scraped from the real programs. */
export const madeUp: Partial<Readonly<Record<JobName, readonly Series[]>>> = {
  kubelet,
  cadvisor,
  apiserver: [
    grows("apiserver_request_total", { code: "200", verb: "GET", resource: "pods" }, 30),
    grows("apiserver_request_total", { code: "500", verb: "GET", resource: "pods" }, 3),
  ],
  "kube-state-metrics": kubeStateMetrics,
  "node-exporter": nodeExporter,
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

/** The type that the exporters of a job say a metric has; undefined if they have none of that name. */
export function typeOf(name: string, exporters: readonly string[]): string | undefined {
  const whole = name.replace(/_(bucket|sum|count)$/, "");
  for (const exporter of exporters) {
    const metrics = catalogue.get(exporter);
    const found = metrics?.get(name) ?? (metrics?.get(whole) === "histogram" ? "histogram" : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

const began = Date.now();

/** The series as an exporter would answer now. */
export function exposition(series: readonly Series[]): string {
  const seconds = 1000 + (Date.now() - began) / 1000;
  return series
    .map(({ name, labels, value }) => {
      const text = Object.entries(labels).map(([key, of]) => `${key}=${JSON.stringify(of)}`);
      const amount = typeof value === "number" ? value : value.perSecond * seconds + (value.perSecond < 0 ? 4 * 2 ** 30 : 0);
      return `${name}{${text.join(",")}} ${amount}\n`;
    })
    .join("");
}
