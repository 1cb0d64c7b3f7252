import { ruleGroup } from "./rule.ts";

const volume = "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}";

export const volumes = ruleGroup({
  name: "volumes",
  component: "kubelet",
  rules: [
    {
      alert: "VolumeFull",
      severity: "critical",
      expr: `namespace_persistentvolumeclaim:volume_used:ratio > 0.97`,
      for: "1m",
      summary: `The volume ${volume} is {{ $value | humanizePercentage }} full`,
      description: "Writes will fail within minutes: Redis and PostgreSQL then refuse them, Loki loses logs.",
    },
    {
      alert: "VolumeAlmostFull",
      severity: "warning",
      expr: `namespace_persistentvolumeclaim:volume_used:ratio > 0.9`,
      for: "5m",
      summary: `The volume ${volume} is {{ $value | humanizePercentage }} full`,
      description: "Enlarge it: Hetzner volumes grow while they are in use, and never shrink.",
    },
    {
      alert: "VolumeFillingUp",
      severity: "warning",
      expr: `namespace_persistentvolumeclaim:volume_used:ratio > 0.75 and on (namespace, persistentvolumeclaim) predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 86400) < 0`,
      for: "1h",
      summary: `The volume ${volume} will be full within four days`,
      description: "It is {{ $value | humanizePercentage }} full and fills at the rate of the last six hours.",
    },
    {
      alert: "VolumeInodesLow",
      severity: "warning",
      expr: `max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_free / (kubelet_volume_stats_inodes > 0)) < 0.05`,
      for: "15m",
      summary: `The volume ${volume} has {{ $value | humanizePercentage }} of its inodes left`,
      description: "Without inodes no file can be made, however much space is free.",
    },
  ],
});

export const claims = ruleGroup({
  name: "claims",
  component: "kube-state-metrics",
  rules: [
    {
      alert: "PvcPending",
      severity: "warning",
      expr: `max by (namespace, persistentvolumeclaim) (kube_persistentvolumeclaim_status_phase{phase="Pending"}) == 1`,
      for: "15m",
      summary: `The claim ${volume} has no volume yet`,
      description: "Its pod waits. A server takes 16 volumes, and a volume stays in its location.",
    },
  ],
});
