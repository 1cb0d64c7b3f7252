import { growing, steady, type Cases } from "./case.ts";

const node = { node: "worker-1" };
const on = 'node="worker-1"';
const root = 'node="worker-1",mountpoint="/",fstype="ext4",device="/dev/sda1"';
const condition = (name: string, status: string) => `kube_node_status_condition{${on},condition="${name}",status="${status}"}`;
const certificate = `k3s_certificate_expiration_seconds{${on},subject="CN=kubelet",usages="ServerAuth"}`;
const day = 86_400;
const apiserver = (good: number, failing: number) => ({
  'apiserver_request_total{code="200",verb="GET"}': growing(good),
  'apiserver_request_total{code="503",verb="GET"}': growing(failing),
});

export const nodeCases: Cases = {
  NodeNotReady: {
    fires: {
      series: { [condition("Ready", "true")]: steady(0), [`kube_node_spec_unschedulable{${on}}`]: steady(0) },
      at: "15m",
      labels: [node],
    },
    silent: {
      about: "cordoned: the autoscaler removes it",
      series: { [condition("Ready", "true")]: steady(0), [`kube_node_spec_unschedulable{${on}}`]: steady(1) },
      at: "15m",
    },
  },
  NodePressure: {
    fires: { series: { [condition("DiskPressure", "true")]: steady(1) }, at: "10m", labels: [{ ...node, condition: "DiskPressure" }] },
    silent: { series: { [condition("DiskPressure", "true")]: steady(0), [condition("Ready", "true")]: steady(1) }, at: "10m" },
  },
  NodeMemoryLow: {
    fires: {
      series: { [`node_memory_MemAvailable_bytes{${on}}`]: steady(5), [`node_memory_MemTotal_bytes{${on}}`]: steady(100) },
      at: "20m",
      labels: [node],
      value: "95%",
    },
    silent: {
      series: { [`node_memory_MemAvailable_bytes{${on}}`]: steady(10), [`node_memory_MemTotal_bytes{${on}}`]: steady(100) },
      at: "20m",
    },
  },
  NodeDiskLow: {
    fires: {
      about: "15 % left, and full in a day at this rate",
      series: { [`node_filesystem_avail_bytes{${root}}`]: "2500-5x300", [`node_filesystem_size_bytes{${root}}`]: "10000x300" },
      at: "200m",
      labels: [{ ...node, mountpoint: "/" }],
      value: "85%",
    },
    silent: {
      about: "15 % left, but nothing grows",
      series: { [`node_filesystem_avail_bytes{${root}}`]: "1500x300", [`node_filesystem_size_bytes{${root}}`]: "10000x300" },
      at: "200m",
    },
  },
  NodeFilesystemReadOnly: {
    fires: { series: { [`node_filesystem_readonly{${root}}`]: steady(1) }, at: "10m", labels: [{ ...node, mountpoint: "/" }] },
    silent: {
      about: "an image of snap",
      series: { [`node_filesystem_readonly{${on},mountpoint="/snap/core",fstype="squashfs"}`]: steady(1) },
      at: "10m",
    },
  },
  NodeMemoryStall: {
    fires: { series: { [`node_pressure_memory_waiting_seconds_total{${on}}`]: growing(30) }, at: "25m", labels: [node], value: "50%" },
    silent: { series: { [`node_pressure_memory_waiting_seconds_total{${on}}`]: growing(15) }, at: "25m" },
  },
  NodeConntrackNearLimit: {
    fires: {
      series: { [`node_nf_conntrack_entries{${on}}`]: steady(900), [`node_nf_conntrack_entries_limit{${on}}`]: steady(1000) },
      at: "15m",
      labels: [node],
      value: "90%",
    },
    silent: {
      series: { [`node_nf_conntrack_entries{${on}}`]: steady(700), [`node_nf_conntrack_entries_limit{${on}}`]: steady(1000) },
      at: "15m",
    },
  },
  NodeClockOff: {
    fires: {
      series: { [`node_timex_sync_status{${on}}`]: steady(0), [`node_timex_maxerror_seconds{${on}}`]: steady(16) },
      at: "25m",
      labels: [node],
    },
    silent: {
      about: "the time server was away for a while, and the error is small",
      series: { [`node_timex_sync_status{${on}}`]: steady(0), [`node_timex_maxerror_seconds{${on}}`]: steady(0.5) },
      at: "25m",
    },
  },
  ApiserverErrors: {
    fires: { series: apiserver(540, 60), at: "20m", labels: [{}], value: "10%" },
    silent: { about: "too few requests to judge by", series: apiserver(20, 20), at: "20m" },
  },
  K3sCertificateExpiresSoon: {
    fires: { series: { [certificate]: `${20 * day}x120` }, at: "90m", labels: [{ ...node, subject: "CN=kubelet" }], value: "20d 0h 0m 0s" },
    silent: { series: { [certificate]: `${40 * day}x120` }, at: "90m" },
  },
  K3sCertificateExpiring: {
    fires: { series: { [certificate]: `${5 * day}x120` }, at: "90m", labels: [{ ...node, subject: "CN=kubelet" }], value: "5d 0h 0m 0s" },
    silent: { series: { [certificate]: `${20 * day}x120` }, at: "90m" },
  },
};

