import { fieldPath } from "../manifest.ts";
import type { Labels } from "./labels.ts";
import { podRule } from "./rule.ts";
import type { Finding, Rule } from "./rule.ts";

/** Labels that say which release an object belongs to, and those that must not reach pods. */
export const labelRules: readonly Rule[] = [
  podRule("version-label-on-pods", [], function* (pod) {
    // Bare Pods are made anew by each helm test, so nothing restarts.
    if (pod.owner === "Pod") return;
    for (const label of versionLabels(pod.labels)) {
      yield {
        path: fieldPath(`${pod.path}.metadata.labels`, label),
        message: "changes with each chart version and restarts every pod; keep it on the object alone",
      };
    }
  }),
  {
    id: "version-label-on-claims",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const { manifest, object } of release.all("StatefulSet")) {
        for (const [index, { metadata }] of (object.spec?.volumeClaimTemplates ?? []).entries()) {
          for (const label of versionLabels(metadata?.labels ?? {})) {
            const path = fieldPath(`spec.volumeClaimTemplates[${index}].metadata.labels`, label);
            yield { manifest, path, message: "changes with each chart version, and claim templates cannot; remove it" };
          }
        }
      }
    },
  },
  podRule("metadata-and-instance", ["polaris/metadataAndInstanceMismatched"], function* ({ manifest }) {
    const { name, labels } = manifest.object.metadata;
    const instance = labels?.[instanceLabel];
    if (instance === name) return;
    const is = instance === undefined ? "is not set" : `is ${instance}`;
    yield { path: fieldPath("metadata.labels", instanceLabel), message: `${is}; write the release's name` };
  }),
];

/** The label whose value is the release's name. */
export const instanceLabel = "app.kubernetes.io/instance";

function versionLabels(labels: Labels): string[] {
  return ["helm.sh/chart", "app.kubernetes.io/version"].filter((label) => label in labels);
}
