import { ruleGroup } from "./rule.ts";

const node = "{{ $labels.node }}";

export const nodes = ruleGroup({
  name: "nodes",
  component: "kube-state-metrics",
  rules: [
    {
      alert: "NodeNotReady",
      severity: "critical",
      // The autoscaler cordons a node before it removes it.
      expr: `max by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0 unless on (node) max by (node) (kube_node_spec_unschedulable) == 1`,
      for: "10m",
      summary: `The node ${node} has not been ready for 10 minutes`,
      description: "Its pods are being replaced elsewhere; those with volumes wait until the volume comes free.",
    },
    {
      alert: "NodePressure",
      severity: "warning",
      expr: `max by (node, condition) (kube_node_status_condition{condition=~"MemoryPressure|DiskPressure|PIDPressure",status="true"}) == 1`,
      for: "5m",
      summary: `The node ${node} reports {{ $labels.condition }}`,
      description: "It takes no new pods and evicts those that use more than they asked for.",
    },
  ],
});

export const hosts = ruleGroup({
  name: "hosts",
  component: "node-exporter",
  rules: [
    {
      alert: "NodeMemoryLow",
      severity: "warning",
      expr: `node:memory_used:ratio > 0.92`,
      for: "15m",
      summary: `The node ${node} uses {{ $value | humanizePercentage }} of its memory`,
      description: "The kernel will soon kill processes to get some.",
    },
    {
      alert: "NodeDiskLow",
      severity: "warning",
      expr: `node:filesystem_used:ratio{mountpoint="/"} > 0.9 or on (node, mountpoint) (node:filesystem_used:ratio{mountpoint="/"} > 0.8 and on (node, mountpoint) predict_linear(node_filesystem_avail_bytes{mountpoint="/",fstype!~"tmpfs|overlay"}[6h], 86400) < 0)`,
      for: "30m",
      summary: `The disk of ${node} is {{ $value | humanizePercentage }} full`,
      description: "From 85 % on the kubelet deletes images, then evicts pods.",
    },
    {
      alert: "NodeFilesystemReadOnly",
      severity: "critical",
      expr: `max by (node, mountpoint) (node_filesystem_readonly{fstype=~"ext4|xfs|btrfs",mountpoint!~"/boot.*"}) == 1`,
      for: "5m",
      summary: `{{ $labels.mountpoint }} on ${node} has become read-only`,
      description: "The kernel does so after an error of the disk. Pods on it cannot write.",
    },
    {
      alert: "NodeMemoryStall",
      severity: "warning",
      expr: `rate(node_pressure_memory_waiting_seconds_total[5m]) > 0.3`,
      for: "15m",
      summary: `Processes on ${node} wait for memory {{ $value | humanizePercentage }} of the time`,
      description: "The node is short of memory although it does not look full: pages are read again and again.",
    },
    {
      alert: "NodeConntrackNearLimit",
      severity: "warning",
      expr: `node_nf_conntrack_entries / (node_nf_conntrack_entries_limit > 0) > 0.8`,
      for: "10m",
      summary: `${node} tracks {{ $value | humanizePercentage }} of the connections it can`,
      description: "Beyond the limit new connections are dropped without a trace.",
    },
    {
      alert: "NodeClockOff",
      severity: "warning",
      expr: `min_over_time(node_timex_sync_status[5m]) == 0 and on (node) node_timex_maxerror_seconds >= 16`,
      for: "15m",
      summary: `The clock of ${node} is not synchronised`,
      description: "Tokens and certificates fail when it drifts.",
    },
  ],
});

export const controlPlane = ruleGroup({
  name: "control-plane",
  component: "apiserver",
  rules: [
    {
      alert: "ApiserverErrors",
      severity: "warning",
      expr: `sum(rate(apiserver_request_total{code=~"5.."}[5m])) / (sum(rate(apiserver_request_total[5m])) > 1) > 0.05`,
      for: "10m",
      summary: `The API server answers {{ $value | humanizePercentage }} of requests with 5xx`,
      description: "Deployments, scaling and certificate renewal may fail. Running pods go on serving.",
    },
  ],
});

export const k3s = ruleGroup({
  name: "k3s",
  component: "kubelet",
  rules: [
    {
      alert: "K3sCertificateExpiresSoon",
      severity: "warning",
      expr: `min by (node, subject) (k3s_certificate_expiration_seconds) < 30 * 86400`,
      for: "1h",
      summary: `{{ $labels.subject }} of k3s on ${node} ends in {{ $value | humanizeDuration }}`,
      description: "k3s renews its certificates only when it starts.",
    },
    {
      alert: "K3sCertificateExpiring",
      severity: "critical",
      expr: `min by (node, subject) (k3s_certificate_expiration_seconds) < 7 * 86400`,
      for: "1h",
      summary: `{{ $labels.subject }} of k3s on ${node} ends in {{ $value | humanizeDuration }}`,
      description: "Then the node drops out of the cluster. Restart k3s on it before.",
    },
  ],
});
