import { namespaceOf } from "./index-manifests.ts";
import type { Located } from "./index-manifests.ts";
import type { Kinds } from "./kinds.ts";
import { matchesLabels } from "./labels.ts";
import type { Pod } from "./pods.ts";
import type { Release } from "./release.ts";

export type Service = Located<Kinds["Service"]>;

/** The pods a Service sends traffic to; none if it has no selector. */
export function podsOf(release: Release, service: Service): Pod[] {
  return release.pods.filter((pod) => serves(service, pod));
}

/** The Services that send traffic to a pod. */
export function servicesOf(release: Release, pod: Pod): Service[] {
  return release.all("Service").filter((service) => serves(service, pod));
}

function serves({ manifest, object }: Service, pod: Pod): boolean {
  const selector = object.spec?.selector ?? {};
  return (
    Object.keys(selector).length > 0 && namespaceOf(manifest) === pod.namespace && matchesLabels({ matchLabels: selector }, pod.labels)
  );
}
