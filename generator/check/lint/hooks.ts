import type { RenderedManifest } from "../manifest.ts";
import { fieldPath } from "../manifest.ts";
import { namespaceOf } from "./index-manifests.ts";
import { referencesOf } from "./references.ts";
import type { Finding, Rule } from "./rule.ts";
import { podRule } from "./rule.ts";

/** Helm hooks that work in Helm, Argo CD and Flux. */
export const hookRules: readonly Rule[] = [
  {
    id: "hook-delete-policy",
    askedBy: [],
    *check({ manifests }): Generator<Finding> {
      for (const manifest of manifests) {
        const hooks = hooksOf(manifest);
        if (hooks.length === 0) continue;
        const policies = listAnnotation(manifest, deletePolicy);
        // A test's pod is kept when it succeeds: `helm test --logs` reads it.
        const wanted = ["before-hook-creation", ...(hooks.includes("test") ? [] : ["hook-succeeded"])];
        const missing = wanted.filter((policy) => !policies.includes(policy));
        if (missing.length === 0) continue;
        const message = `lacks ${missing.join(" and ")}: writing one policy replaces the default, and leftovers fail the next run or outlive the release; write ${wanted.join(",")}`;
        yield { manifest, path: fieldPath("metadata.annotations", deletePolicy), message };
      }
    },
  },
  {
    id: "argo-hook",
    askedBy: [],
    *check({ manifests }): Generator<Finding> {
      for (const manifest of manifests) {
        for (const key of ["argocd.argoproj.io/hook", "argocd.argoproj.io/hook-delete-policy"]) {
          if (manifest.object.metadata.annotations?.[key] === undefined) continue;
          const message = "makes Argo CD ignore every Helm hook of the release; remove it, Helm's own hooks are mapped";
          yield { manifest, path: fieldPath("metadata.annotations", key), message };
        }
      }
    },
  },
  podRule("hook-reads-release-object", [], function* (pod, release) {
    const { manifest } = pod;
    if (!hooksOf(manifest).includes("pre-install")) return;
    const needed = [
      ...referencesOf(pod),
      { kind: "ServiceAccount", name: pod.spec.serviceAccountName ?? "", path: `${pod.specPath}.serviceAccountName` },
    ];
    for (const { kind, name, path } of needed) {
      const object = release.manifests.find(
        (each) => each.object.kind === kind && each.object.metadata.name === name && namespaceOf(each) === pod.namespace,
      );
      if (object === undefined || (hooksOf(object).includes("pre-install") && weightOf(object) < weightOf(manifest))) {
        continue;
      }
      const message = `${kind}/${name} does not exist yet when this pre-install hook runs; make it a pre-install hook of a lower weight`;
      yield { path, message };
    }
  }),
];

const deletePolicy = "helm.sh/hook-delete-policy";

/** The Helm hooks an object is run for; empty for an ordinary object. */
export function hooksOf(manifest: RenderedManifest): string[] {
  return listAnnotation(manifest, "helm.sh/hook");
}

function weightOf({ object }: RenderedManifest): number {
  return Number(object.metadata.annotations?.["helm.sh/hook-weight"] ?? 0);
}

function listAnnotation({ object }: RenderedManifest, key: string): string[] {
  return (object.metadata.annotations?.[key] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
