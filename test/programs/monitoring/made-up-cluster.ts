/**
 * What the programs of a cluster would expose that does not exist here: a cluster of two nodes on a bad day, so that also what shows
 * faults has something to show. Metrics are named after the catalogue, which is gathered from the pinned versions' sources.
 */
import type { JobName } from "../../../generator/charts/monitoring/metrics.ts";
import { programs } from "./made-up-programs.ts";
import { grows, stays, type Series } from "./series.ts";

const namespace = "xpeditis-prod";
const node = "worker-1";
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
  ...programs,
};
