import type { IPodAffinityTerm } from "kubernetes-models/v1/PodAffinityTerm";
import { replicaRange } from "./autoscalers.ts";
import { matchesLabels } from "./labels.ts";
import type { Pod } from "./pods.ts";
import { podRule } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { servicesOf } from "./services.ts";

/** Where pods run, and which of them go first when room is short. */
export const schedulingRules: readonly Rule[] = [
  podRule(
    "no-anti-affinity",
    ["kube-linter/no-anti-affinity", "kube-score/deployment-has-host-podantiaffinity", "kube-score/statefulset-has-host-podantiaffinity"],
    function* (pod, release) {
      if (replicaRange(pod, release.autoscalers).max < 2 || antiAffinityTerms(pod).some((term) => parts(pod, term))) {
        return;
      }
      yield {
        path: `${pod.specPath}.affinity.podAntiAffinity`,
        message:
          "nothing keeps two of these pods off one node; write a (preferred) term with topologyKey kubernetes.io/hostname and the pod's own selector labels",
      };
    },
  ),
  podRule("topology-spread", ["polaris/topologySpreadConstraint"], function* (pod) {
    if (pod.owner === "Job" || pod.owner === "CronJob") return;
    if ((pod.spec.topologySpreadConstraints ?? []).length > 0) return;
    yield {
      path: `${pod.specPath}.topologySpreadConstraints`,
      message: "is empty; write a constraint with topologyKey kubernetes.io/hostname",
    };
  }),
  podRule("pod-topology-spread-constraints", ["kube-score/pod-topology-spread-constraints"], function* (pod) {
    for (const [index, constraint] of (pod.spec.topologySpreadConstraints ?? []).entries()) {
      const path = `${pod.specPath}.topologySpreadConstraints[${index}]`;
      if (constraint.labelSelector === undefined) {
        yield { path: `${path}.labelSelector`, message: "is not set, so no pod is counted; write the pod's own labels" };
      } else if (!matchesLabels(constraint.labelSelector, pod.labels)) {
        yield {
          path: `${path}.labelSelector`,
          message: "does not match the pod it stands in, so others are counted; write the pod's own labels",
        };
      }
      if (constraint.minDomains === 0) yield { path: `${path}.minDomains`, message: "is 0; write 1 or more" };
    }
  }),
  podRule("priority-class", ["polaris/priorityClassNotSet"], function* (pod) {
    if ((pod.spec.priorityClassName ?? "") !== "") return;
    yield {
      path: `${pod.specPath}.priorityClassName`,
      message: "is not set, so the pod is among the first to be evicted; write one of the release's priority classes",
    };
  }),
  podRule("missing-priority-class", [], function* (pod, release) {
    const name = pod.spec.priorityClassName ?? "";
    if (name === "" || name.startsWith("system-") || release.exists("PriorityClass", "", name)) return;
    yield {
      path: `${pod.specPath}.priorityClassName`,
      message: `no PriorityClass "${name}" is rendered, and pods that name a missing one are refused; render it or name it as external`,
    };
  }),
  podRule("deployment-strategy", ["kube-score/deployment-strategy"], function* (pod, release) {
    if (pod.owner !== "Deployment") return;
    const strategy = release.find("Deployment", pod.namespace, pod.manifest.object.metadata.name)?.object.spec?.strategy;
    if (servicesOf(release, pod).length === 0 || (strategy?.type ?? "RollingUpdate") === "RollingUpdate") return;
    yield {
      path: "spec.strategy.type",
      message: `is ${strategy?.type ?? ""}, so the Service has no pod during an update; write RollingUpdate`,
    };
  }),
];

function antiAffinityTerms({ spec }: Pod): IPodAffinityTerm[] {
  const rules = spec.affinity?.podAntiAffinity;
  return [
    ...(rules?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ...(rules?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
  ];
}

/** Whether a term keeps pods of this template on different nodes. */
function parts(pod: Pod, { topologyKey, labelSelector, namespaces = [] }: IPodAffinityTerm): boolean {
  return (
    topologyKey === "kubernetes.io/hostname" &&
    labelSelector !== undefined &&
    matchesLabels(labelSelector, pod.labels) &&
    (namespaces.length === 0 || namespaces.includes(pod.namespace))
  );
}
