import { replicaRange } from "./autoscalers.ts";
import { namespaceOf } from "./index-manifests.ts";
import type { Located } from "./index-manifests.ts";
import type { Kinds } from "./kinds.ts";
import { matchesLabels, showSelector } from "./labels.ts";
import { selectsMadePods } from "./made-objects.ts";
import type { Pod } from "./pods.ts";
import type { Release } from "./release.ts";
import type { Finding, Rule, ToolCheck } from "./rule.ts";
import { podRule } from "./rule.ts";

/** PodDisruptionBudgets: every replicated workload has one, and none can block the drain of a node. */
export const disruptionRules: readonly Rule[] = [
  budgetRule("pdb-selects-pods", [], function* (budget, release) {
    const { selector } = budget.object.spec ?? {};
    if (selector === undefined || podsOf(release, budget).length > 0) return;
    if (selectsMadePods(release, namespaceOf(budget.manifest), selector)) return;
    yield [
      "spec.selector",
      `${showSelector(selector)} matches no pod template in the same namespace; write the workload's selector labels`,
    ];
  }),
  budgetRule("poddisruptionbudget-has-policy", ["kube-score/poddisruptionbudget-has-policy"], function* ({ object }) {
    const { minAvailable, maxUnavailable } = object.spec ?? {};
    if ((minAvailable === undefined) !== (maxUnavailable === undefined)) return;
    yield ["spec", "sets neither or both of minAvailable and maxUnavailable; write maxUnavailable: 1 alone"];
  }),
  budgetRule("pdb-max-unavailable", ["kube-linter/pdb-max-unavailable", "polaris/pdbDisruptionsIsZero"], function* ({ object }) {
    const value = object.spec?.maxUnavailable;
    if (value === undefined || Number.parseInt(String(value), 10) >= 1) return;
    yield ["spec.maxUnavailable", `${value} lets no pod be evicted, so a node can never be drained; write 1`];
  }),
  budgetRule(
    "pdb-min-available",
    ["kube-linter/pdb-min-available", "polaris/pdbDisruptionsIsZero", "polaris/pdbMinAvailableGreaterThanHPAMinReplicas"],
    function* (budget, release) {
      const value = budget.object.spec?.minAvailable;
      if (value === undefined) return;
      for (const pod of podsOf(release, budget)) {
        const { min } = replicaRange(pod, release.autoscalers);
        if (healthyAtLeast(value, min) < min) continue;
        yield [
          "spec.minAvailable",
          `${value} of the ${min} pods that ${pod.owner}/${pod.manifest.object.metadata.name} runs at least lets none be evicted, so a node can never be drained; write maxUnavailable: 1 instead`,
        ];
      }
    },
  ),
  budgetRule("pdb-unhealthy-pod-eviction-policy", ["kube-linter/pdb-unhealthy-pod-eviction-policy"], function* ({ object }) {
    if (object.spec?.unhealthyPodEvictionPolicy !== undefined) return;
    yield ["spec.unhealthyPodEvictionPolicy", "is not set, so a crashing pod blocks the drain of its node; write AlwaysAllow"];
  }),
  // polaris asks it of every Deployment; where one pod runs, a budget is empty or blocks every drain.
  podRule(
    "has-poddisruptionbudget",
    [
      "kube-score/deployment-has-poddisruptionbudget",
      "kube-score/statefulset-has-poddisruptionbudget",
      "polaris/missingPodDisruptionBudget",
    ],
    function* (pod, release) {
      if (replicaRange(pod, release.autoscalers).max < 2 || budgetsOf(release, pod).length > 0) return;
      const { name } = pod.manifest.object.metadata;
      const message = `no PodDisruptionBudget in the same namespace selects its pods; render one with maxUnavailable: 1 for ${name}`;
      yield { path: "", message };
    },
  ),
  podRule("one-budget-per-pod", [], function* (pod, release) {
    const budgets = budgetsOf(release, pod).map(({ manifest }) => manifest.object.metadata.name);
    if (budgets.length < 2) return;
    yield {
      path: `${pod.path}.metadata.labels`,
      message: `the budgets ${budgets.join(" and ")} select this pod, and evictions fail with more than one; keep one`,
    };
  }),
];

type Budget = Located<Kinds["PodDisruptionBudget"]>;

function budgetRule(
  id: string,
  askedBy: readonly ToolCheck[],
  faults: (budget: Budget, release: Release) => Iterable<readonly [path: string, message: string]>,
): Rule {
  return {
    id,
    askedBy,
    *check(release): Generator<Finding> {
      for (const budget of release.all("PodDisruptionBudget")) {
        for (const [path, message] of faults(budget, release)) yield { manifest: budget.manifest, path, message };
      }
    },
  };
}

/** How many pods must stay healthy; percentages round up, as the disruption controller does. */
function healthyAtLeast(value: string | number, replicas: number): number {
  return typeof value === "string" ? Math.ceil((Number.parseInt(value, 10) / 100) * replicas) : value;
}

function podsOf(release: Release, budget: Budget): Pod[] {
  return release.pods.filter((pod) => isUnder(budget, pod));
}

function budgetsOf(release: Release, pod: Pod): Budget[] {
  return release.all("PodDisruptionBudget").filter((budget) => isUnder(budget, pod));
}

function isUnder({ manifest, object }: Budget, pod: Pod): boolean {
  const selector = object.spec?.selector;
  return selector !== undefined && namespaceOf(manifest) === pod.namespace && matchesLabels(selector, pod.labels);
}
