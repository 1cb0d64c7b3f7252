import { describe } from "vitest";
import { autoscalingRules } from "../generator/check/lint/autoscaling.ts";
import { disruptionRules } from "../generator/check/lint/disruption.ts";
import { container, object, podSpec, selector } from "./fixtures/good-parts.ts";
import { withField, withObject, without, withoutField } from "./fixtures/good-release.ts";
import { testFaults } from "./fixtures/lint-case.ts";

const backend = "Deployment/backend";

function probe(command: string): Record<string, unknown> {
  return { exec: { command: [command] } };
}

describe("autoscaling", () => {
  const hpa = "HorizontalPodAutoscaler/backend-hpa";
  const scaledObject = object("keda.sh/v1alpha1", "ScaledObject", "backend", {
    spec: { scaleTargetRef: { name: "backend" }, minReplicaCount: 2, maxReplicaCount: 15 },
  });
  const idleWorker = object("apps/v1", "Deployment", "worker", {
    spec: {
      replicas: 1,
      selector: { matchLabels: selector("worker") },
      template: {
        metadata: { labels: selector("worker") },
        spec: podSpec("collector", { containers: [container("worker", { livenessProbe: probe("a"), readinessProbe: probe("b") })] }),
      },
    },
  });
  testFaults(autoscalingRules, [
    [
      "autoscaler-has-target",
      withField(hpa, "spec.scaleTargetRef.name", "api"),
      `${hpa} spec.scaleTargetRef`,
      `${backend} spec.replicas [deployment-replicas]`,
    ],
    ["autoscaler-minimum", withField(hpa, "spec.minReplicas", 1), `${hpa} spec.minReplicas`],
    ["autoscaler-maximum", withField(hpa, "spec.maxReplicas", 2), `${hpa} spec.maxReplicas`],
    ["one-autoscaler", withObject(scaledObject), "ScaledObject/backend spec.scaleTargetRef"],
    ["replicas-with-autoscaler", withField(backend, "spec.replicas", 2), `${backend} spec.replicas`],
    ["deployment-replicas", without(hpa), `${backend} spec.replicas`],
    ["deployment-missing-replicas", withObject(idleWorker), "Deployment/worker spec.replicas"],
  ]);
});

describe("disruption", () => {
  const budget = "PodDisruptionBudget/backend";
  const second = object("policy/v1", "PodDisruptionBudget", "second", {
    spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector("backend") } },
  });
  const redisBudget = object("policy/v1", "PodDisruptionBudget", "redis", {
    spec: { minAvailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: selector("redis") } },
  });
  const noBudget = `${backend} [has-poddisruptionbudget]`;
  testFaults(disruptionRules, [
    ["pdb-selects-pods", withField(budget, "spec.selector.matchLabels.tier", "api"), `${budget} spec.selector`, noBudget],
    ["poddisruptionbudget-has-policy", withoutField(budget, "spec.maxUnavailable"), `${budget} spec`],
    ["poddisruptionbudget-has-policy", withField(budget, "spec.minAvailable", 1), `${budget} spec`],
    ["pdb-max-unavailable", withField(budget, "spec.maxUnavailable", "0%"), `${budget} spec.maxUnavailable`],
    ["pdb-min-available", withObject(redisBudget), "PodDisruptionBudget/redis spec.minAvailable"],
    [
      "pdb-unhealthy-pod-eviction-policy",
      withoutField(budget, "spec.unhealthyPodEvictionPolicy"),
      `${budget} spec.unhealthyPodEvictionPolicy`,
    ],
    ["has-poddisruptionbudget", without(budget), noBudget],
    // kube-score and kube-linter compare namespaces as text.
    ["has-poddisruptionbudget", withoutField(budget, "metadata.namespace"), `${budget} spec.selector [pdb-selects-pods]`, noBudget],
    ["one-budget-per-pod", withObject(second), `${backend} spec.template.metadata.labels`],
  ]);
});
