import { namespaceOf } from "./index-manifests.ts";
import type { ManifestIndex } from "./index-manifests.ts";
import type { LabelSelector } from "./labels.ts";

/** An object that is not rendered, but appears in the cluster because of one that is. */
export interface MadeObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * What operators make from the custom resources of a release: External Secrets and cert-manager make Secrets,
 * CloudNativePG Services and Secrets, KEDA an autoscaler.
 * Source: the operators' documentation, CloudNativePG 1.30, cert-manager 1.21, External Secrets 1.3, KEDA 2.21.
 */
export function* findMadeObjects(index: ManifestIndex): Generator<MadeObject> {
  for (const { manifest, object } of index.all("ExternalSecret")) {
    const name = object.spec?.target?.name ?? manifest.object.metadata.name;
    yield { kind: "Secret", namespace: namespaceOf(manifest), name };
  }
  for (const { manifest, object } of index.all("Certificate")) {
    const name = object.spec?.secretName;
    if (name !== undefined) yield { kind: "Secret", namespace: namespaceOf(manifest), name };
  }
  for (const { manifest, object } of index.all("Ingress")) {
    const annotations = manifest.object.metadata.annotations ?? {};
    if (!("cert-manager.io/cluster-issuer" in annotations || "cert-manager.io/issuer" in annotations)) continue;
    for (const { secretName } of object.spec?.tls ?? []) {
      if (secretName !== undefined) yield { kind: "Secret", namespace: namespaceOf(manifest), name: secretName };
    }
  }
  for (const { manifest } of index.all("Cluster")) {
    const made = { namespace: namespaceOf(manifest), stem: manifest.object.metadata.name };
    for (const suffix of ["app", "ca", "server", "replication", "superuser"]) {
      yield { kind: "Secret", namespace: made.namespace, name: `${made.stem}-${suffix}` };
    }
    for (const suffix of ["rw", "ro", "r"]) {
      yield { kind: "Service", namespace: made.namespace, name: `${made.stem}-${suffix}` };
    }
    yield { kind: "ServiceAccount", namespace: made.namespace, name: made.stem };
  }
  for (const { manifest } of index.all("Pooler")) {
    yield { kind: "Service", namespace: namespaceOf(manifest), name: manifest.object.metadata.name };
  }
  for (const { manifest, object } of index.all("ScaledObject")) {
    const name = object.spec?.advanced?.horizontalPodAutoscalerConfig?.name ?? `keda-hpa-${manifest.object.metadata.name}`;
    yield { kind: "HorizontalPodAutoscaler", namespace: namespaceOf(manifest), name };
  }
}

/**
 * Whether a selector asks for pods that an operator makes: it names a label that only the operator sets and, where the
 * label's value is the name of a custom resource, that resource is rendered.
 */
export function selectsMadePods(index: ManifestIndex, namespace: string, { matchLabels = {} }: LabelSelector): boolean {
  return Object.entries(operatorLabels).some(([label, kind]) => {
    const value = matchLabels[label];
    return value !== undefined && (kind === null || index.find(kind, namespace, value) !== undefined);
  });
}

/** Labels of operators' pods, with the kind whose name is the value; null where there is no such kind. */
const operatorLabels: Readonly<Record<string, "Cluster" | "Pooler" | null>> = {
  "acme.cert-manager.io/http01-solver": null,
  "cnpg.io/cluster": "Cluster",
  "cnpg.io/poolerName": "Pooler",
};
