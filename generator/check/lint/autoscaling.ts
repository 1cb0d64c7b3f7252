import { declaredReplicas, isTarget } from "./autoscalers.ts";
import type { Autoscaler } from "./autoscalers.ts";
import { namespaceOf } from "./index-manifests.ts";
import type { Release } from "./release.ts";
import type { Finding, Rule } from "./rule.ts";
import { podRule } from "./rule.ts";
import { servicesOf } from "./services.ts";

/** How many pods run, and who decides. ScaledObjects count as the autoscalers KEDA makes from them. */
export const autoscalingRules: readonly Rule[] = [
  autoscalerRule(
    "autoscaler-has-target",
    ["kube-score/horizontalpodautoscaler-has-target", "kube-linter/dangling-horizontalpodautoscaler"],
    (autoscaler, release) => {
      if (release.manifests.some((manifest) => isTarget(autoscaler, manifest))) return undefined;
      const { apiVersion, kind, name } = autoscaler.target;
      const missing = `no ${apiVersion} ${kind} "${name}" is rendered in the same namespace`;
      return ["spec.scaleTargetRef", `${missing}; write the workload to scale`];
    },
  ),
  autoscalerRule("autoscaler-minimum", ["kube-score/horizontalpodautoscaler-replicas", "polaris/hpaMinAvailability"], ({ min, minPath }) =>
    min >= 2 ? undefined : [minPath, `is ${min}, so losing one node means an outage; write 2 or more`],
  ),
  autoscalerRule("autoscaler-maximum", ["polaris/hpaMaxAvailability"], ({ min, max, maxPath }) =>
    max > min ? undefined : [maxPath, `${max} is not more than the minimum ${min}, so nothing can scale; write more`],
  ),
  autoscalerRule("one-autoscaler", [], (autoscaler, { autoscalers }) => {
    const first = autoscalers.find(
      (other) =>
        namespaceOf(other.manifest) === namespaceOf(autoscaler.manifest) &&
        JSON.stringify(other.target) === JSON.stringify(autoscaler.target),
    );
    if (first === undefined || first === autoscaler) return undefined;
    const { kind, metadata } = first.manifest.object;
    return ["spec.scaleTargetRef", `${kind}/${metadata.name} scales the same workload, and they fight; keep one`];
  }),
  {
    id: "replicas-with-autoscaler",
    askedBy: ["kube-score/deployment-targeted-by-hpa-does-not-have-replicas-configured"],
    *check({ manifests, autoscalers }) {
      for (const manifest of manifests) {
        const replicas = declaredReplicas(manifest);
        if (replicas === undefined || !autoscalers.some((each) => isTarget(each, manifest))) continue;
        const message = `is ${replicas}, so every upgrade undoes what the autoscaler did; leave replicas out`;
        yield { manifest, path: "spec.replicas", message };
      }
    },
  },
  podRule("deployment-replicas", ["kube-score/deployment-replicas", "polaris/deploymentMissingReplicas"], function* (pod, release) {
    if (pod.owner !== "Deployment" || servicesOf(release, pod).length === 0) return;
    const replicas = declaredReplicas(pod.manifest) ?? 1;
    if (replicas >= 2) return;
    yield { path: "spec.replicas", message: `${replicas} pod behind a Service; write 2 or more, or autoscale it` };
  }),
  // The same where kube-score does not ask: nobody waits for an answer.
  podRule("deployment-missing-replicas", ["polaris/deploymentMissingReplicas"], function* (pod, release) {
    if (pod.owner !== "Deployment" || servicesOf(release, pod).length > 0) return;
    if ((declaredReplicas(pod.manifest) ?? 1) >= 2) return;
    yield { path: "spec.replicas", message: "is absent or less than 2; write 2 or more, or autoscale it" };
  }),
];

function autoscalerRule(
  id: string,
  askedBy: Rule["askedBy"],
  fault: (autoscaler: Autoscaler, release: Release) => readonly [path: string, message: string] | undefined,
): Rule {
  return {
    id,
    askedBy,
    *check(release): Generator<Finding> {
      for (const autoscaler of release.autoscalers) {
        const found = fault(autoscaler, release);
        if (found !== undefined) yield { manifest: autoscaler.manifest, path: found[0], message: found[1] };
      }
    },
  };
}
