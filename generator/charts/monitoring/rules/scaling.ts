import { memoryRecord } from "../../../kubernetes/autoscaling.ts";
import { settings } from "../settings.ts";
import { ruleGroup } from "./rule.ts";

const hpa = "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }}";

export const scaling = ruleGroup({
  name: "scaling",
  component: "kube-state-metrics",
  rules: [
    {
      alert: "HpaMaxedOut",
      severity: "warning",
      expr: `kube_horizontalpodautoscaler_status_current_replicas >= kube_horizontalpodautoscaler_spec_max_replicas and kube_horizontalpodautoscaler_spec_max_replicas > kube_horizontalpodautoscaler_spec_min_replicas`,
      for: "15m",
      summary: `${hpa} runs {{ $value }} pods, the most it may`,
      description: "More load will make answers slower.",
    },
    {
      alert: "HpaCannotScale",
      severity: "warning",
      expr: `max by (namespace, horizontalpodautoscaler, condition) (kube_horizontalpodautoscaler_status_condition{condition=~"ScalingActive|AbleToScale",status="false"}) == 1`,
      for: "10m",
      summary: `${hpa} does not scale: {{ $labels.condition }} is false`,
      description: "It cannot read its metrics, from metrics-server or KEDA, and leaves the number of pods as it is.",
    },
  ],
});

export const keda = ruleGroup({
  name: "keda",
  component: "keda",
  rules: [
    {
      alert: "KedaScalerFailing",
      severity: "warning",
      expr: `sum by (namespace, scaledObject, scaler) (rate(keda_scaler_detail_errors_total[5m])) > 0`,
      for: "10m",
      summary: `KEDA cannot ask {{ $labels.scaler }} for {{ $labels.namespace }}/{{ $labels.scaledObject }}`,
      description: "The workload still grows by its other triggers, but no pod is removed.",
    },
    {
      alert: "KedaMemoryTriggerBlind",
      severity: "warning",
      expr: `absent(${memoryRecord}{namespace="${settings.namespace.word}"})`,
      for: "10m",
      summary: `There is no memory use for KEDA to read in ${settings.namespace.word}`,
      description: "KEDA takes no data as 0: the applications do not grow by memory, and nothing else says so.",
    },
  ],
});

export const clusterAutoscaler = ruleGroup({
  name: "cluster-autoscaler",
  component: "cluster-autoscaler",
  rules: [
    {
      alert: "ClusterAutoscalerFailing",
      severity: "warning",
      expr: `sum(increase(cluster_autoscaler_failed_scale_ups_total[30m])) > 0 or max(cluster_autoscaler_cluster_safe_to_autoscale) == 0 or max(cluster_autoscaler_node_group_backoff_status) == 1`,
      for: "10m",
      summary: "The cluster autoscaler cannot make nodes",
      description: "Hetzner has none of the type left, refuses the project's limit, or too many nodes are not ready.",
    },
    {
      alert: "ClusterAtMaxNodes",
      severity: "warning",
      expr: `sum(cluster_autoscaler_nodes_count{state="ready"}) >= max(cluster_autoscaler_max_nodes_count) and on () sum(cluster_autoscaler_unschedulable_pods_count{type="unschedulable"}) > 0`,
      for: "10m",
      summary: "The cluster has its {{ $value }} nodes, the most it may, and pods wait for more",
      description: "Raise the limit of the node pool, or lower requests.",
    },
  ],
});
