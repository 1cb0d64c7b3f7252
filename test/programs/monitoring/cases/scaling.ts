import { growing, steady, type Cases } from "./case.ts";

const hpa = 'namespace="xpeditis",horizontalpodautoscaler="backend-hpa"';
const labels = { namespace: "xpeditis", horizontalpodautoscaler: "backend-hpa" };
const replicas = (current: number, min: number, max: number) => ({
  [`kube_horizontalpodautoscaler_status_current_replicas{${hpa}}`]: steady(current),
  [`kube_horizontalpodautoscaler_spec_min_replicas{${hpa}}`]: steady(min),
  [`kube_horizontalpodautoscaler_spec_max_replicas{${hpa}}`]: steady(max),
});
const condition = (name: string, status: string) =>
  `kube_horizontalpodautoscaler_status_condition{${hpa},condition="${name}",status="${status}"}`;
const scaler =
  'keda_scaler_detail_errors_total{namespace="xpeditis",scaledObject="backend",scaler="prometheusScaler",metric="s1-prometheus"}';
const nodes = (ready: number, waiting: number) => ({
  'cluster_autoscaler_nodes_count{state="ready"}': steady(ready),
  cluster_autoscaler_max_nodes_count: steady(8),
  'cluster_autoscaler_unschedulable_pods_count{type="unschedulable"}': steady(waiting),
});

export const scalingCases: Cases = {
  HpaMaxedOut: {
    fires: { series: replicas(15, 2, 15), at: "20m", labels: [labels], value: "15" },
    silent: { about: "a fixed number of pods", series: replicas(2, 2, 2), at: "20m" },
  },
  HpaCannotScale: {
    fires: { series: { [condition("ScalingActive", "false")]: steady(1) }, at: "15m", labels: [{ ...labels, condition: "ScalingActive" }] },
    silent: {
      about: "at its limit, which is another condition",
      series: { [condition("ScalingLimited", "false")]: steady(1), [condition("ScalingActive", "false")]: steady(0) },
      at: "15m",
    },
  },
  KedaScalerFailing: {
    fires: {
      series: { [scaler]: growing(2) },
      at: "20m",
      labels: [{ namespace: "xpeditis", scaledObject: "backend", scaler: "prometheusScaler" }],
    },
    silent: { about: "a short failure", series: { [scaler]: "0 2 4 4x40" }, at: "20m" },
  },
  KedaMemoryTriggerBlind: {
    fires: {
      about: "of another namespace only",
      series: { 'namespace_container:memory_used_of_limit:percent{namespace="other",container="backend"}': steady(50) },
      at: "15m",
      labels: [{ namespace: "xpeditis" }],
    },
    silent: {
      series: { 'namespace_container:memory_used_of_limit:percent{namespace="xpeditis",container="backend"}': steady(50) },
      at: "15m",
    },
  },
  ClusterAutoscalerFailing: {
    fires: { series: { 'cluster_autoscaler_failed_scale_ups_total{reason="outOfResources"}': "0x5 1x5 2x50" }, at: "25m", labels: [{}] },
    silent: {
      series: {
        'cluster_autoscaler_failed_scale_ups_total{reason="outOfResources"}': steady(7),
        cluster_autoscaler_cluster_safe_to_autoscale: steady(1),
        'cluster_autoscaler_node_group_backoff_status{node_group="workers",reason=""}': steady(0),
      },
      at: "45m",
    },
  },
  ClusterAtMaxNodes: {
    fires: { series: nodes(8, 2), at: "20m", labels: [{}], value: "8" },
    silent: { about: "full, but nothing waits", series: nodes(8, 0), at: "20m" },
  },
};
