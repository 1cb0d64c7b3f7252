import type { IScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import type { IHorizontalPodAutoscalerBehavior } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerBehavior";
import type { IMetricSpec } from "kubernetes-models/autoscaling/v2/MetricSpec";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";

import {
  add,
  all,
  any,
  defineString,
  div,
  eq,
  fail,
  ge,
  gt,
  include,
  kubeVersionAtLeast,
  merge,
  mul,
  not,
  str,
  sub,
  when,
  type Block,
  type Doc,
  type Expr,
  type Guard,
  type Tpl,
} from "../dsl/index.ts";
import { shared as v, type Application } from "./application.ts";
import { fullname, metadata, named, selector, server } from "./names.ts";

const { cpu, memory } = v.autoscaling;
const scaled = { apiVersion: "apps/v1", kind: "Deployment", name: include(fullname) } as const;

/**
 * Tolerance under the one target an HPA has, so that nothing happens down to `scaleDownBelow`: with utilisation u, pods are
 * removed if u/above < 1 - tolerance. Any tolerance between (above-below)/above and (above-below+1)/above is exact for whole
 * percentages, but not the two themselves: the controller computes in floats, and 1 - 0.7 is more than 3/10. Up to a target
 * of 100 they are 10 milli apart or more, so 9 milli above the lower one is always between them.
 * In milli-units, because the API server would rewrite `0.58` and GitOps tools would see a difference (KEP-4951).
 */
const scaleDownTolerance = defineString(
  "scaleDownTolerance",
  "Tolerance under the CPU target: no pod is removed while CPU use is scaleDownBelow percent or more.",
  str`${add(div(mul(1000, sub(cpu.scaleUpAbove, cpu.scaleDownBelow)), cpu.scaleUpAbove), 9)}m`,
);

/** Tolerances exist from Kubernetes 1.35; older API servers would drop the field without a word. */
export const hasTolerance = kubeVersionAtLeast("1.35");

const behavior: Tpl<IHorizontalPodAutoscalerBehavior> = {
  scaleUp: when(hasTolerance, { tolerance: "0" }),
  scaleDown: {
    stabilizationWindowSeconds: cpu.scaleDownAfterSeconds,
    tolerance: when(hasTolerance, include(scaleDownTolerance)),
    policies: [
      { type: "Percent", value: v.autoscaling.removePercentPerMinute, periodSeconds: 60 },
      { type: "Pods", value: 1, periodSeconds: 60 },
    ],
  },
};

/** The HorizontalPodAutoscaler, with engine `hpa`. */
export const autoscaler = (app: Application): Block<Doc<IHorizontalPodAutoscaler>> =>
  when(all(v.autoscaling.enabled, eq(v.autoscaling.engine, "hpa")), {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: metadata(named("hpa")),
    spec: {
      scaleTargetRef: scaled,
      minReplicas: v.autoscaling.minReplicas,
      maxReplicas: v.autoscaling.maxReplicas,
      metrics: [
        utilization(app, "cpu", cpu.scaleUpAbove),
        when(eq(memory.mode, "resource"), utilization(app, "memory", memory.scaleUpAbove)),
      ],
      behavior,
    },
  });

/** The KEDA ScaledObject, with engine `keda`: KEDA makes an HPA of the same name and behaviour of it. */
export const scaledObject = (app: Application): Block<Doc<IScaledObject>> => {
  const containerName = when<string>(v.extraContainers, app.name);
  return when(all(v.autoscaling.enabled, eq(v.autoscaling.engine, "keda")), {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    // KEDA refuses a workload that has an HPA; this hands over the one that engine `hpa` left.
    metadata: metadata(include(fullname), merge({ "scaledobject.keda.sh/transfer-hpa-ownership": "true" }, v.global.commonAnnotations)),
    spec: {
      scaleTargetRef: { name: include(fullname) },
      minReplicaCount: v.autoscaling.minReplicas,
      maxReplicaCount: v.autoscaling.maxReplicas,
      advanced: { horizontalPodAutoscalerConfig: { name: named("hpa"), behavior: behavior as never } },
      triggers: [
        { type: "cpu", metricType: "Utilization", metadata: { value: str`${cpu.scaleUpAbove}`, containerName } },
        when(eq(memory.mode, "resource"), {
          type: "memory",
          metricType: "Utilization",
          metadata: { value: str`${memory.scaleUpAbove}`, containerName },
        }),
        when(eq(memory.mode, "external"), {
          type: "prometheus",
          metricType: "Value",
          metadata: { serverAddress: memory.prometheusAddress, threshold: str`${memory.scaleUpAbove}`, query: memoryQuery(app) },
        }),
      ],
    },
  });
};

/** A target for the main container: one without a request would switch off the metric of the whole pod, so others are left out. */
function utilization(app: Application, name: "cpu" | "memory", percent: Expr<number>): Block<Tpl<IMetricSpec>> {
  const target = { type: "Utilization", averageUtilization: percent } as const;
  return when(
    v.extraContainers,
    { type: "ContainerResource", containerResource: { name, container: app.name, target } },
    { type: "Resource", resource: { name, target } },
  );
}

/** The monitoring chart records memory use in percent of the limit under this name, averaged over the pods. */
export const memoryRecord = "namespace_container:memory_used_of_limit:percent";

/**
 * Memory use in percent of the limit while it is above the threshold, else nothing: KEDA counts nothing as 0, which never
 * keeps pods from being removed, as a target for memory would.
 */
function memoryQuery(app: Application) {
  const recorded = str`${memoryRecord}{namespace="${metadata(include(fullname)).namespace}",container="${app.name}"}`;
  return when<Tpl<string>>(memory.query, str`(${memory.query}) > ${memory.scaleUpAbove}`, str`${recorded} > ${memory.scaleUpAbove}`);
}

const severalPods = any(all(v.autoscaling.enabled, gt(v.autoscaling.maxReplicas, 1)), all(not(v.autoscaling.enabled), gt(v.replicas, 1)));

/** By `maxUnavailable`, at least 1: the eviction of a lone pod is allowed, so that no drain ever waits. */
export const disruptionBudget: Block<Doc<IPodDisruptionBudget>> = when(all(v.podDisruptionBudget.enabled, severalPods), {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: metadata(include(fullname)),
  spec: {
    maxUnavailable: v.podDisruptionBudget.maxUnavailable,
    unhealthyPodEvictionPolicy: "AlwaysAllow",
    selector: { matchLabels: selector(server) },
  },
});

/** What cannot be right about the number of pods. */
export const scalingGuards = (chart: string): Guard[] => [
  when(
    all(v.autoscaling.enabled, gt(v.autoscaling.minReplicas, v.autoscaling.maxReplicas)),
    fail(
      str`${chart}.autoscaling.minReplicas (${v.autoscaling.minReplicas}) is greater than ${chart}.autoscaling.maxReplicas (${v.autoscaling.maxReplicas}): lower one or raise the other`,
    ),
  ),
  when(
    all(v.autoscaling.enabled, ge(cpu.scaleDownBelow, cpu.scaleUpAbove)),
    fail(
      str`${chart}.autoscaling.cpu.scaleDownBelow (${cpu.scaleDownBelow}) must be less than ${chart}.autoscaling.cpu.scaleUpAbove (${cpu.scaleUpAbove}), or pods would come and go for ever`,
    ),
  ),
  when(
    all(v.autoscaling.enabled, eq(memory.mode, "external"), eq(v.autoscaling.engine, "hpa")),
    fail(
      `${chart}.autoscaling.memory.mode is "external", which KEDA serves: set ${chart}.autoscaling.engine to "keda", or the mode to "off" or "resource"`,
    ),
  ),
];
