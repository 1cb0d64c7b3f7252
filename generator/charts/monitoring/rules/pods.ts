import { settings } from "../settings.ts";
import { ruleGroup } from "./rule.ts";

const ns = settings.namespace.word;
const pod = "{{ $labels.namespace }}/{{ $labels.pod }}";
const container = `${pod} ({{ $labels.container }})`;

const neverStarts = `reason=~"ImagePullBackOff|ErrImagePull|InvalidImageName|CreateContainerConfigError|CreateContainerError"`;

export const pods = ruleGroup({
  name: "pods",
  component: "kube-state-metrics",
  rules: [
    {
      alert: "PodCrashLooping",
      severity: "warning",
      expr: `max by (namespace, pod, container) (max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m])) >= 1`,
      for: "10m",
      summary: `${container} crashes again and again`,
      description: "Kubernetes waits longer before each new start, up to five minutes.",
    },
    {
      alert: "ContainerOomKilled",
      severity: "warning",
      expr: `sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[15m])) > 0 and on (namespace, pod, container) max by (namespace, pod, container) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}) == 1`,
      summary: `${container} was killed for using more memory than its limit`,
      description: "The requests that it served were lost. It will happen again unless use falls or the limit rises.",
    },
    {
      alert: "ContainerCannotStart",
      severity: "warning",
      expr: ["kube_pod_container_status_waiting_reason", "kube_pod_init_container_status_waiting_reason"]
        .map((metric) => `max by (namespace, pod, container, reason) (${metric}{${neverStarts}}) >= 1`)
        .join(" or "),
      for: "10m",
      summary: `${container} cannot start: {{ $labels.reason }}`,
      description: "The image, its pull secret, or a Secret or ConfigMap that the container needs is not there.",
    },
    {
      alert: "PodNotReady",
      severity: "warning",
      // Pods of Jobs end and are then not ready for ever. With the node, whose own alert mutes this one.
      expr: `max by (namespace, pod) (kube_pod_status_ready{condition="true"} == bool 0) * on (namespace, pod) max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running|Unknown"}) * on (namespace, pod) group_left (owner_kind) max by (namespace, pod, owner_kind) (kube_pod_owner{owner_kind!="Job"}) * on (namespace, pod) group_left (node) max by (namespace, pod, node) (kube_pod_info) > 0`,
      for: "15m",
      summary: `${pod} has not been ready for 15 minutes`,
      description: "It gets no requests. Its {{ $labels.owner_kind }} does not replace it as long as it runs.",
    },
    {
      alert: "PodUnschedulable",
      severity: "warning",
      expr: `max by (namespace, pod) (kube_pod_status_unschedulable) == 1`,
      for: "10m",
      summary: `No node takes ${pod}`,
      description: "Every node lacks CPU, memory, a volume slot or what the pod's rules ask for, and no new node has come in 10 minutes.",
    },
    {
      alert: "JobFailed",
      severity: "warning",
      // k3s' own installers try again by themselves.
      expr: `max by (namespace, job_name) (kube_job_failed{condition="true",job_name!~"helm-(install|delete)-.+"}) > 0`,
      for: "15m",
      summary: `The Job {{ $labels.namespace }}/{{ $labels.job_name }} has failed`,
      description: "What it had to do, a migration or a backup for instance, is not done. The alert ends when the Job is deleted.",
    },
    {
      alert: "CronJobOverdue",
      severity: "warning",
      expr: `time() - max by (namespace, cronjob) (kube_cronjob_status_last_successful_time{namespace="${ns}"}) > 2 * 86400 and on (namespace, cronjob) max by (namespace, cronjob) (kube_cronjob_spec_suspend) == 0`,
      for: "1h",
      summary: `{{ $labels.namespace }}/{{ $labels.cronjob }} last succeeded {{ $value | humanizeDuration }} ago`,
      description: "Backups run daily: a restore now would lose everything since then.",
    },
    {
      alert: "DaemonSetIncomplete",
      severity: "warning",
      expr: `kube_daemonset_status_number_unavailable > 0`,
      for: "15m",
      summary: `{{ $labels.namespace }}/{{ $labels.daemonset }} lacks {{ $value }} pods`,
      description: "The nodes without it go without its service: logs or metrics of a node are missing, for instance.",
    },
    {
      alert: "PdbBlocksDrains",
      severity: "warning",
      expr: `kube_poddisruptionbudget_status_current_healthy < kube_poddisruptionbudget_status_desired_healthy`,
      for: "15m",
      summary: `{{ $labels.namespace }}/{{ $labels.poddisruptionbudget }} has fewer healthy pods than it must`,
      description: "Nodes with these pods cannot be drained, nor removed by the autoscaler.",
    },
  ],
});

export const containers = ruleGroup({
  name: "container-limits",
  component: "cadvisor",
  rules: [
    {
      alert: "ContainerMemoryNearLimit",
      severity: "warning",
      expr: `max by (namespace, pod, container) (container_memory_working_set_bytes{container!=""} / on (namespace, pod, container) group_left () (kube_pod_container_resource_limits{resource="memory"} > 0)) > 0.9`,
      for: "15m",
      summary: `${container} uses {{ $value | humanizePercentage }} of its memory limit`,
      description: "At 100 % the kernel kills it.",
    },
    {
      alert: "CpuThrottlingHigh",
      severity: "info",
      expr: `namespace_pod_container:cpu_throttled:ratio_rate5m > 0.5 and on (namespace, pod, container) sum by (namespace, pod, container) (increase(container_cpu_cfs_periods_total[5m])) > 100`,
      for: "15m",
      summary: `${container} is held back in {{ $value | humanizePercentage }} of its CPU periods`,
      description: "It wants more CPU than its limit; answers take longer.",
    },
  ],
});
