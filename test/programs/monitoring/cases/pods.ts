import { growing, steady, type Cases } from "./case.ts";

const of = (container?: string) => `namespace="xpeditis",pod="backend-1"${container === undefined ? "" : `,container="${container}"`}`;
const pod = { namespace: "xpeditis", pod: "backend-1" };
const backend = { ...pod, container: "backend" };

const waiting = (reason: string) => `kube_pod_container_status_waiting_reason{${of("backend")},reason="${reason}"}`;
const ready = (kind: string, phase: string) => ({
  [`kube_pod_status_ready{${of()},condition="true"}`]: steady(0),
  [`kube_pod_status_phase{${of()},phase="${phase}"}`]: steady(1),
  [`kube_pod_owner{${of()},owner_kind="${kind}",owner_name="x"}`]: steady(1),
  [`kube_pod_info{${of()},node="worker-1",host_network="false"}`]: steady(1),
});
const restarts = `kube_pod_container_status_restarts_total{${of("backend")}}`;
const ended = (reason: string) => `kube_pod_container_status_last_terminated_reason{${of("backend")},reason="${reason}"}`;
const job = (name: string) => `kube_job_failed{namespace="xpeditis",job_name="${name}",condition="true"}`;
const backup = 'namespace="xpeditis",cronjob="redis-backup"';
const budget = 'namespace="xpeditis",poddisruptionbudget="backend"';
const memory = (bytes: number) => ({
  [`container_memory_working_set_bytes{${of("backend")},id="/kubepods/a"}`]: steady(bytes),
  [`kube_pod_container_resource_limits{${of("backend")},resource="memory",unit="byte",node="w1"}`]: steady(1000),
});
const periods = (all: number, throttled: number) => ({
  [`container_cpu_cfs_periods_total{${of("backend")}}`]: growing(all),
  [`container_cpu_cfs_throttled_periods_total{${of("backend")}}`]: growing(throttled),
});

export const podCases: Cases = {
  PodCrashLooping: {
    fires: {
      about: "in and out of the state",
      series: { [waiting("CrashLoopBackOff")]: "1 1 1 _ _ 1 1 _ _ 1 1 1 _ _ 1 1 1 _ 1 1 1" },
      at: "18m",
      labels: [backend],
    },
    silent: { about: "crashed a few times while starting", series: { [waiting("CrashLoopBackOff")]: "1 1 1 1 _x20" }, at: "18m" },
  },
  ContainerOomKilled: {
    fires: { series: { [restarts]: "0x10 1x20", [ended("OOMKilled")]: "_x10 1x20" }, at: "15m", labels: [backend] },
    silent: [
      {
        about: "killed long ago, and no restart since",
        series: { [restarts]: steady(1), [ended("OOMKilled")]: steady(1) },
        at: "30m",
      },
      { about: "restarted for another reason", series: { [restarts]: "0x10 1x20", [ended("Error")]: "_x10 1x20" }, at: "15m" },
    ],
  },
  ContainerCannotStart: {
    fires: {
      series: {
        [waiting("CreateContainerConfigError")]: steady(1),
        'kube_pod_init_container_status_waiting_reason{namespace="xpeditis",pod="backend-1",container="wait",reason="ErrImagePull"}':
          steady(1),
      },
      at: "15m",
      labels: [
        { ...backend, reason: "CreateContainerConfigError" },
        { ...pod, container: "wait", reason: "ErrImagePull" },
      ],
    },
    silent: { about: "still being created", series: { [waiting("ContainerCreating")]: steady(1) }, at: "15m" },
  },
  PodNotReady: {
    fires: { series: ready("ReplicaSet", "Running"), at: "20m", labels: [{ ...pod, owner_kind: "ReplicaSet", node: "worker-1" }] },
    silent: [
      { about: "a Job's pod is never ready", series: ready("Job", "Running"), at: "20m" },
      { series: { ...ready("ReplicaSet", "Running"), [`kube_pod_status_ready{${of()},condition="true"}`]: steady(1) }, at: "20m" },
    ],
  },
  PodUnschedulable: {
    fires: { series: { [`kube_pod_status_unschedulable{${of()}}`]: steady(1) }, at: "15m", labels: [pod] },
    silent: { about: "a node came after six minutes", series: { [`kube_pod_status_unschedulable{${of()}}`]: "1x6 _x30" }, at: "15m" },
  },
  JobFailed: {
    fires: {
      series: { [job("backend-migrate-1")]: steady(1) },
      at: "20m",
      labels: [{ namespace: "xpeditis", job_name: "backend-migrate-1" }],
    },
    silent: [
      { about: "k3s' installer", series: { [job("helm-install-traefik")]: steady(1) }, at: "20m" },
      { series: { [job("backend-migrate-1")]: steady(0) }, at: "20m" },
    ],
  },
  CronJobOverdue: {
    fires: {
      step: "30m",
      series: { [`kube_cronjob_status_last_successful_time{${backup}}`]: "0x200", [`kube_cronjob_spec_suspend{${backup}}`]: "0x200" },
      at: "72h",
      labels: [{ namespace: "xpeditis", cronjob: "redis-backup" }],
      value: "3d 0h 0m 0s",
    },
    silent: [
      {
        about: "suspended",
        step: "30m",
        series: { [`kube_cronjob_status_last_successful_time{${backup}}`]: "0x200", [`kube_cronjob_spec_suspend{${backup}}`]: "1x200" },
        at: "72h",
      },
      {
        about: "a day ago",
        step: "30m",
        series: {
          [`kube_cronjob_status_last_successful_time{${backup}}`]: "0x96 172800x104",
          [`kube_cronjob_spec_suspend{${backup}}`]: "0x200",
        },
        at: "72h",
      },
    ],
  },
  DaemonSetIncomplete: {
    fires: {
      series: { 'kube_daemonset_status_number_unavailable{namespace="monitoring",daemonset="node-exporter"}': steady(1) },
      at: "20m",
      labels: [{ namespace: "monitoring", daemonset: "node-exporter" }],
      value: "1",
    },
    silent: {
      about: "a new node",
      series: { 'kube_daemonset_status_number_unavailable{namespace="monitoring",daemonset="node-exporter"}': "1x5 0x50" },
      at: "20m",
    },
  },
  PdbBlocksDrains: {
    fires: {
      series: {
        [`kube_poddisruptionbudget_status_current_healthy{${budget}}`]: steady(1),
        [`kube_poddisruptionbudget_status_desired_healthy{${budget}}`]: steady(2),
      },
      at: "20m",
      labels: [{ namespace: "xpeditis", poddisruptionbudget: "backend" }],
    },
    silent: {
      about: "exactly enough",
      series: {
        [`kube_poddisruptionbudget_status_current_healthy{${budget}}`]: steady(2),
        [`kube_poddisruptionbudget_status_desired_healthy{${budget}}`]: steady(2),
      },
      at: "20m",
    },
  },
  ContainerMemoryNearLimit: {
    fires: { series: memory(950), at: "20m", labels: [backend], value: "95%" },
    silent: { series: memory(850), at: "20m" },
  },
  CpuThrottlingHigh: {
    fires: { series: periods(600, 400), at: "25m", labels: [backend], value: "66.67%" },
    silent: { about: "a pod that hardly runs", series: periods(10, 10), at: "25m" },
  },
};
