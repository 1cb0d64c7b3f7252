import type { Pod } from "./pods.ts";
import type { Release } from "./release.ts";
import { podRule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Every ConfigMap, Secret and claim that a pod names is there, with the keys it names. */
export const referenceRules: readonly Rule[] = [
  podRule("missing-reference", [], function* (pod, release) {
    for (const { kind, name, path } of referencesOf(pod)) {
      if (release.exists(kind, pod.namespace, name)) continue;
      const cure = `render it${kind === "PersistentVolumeClaim" ? "" : ", write optional: true"} or name it as external`;
      const message = `no ${kind} "${name}" is rendered in the same namespace, so the pod cannot start; ${cure}`;
      yield { path, message };
    }
  }),
  podRule("missing-key", [], function* (pod, release) {
    for (const { kind, name, key, path } of referencesOf(pod)) {
      const keys = renderedKeys(release, pod, kind, name);
      if (key === undefined || keys === undefined || keys.includes(key)) continue;
      yield { path, message: `${kind} "${name}" has no key "${key}"; it has ${keys.join(", ")}` };
    }
  }),
];

/** An object that must exist before the pod can start. */
export interface Reference {
  readonly kind: "ConfigMap" | "PersistentVolumeClaim" | "Secret";
  readonly name: string;
  readonly key?: string;
  readonly path: string;
}

/** What a pod names in its environment and its volumes, except what is marked optional. */
export function* referencesOf(pod: Pod): Generator<Reference> {
  for (const { container, path } of pod.containers) {
    for (const [index, { valueFrom }] of (container.env ?? []).entries()) {
      const at = `${path}.env[${index}].valueFrom`;
      yield* reference("ConfigMap", valueFrom?.configMapKeyRef, `${at}.configMapKeyRef`);
      yield* reference("Secret", valueFrom?.secretKeyRef, `${at}.secretKeyRef`);
    }
    for (const [index, { configMapRef, secretRef }] of (container.envFrom ?? []).entries()) {
      yield* reference("ConfigMap", configMapRef, `${path}.envFrom[${index}].configMapRef`);
      yield* reference("Secret", secretRef, `${path}.envFrom[${index}].secretRef`);
    }
  }
  for (const [index, volume] of (pod.spec.volumes ?? []).entries()) {
    const at = `${pod.specPath}.volumes[${index}]`;
    const { configMap, secret, projected, persistentVolumeClaim: claim } = volume;
    yield* reference("ConfigMap", configMap, `${at}.configMap`);
    yield* reference("Secret", secret && { ...secret, name: secret.secretName }, `${at}.secret`);
    yield* reference("PersistentVolumeClaim", claim && { name: claim.claimName }, `${at}.persistentVolumeClaim`);
    for (const [source, { configMap: map, secret: hidden }] of (projected?.sources ?? []).entries()) {
      yield* reference("ConfigMap", map, `${at}.projected.sources[${source}].configMap`);
      yield* reference("Secret", hidden, `${at}.projected.sources[${source}].secret`);
    }
  }
}

interface Source {
  readonly name?: string | undefined;
  readonly key?: string;
  readonly optional?: boolean;
  readonly items?: readonly { readonly key: string }[];
}

function* reference(kind: Reference["kind"], source: Source | undefined, path: string): Generator<Reference> {
  if (source?.name === undefined || source.optional === true) return;
  const { name, key, items } = source;
  if (items === undefined) yield { kind, name, path, ...(key === undefined ? {} : { key }) };
  for (const item of items ?? []) yield { kind, name, key: item.key, path };
}

/** The keys of a rendered ConfigMap or Secret; undefined if the object comes from elsewhere. */
function renderedKeys(release: Release, pod: Pod, kind: string, name: string): string[] | undefined {
  if (kind === "ConfigMap") {
    const found = release.find("ConfigMap", pod.namespace, name)?.object;
    return found && Object.keys({ ...found.data, ...found.binaryData });
  }
  const found = kind === "Secret" ? release.find("Secret", pod.namespace, name)?.object : undefined;
  return found && Object.keys({ ...found.data, ...found.stringData });
}