const claim = 'namespace="xpeditis",persistentvolumeclaim="data-redis-0",node="worker-1"';
const claimed = { namespace: "xpeditis", persistentvolumeclaim: "data-redis-0" };
const volume = (free: string, samples = 60) => ({
  [`kubelet_volume_stats_available_bytes{${claim}}`]: free,
  [`kubelet_volume_stats_capacity_bytes{${claim}}`]: `10000x${samples}`,
});

export const storageCases: Cases = {
  VolumeFull: {
    fires: { series: volume(steady(200)), at: "5m", labels: [claimed], value: "98%" },
    silent: { series: volume(steady(500)), at: "5m" },
  },
  VolumeAlmostFull: {
    fires: { series: volume(steady(800)), at: "10m", labels: [claimed], value: "92%" },
    silent: { series: volume(steady(1200)), at: "10m" },
  },
  VolumeFillingUp: {
    fires: { series: volume("2500-1x600", 600), at: "8h", labels: [claimed], value: "79.8%" },
    silent: [
      { about: "as full, but cleaned up again and again", series: volume("2000x600", 600), at: "8h" },
      { about: "filling up, but there is much room", series: volume("9000-2x600", 600), at: "8h" },
    ],
  },
  VolumeInodesLow: {
    fires: {
      series: { [`kubelet_volume_stats_inodes_free{${claim}}`]: steady(2), [`kubelet_volume_stats_inodes{${claim}}`]: steady(100) },
      at: "20m",
      labels: [claimed],
      value: "2%",
    },
    silent: [
      {
        about: "a file system without a fixed number of inodes",
        series: { [`kubelet_volume_stats_inodes_free{${claim}}`]: steady(0), [`kubelet_volume_stats_inodes{${claim}}`]: steady(0) },
        at: "20m",
      },
      {
        series: { [`kubelet_volume_stats_inodes_free{${claim}}`]: steady(20), [`kubelet_volume_stats_inodes{${claim}}`]: steady(100) },
        at: "20m",
      },
    ],
  },
  PvcPending: {
    fires: {
      series: {
        'kube_persistentvolumeclaim_status_phase{namespace="xpeditis",persistentvolumeclaim="data-redis-0",phase="Pending"}': steady(1),
      },
      at: "20m",
      labels: [claimed],
    },
    silent: {
      series: {
        'kube_persistentvolumeclaim_status_phase{namespace="xpeditis",persistentvolumeclaim="data-redis-0",phase="Pending"}': steady(0),
        'kube_persistentvolumeclaim_status_phase{namespace="xpeditis",persistentvolumeclaim="data-redis-0",phase="Bound"}': steady(1),
      },
      at: "20m",
    },
  },
};
