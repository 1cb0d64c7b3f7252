import { memoryRecord } from "../../../kubernetes/autoscaling.ts";
import { settings } from "../settings.ts";
import { ruleGroup, type Recording } from "./rule.ts";

const ns = settings.namespace.word;

/** Websockets count as requests when they close, after minutes; they are another thing. */
const requests = `service=~"${ns}-.+",protocol="http"`;
/** Socket.IO's long polling waits on purpose. */
const timed = `${requests},service!~".+-realtime-.+"`;

const rate = (window: string, selector: string) => `sum by (service) (rate(traefik_service_requests_total{${selector}}[${window}]))`;

/** Without errors there is no series for them, and without requests there is no ratio. */
const errorRatio = (window: string): Recording => ({
  record: `service:http_errors:ratio_rate${window}`,
  expr: `(${rate(window, `${requests},code=~"5.."`)} or 0 * ${rate(window, requests)}) / (${rate(window, requests)} > 0)`,
});

const slowRatio = (window: string): Recording => {
  const histogram = (suffix: string, more = "") =>
    `sum by (service) (rate(traefik_service_request_duration_seconds_${suffix}{${timed}${more}}[${window}]))`;
  return {
    record: `service:http_slow:ratio_rate${window}`,
    expr: `1 - ${histogram("bucket", `,le="${settings.fastSeconds.word}"`)} / (${histogram("count")} > 0)`,
  };
};

const requestRate = (window: string): Recording => ({ record: `service:http_requests:rate${window}`, expr: rate(window, requests) });

const quantile = (name: string, q: number): Recording => ({
  record: `service:http_request_duration_seconds:${name}_rate5m`,
  expr: `histogram_quantile(${q}, sum by (service, le) (rate(traefik_service_request_duration_seconds_bucket{${timed}}[5m])))`,
});

export const httpRecordings = ruleGroup({
  name: "http",
  component: "traefik",
  rules: [
    requestRate("5m"),
    requestRate("1h"),
    ...["5m", "30m", "1h"].map(errorRatio),
    ...["5m", "1h"].map(slowRatio),
    quantile("p50", 0.5),
    quantile("p95", 0.95),
  ],
});

/** Long windows move slowly and read much. */
export const httpLongRecordings = ruleGroup({
  name: "http-long",
  component: "traefik",
  interval: "2m",
  rules: [requestRate("6h"), ...["2h", "6h", "1d", "3d"].map(errorRatio), ...["2h", "1d"].map(slowRatio)],
});

export const containerRecordings = ruleGroup({
  name: "containers",
  component: "cadvisor",
  rules: [
    {
      // KEDA asks for it by namespace and container.
      record: memoryRecord,
      expr: `100 * avg by (namespace, container) (container_memory_working_set_bytes{container!=""} / on (namespace, pod, container) group_left () (kube_pod_container_resource_limits{resource="memory"} > 0))`,
    },
    {
      record: "namespace_pod_container:cpu_throttled:ratio_rate5m",
      expr: `sum by (namespace, pod, container) (rate(container_cpu_cfs_throttled_periods_total{container!=""}[5m])) / (sum by (namespace, pod, container) (rate(container_cpu_cfs_periods_total{container!=""}[5m])) > 0)`,
    },
    {
      record: "namespace_pod:cpu_used:cores_rate5m",
      expr: `sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{container!=""}[5m]))`,
    },
    {
      record: "namespace_pod:memory_working_set:bytes",
      expr: `sum by (namespace, pod) (container_memory_working_set_bytes{container!=""})`,
    },
  ],
});

/** Pods of a Deployment belong to a ReplicaSet, whose name changes with every rollout. */
export const workloadRecordings = ruleGroup({
  name: "workloads",
  component: "kube-state-metrics",
  rules: [
    {
      record: "namespace_workload_pod:owner:info",
      expr: [
        `label_replace(label_replace(max by (namespace, pod, owner_name) (kube_pod_owner{owner_kind="ReplicaSet"}), "replicaset", "$1", "owner_name", "(.+)") * on (namespace, replicaset) group_left (workload) max by (namespace, replicaset, workload) (label_replace(kube_replicaset_owner{owner_kind="Deployment"}, "workload", "$1", "owner_name", "(.+)")), "workload_type", "Deployment", "", "")`,
        `label_replace(label_replace(max by (namespace, pod, owner_name, owner_kind) (kube_pod_owner{owner_kind=~"StatefulSet|DaemonSet|Job|Cluster"}), "workload", "$1", "owner_name", "(.+)"), "workload_type", "$1", "owner_kind", "(.+)")`,
      ]
        .map((part) => `max by (namespace, pod, workload, workload_type) (${part})`)
        .join(" or "),
    },
    {
      record: "cluster:cpu_requested:ratio",
      expr: `sum(kube_pod_container_resource_requests{resource="cpu"} * on (namespace, pod) group_left () (kube_pod_status_phase{phase=~"Pending|Running"} == 1)) / sum(kube_node_status_allocatable{resource="cpu"})`,
    },
    {
      record: "cluster:memory_requested:ratio",
      expr: `sum(kube_pod_container_resource_requests{resource="memory"} * on (namespace, pod) group_left () (kube_pod_status_phase{phase=~"Pending|Running"} == 1)) / sum(kube_node_status_allocatable{resource="memory"})`,
    },
  ],
});

export const nodeRecordings = ruleGroup({
  name: "node-use",
  component: "node-exporter",
  rules: [
    {
      record: "node:cpu_used:ratio_rate5m",
      expr: `1 - avg by (node) (sum by (node, cpu) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m])))`,
    },
    { record: "node:memory_used:ratio", expr: `1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes` },
    {
      record: "node:filesystem_used:ratio",
      expr: `1 - max by (node, mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|overlay"} / (node_filesystem_size_bytes > 0))`,
    },
  ],
});

export const volumeRecordings = ruleGroup({
  name: "volume-use",
  component: "kubelet",
  rules: [
    {
      record: "namespace_persistentvolumeclaim:volume_used:ratio",
      expr: `1 - max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / (kubelet_volume_stats_capacity_bytes > 0))`,
    },
  ],
});

export const redisRecordings = ruleGroup({
  name: "redis-use",
  component: "redis",
  rules: [
    { record: "redis:memory_used:ratio", expr: `redis_memory_used_bytes / (redis_memory_max_bytes > 0)` },
    {
      record: "redis:keyspace_hits:ratio_rate5m",
      expr: `rate(redis_keyspace_hits_total[5m]) / (rate(redis_keyspace_hits_total[5m]) + rate(redis_keyspace_misses_total[5m]) > 0)`,
    },
  ],
});
