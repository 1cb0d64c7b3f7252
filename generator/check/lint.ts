import type { Problem } from "../problem.ts";
import { autoscalingRules } from "./lint/autoscaling.ts";
import { claimRules } from "./lint/claims.ts";
import { disruptionRules } from "./lint/disruption.ts";
import { hookRules } from "./lint/hooks.ts";
import { imageRules } from "./lint/images.ts";
import { ingressRules } from "./lint/ingress.ts";
import { jobRules } from "./lint/jobs.ts";
import { networkFlowRules } from "./lint/network-flows.ts";
import { networkPolicyRules } from "./lint/network-policies.ts";
import { labelRules } from "./lint/object-labels.ts";
import { portRules } from "./lint/ports.ts";
import { probeRules } from "./lint/probes.ts";
import { rbacRules } from "./lint/rbac.ts";
import { referenceRules } from "./lint/references.ts";
import { indexRelease } from "./lint/release.ts";
import type { LintOptions } from "./lint/release.ts";
import { resourceRules } from "./lint/resources.ts";
import type { Rule } from "./lint/rule.ts";
import { schedulingRules } from "./lint/scheduling.ts";
import { securityRules } from "./lint/security.ts";
import { selectorRules } from "./lint/selectors.ts";
import { sensitiveRules } from "./lint/sensitive.ts";
import { serviceAccountRules } from "./lint/service-account.ts";
import { traefikRules } from "./lint/traefik.ts";
import { uniqueRules } from "./lint/unique.ts";
import { volumeRules } from "./lint/volumes.ts";
import { stands } from "./lint/waivers.ts";
import { problemAt } from "./manifest.ts";
import type { RenderedManifest } from "./manifest.ts";

export type { LintOptions } from "./lint/release.ts";

/** All rules on the objects of a release. */
export const rules: readonly Rule[] = [
  ...autoscalingRules,
  ...claimRules,
  ...disruptionRules,
  ...hookRules,
  ...imageRules,
  ...ingressRules,
  ...jobRules,
  ...labelRules,
  ...networkFlowRules,
  ...networkPolicyRules,
  ...portRules,
  ...probeRules,
  ...rbacRules,
  ...referenceRules,
  ...resourceRules,
  ...schedulingRules,
  ...securityRules,
  ...selectorRules,
  ...sensitiveRules,
  ...serviceAccountRules,
  ...traefikRules,
  ...uniqueRules,
  ...volumeRules,
];

/**
 * Checks the objects of one release against each other and against the default rules of kube-linter, kube-score and
 * polaris, with the exceptions of lint/exceptions.ts. The manifests must have passed `validateManifests`.
 * Each message ends in the rule's id in brackets.
 */
export function lint(manifests: readonly RenderedManifest[], options: LintOptions): Problem[] {
  const release = indexRelease(manifests, options);
  const problems: Problem[] = [];
  for (const rule of rules) {
    for (const finding of rule.check(release)) {
      if (!stands(rule, finding, release)) continue;
      problems.push(problemAt(finding.manifest, finding.path, `${finding.message} [${rule.id}]`));
    }
  }
  return problems;
}
