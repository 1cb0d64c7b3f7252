import type { RenderedManifest } from "../manifest.ts";
import { namespaceOf } from "./index-manifests.ts";
import type { ManifestIndex } from "./index-manifests.ts";
import type { Pod } from "./pods.ts";

/** A HorizontalPodAutoscaler, or the ScaledObject from which KEDA makes one. */
export interface Autoscaler {
  readonly manifest: RenderedManifest;
  readonly target: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  readonly min: number;
  readonly max: number;
  readonly minPath: string;
  readonly maxPath: string;
}

/** All autoscalers of a release, with the API's defaults filled in. */
export function findAutoscalers(index: ManifestIndex): Autoscaler[] {
  const found: Autoscaler[] = [];
  for (const { manifest, object } of index.all("HorizontalPodAutoscaler")) {
    if (object.spec === undefined) continue;
    const { scaleTargetRef, minReplicas, maxReplicas } = object.spec;
    found.push({
      manifest,
      target: { apiVersion: scaleTargetRef.apiVersion ?? "", kind: scaleTargetRef.kind, name: scaleTargetRef.name },
      min: minReplicas ?? 1,
      max: maxReplicas,
      minPath: "spec.minReplicas",
      maxPath: "spec.maxReplicas",
    });
  }
  for (const { manifest, object } of index.all("ScaledObject")) {
    const { scaleTargetRef, minReplicaCount, maxReplicaCount } = object.spec ?? {};
    found.push({
      manifest,
      target: {
        apiVersion: scaleTargetRef?.apiVersion ?? "apps/v1",
        kind: scaleTargetRef?.kind ?? "Deployment",
        name: scaleTargetRef?.name ?? "",
      },
      min: minReplicaCount ?? 0,
      max: maxReplicaCount ?? 100,
      minPath: "spec.minReplicaCount",
      maxPath: "spec.maxReplicaCount",
    });
  }
  return found;
}

/** Whether an autoscaler scales this object. */
export function isTarget(autoscaler: Autoscaler, manifest: RenderedManifest): boolean {
  const { apiVersion, kind, metadata } = manifest.object;
  const { target } = autoscaler;
  return (
    namespaceOf(autoscaler.manifest) === namespaceOf(manifest) &&
    target.apiVersion === apiVersion &&
    target.kind === kind &&
    target.name === metadata.name
  );
}

/** How many pods of a Deployment or StatefulSet run at least and at most; one for anything else. */
export function replicaRange(pod: Pod, autoscalers: readonly Autoscaler[]): { readonly min: number; readonly max: number } {
  if (pod.owner !== "Deployment" && pod.owner !== "StatefulSet") return { min: 1, max: 1 };
  const autoscaler = autoscalers.find((each) => isTarget(each, pod.manifest));
  if (autoscaler !== undefined) return { min: autoscaler.min, max: autoscaler.max };
  const replicas = declaredReplicas(pod.manifest) ?? 1;
  return { min: replicas, max: replicas };
}

/** `spec.replicas` of a workload, undefined if it is left out. */
export function declaredReplicas({ object }: RenderedManifest): number | undefined {
  const { spec } = object as { readonly spec?: { readonly replicas?: number } };
  return spec?.replicas;
}
