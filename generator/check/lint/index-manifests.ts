import type { RenderedManifest } from "../manifest.ts";
import type { Kinds } from "./kinds.ts";

/** The manifests of a release by kind. */
export interface ManifestIndex {
  /** All objects of a kind, typed; sound because the schemas were checked before. */
  readonly all: <K extends keyof Kinds>(kind: K) => readonly Located<Kinds[K]>[];
  /** The object of that kind, namespace (as `namespaceOf` gives it) and name. */
  readonly find: <K extends keyof Kinds>(kind: K, namespace: string, name: string) => Located<Kinds[K]> | undefined;
}

/** A typed object and the manifest it belongs to. */
export interface Located<T> {
  readonly manifest: RenderedManifest;
  readonly object: T;
}

/** Sorts manifests by kind. */
export function indexManifests(manifests: readonly RenderedManifest[]): ManifestIndex {
  const byKind = Map.groupBy(manifests, ({ object }) => object.kind);
  const located = new Map<string, readonly Located<unknown>[]>(
    [...byKind].map(([kind, list]) => [kind, list.map((manifest) => ({ manifest, object: manifest.object }))]),
  );
  const all = <K extends keyof Kinds>(kind: K): readonly Located<Kinds[K]>[] => (located.get(kind) ?? []) as readonly Located<Kinds[K]>[];
  return {
    all,
    find: (kind, namespace, name) =>
      all(kind).find(({ manifest }) => manifest.object.metadata.name === name && namespaceOf(manifest) === namespace),
  };
}

/**
 * The namespace as it stands in the manifest, empty where it is left to the release. Objects belong together only if
 * these texts are equal: that is how kube-score and kube-linter compare them, for they know no release namespace.
 */
export function namespaceOf({ object }: RenderedManifest): string {
  return object.metadata.namespace ?? "";
}
