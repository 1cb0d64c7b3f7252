import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { RenderedManifest } from "../manifest.ts";
import { namespaceOf } from "./index-manifests.ts";
import type { ManifestIndex } from "./index-manifests.ts";
import type { Labels } from "./labels.ts";

/** A pod, or the template a controller makes pods from. */
export interface Pod {
  readonly manifest: RenderedManifest;
  readonly owner: PodOwner;
  readonly namespace: string;
  /** Path of the template below the object, e.g. `spec.template`; empty for a Pod. */
  readonly path: string;
  readonly specPath: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: IPodSpec;
  /** Init containers first, in the order they start. */
  readonly containers: readonly PodContainer[];
}

export type PodOwner = "CronJob" | "DaemonSet" | "Deployment" | "Job" | "Pod" | "StatefulSet";

/** A container of a pod, with its path below the object. */
export interface PodContainer {
  readonly pod: Pod;
  readonly container: IContainer;
  readonly path: string;
  /** True if it must end before the others start; a sidecar (`restartPolicy: Always`) does not. */
  readonly init: boolean;
}

/** All pods and pod templates among the manifests. Pods that operators make from custom resources are not seen. */
export function findPods(index: ManifestIndex): Pod[] {
  const pods: Pod[] = [];
  const add = (owner: PodOwner, manifest: RenderedManifest, path: string, template: IPodTemplateSpec): void => {
    if (template.spec !== undefined) pods.push(describePod(owner, manifest, path, template, template.spec));
  };
  for (const owner of ["DaemonSet", "Deployment", "Job", "StatefulSet"] as const) {
    for (const { manifest, object } of index.all(owner)) {
      if (object.spec !== undefined) add(owner, manifest, "spec.template", object.spec.template);
    }
  }
  for (const { manifest, object } of index.all("CronJob")) {
    const template = object.spec?.jobTemplate.spec?.template;
    if (template !== undefined) add("CronJob", manifest, "spec.jobTemplate.spec.template", template);
  }
  for (const { manifest, object } of index.all("Pod")) add("Pod", manifest, "", object);
  return pods;
}

/** True for pods that are done when their containers end: Jobs, CronJobs and Pods such as helm tests. */
export function runsToCompletion({ owner, spec }: Pod): boolean {
  return owner === "Job" || owner === "CronJob" || (owner === "Pod" && (spec.restartPolicy ?? "Always") !== "Always");
}

function describePod(owner: PodOwner, manifest: RenderedManifest, path: string, template: IPodTemplateSpec, spec: IPodSpec): Pod {
  const specPath = path === "" ? "spec" : `${path}.spec`;
  const containers: PodContainer[] = [];
  const pod: Pod = {
    manifest,
    owner,
    namespace: namespaceOf(manifest),
    path,
    specPath,
    labels: template.metadata?.labels ?? {},
    annotations: template.metadata?.annotations ?? {},
    spec,
    containers,
  };
  for (const field of ["initContainers", "containers"] as const) {
    for (const [index, container] of (spec[field] ?? []).entries()) {
      const init = field === "initContainers" && container.restartPolicy !== "Always";
      containers.push({ pod, container, path: `${specPath}.${field}[${index}]`, init });
    }
  }
  return pod;
}
