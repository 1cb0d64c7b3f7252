import type { RenderedManifest } from "../manifest.ts";
import { findAutoscalers } from "./autoscalers.ts";
import type { Autoscaler } from "./autoscalers.ts";
import { indexManifests } from "./index-manifests.ts";
import type { ManifestIndex } from "./index-manifests.ts";
import { findMadeObjects } from "./made-objects.ts";
import { findPods } from "./pods.ts";
import type { Pod } from "./pods.ts";

/** What the rules must be told about a render. */
export interface LintOptions {
  /** The namespace the release was rendered for, `Release.Namespace`. */
  readonly namespace: string;
  /**
   * Names of objects that exist outside the render, by kind:
   * `{ Secret: new Set(["backend-secrets"]), PriorityClass: … }`. Default: none.
   */
  readonly external?: Readonly<Record<string, ReadonlySet<string>>>;
  /**
   * True for values meant for one machine without a public host (the charts' defaults, `values/local.yaml`): rules
   * that ask for a second replica or for TLS do not apply. Default: false.
   */
  readonly singleNode?: boolean;
}

/** A render, indexed for the rules. */
export interface Release extends ManifestIndex {
  readonly namespace: string;
  readonly singleNode: boolean;
  readonly manifests: readonly RenderedManifest[];
  readonly pods: readonly Pod[];
  readonly autoscalers: readonly Autoscaler[];
  /** Whether an object is there at run time: rendered, made by an operator from what is rendered, or external. */
  readonly exists: (kind: string, namespace: string, name: string) => boolean;
}

/** Indexes a render. */
export function indexRelease(manifests: readonly RenderedManifest[], options: LintOptions): Release {
  const index = indexManifests(manifests);
  const present = new Set(manifests.map(({ object: { kind, metadata } }) => key(kind, metadata.namespace ?? "", metadata.name)));
  for (const { kind, namespace, name } of findMadeObjects(index)) present.add(key(kind, namespace, name));
  return {
    ...index,
    namespace: options.namespace,
    singleNode: options.singleNode ?? false,
    manifests,
    pods: findPods(index),
    autoscalers: findAutoscalers(index),
    exists: (kind, namespace, name) => present.has(key(kind, namespace, name)) || options.external?.[kind]?.has(name) === true,
  };
}

function key(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}
