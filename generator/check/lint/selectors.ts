import type { RenderedManifest } from "../manifest.ts";
import { namespaceOf } from "./index-manifests.ts";
import type { LabelSelector } from "./labels.ts";
import { matchesLabels, showSelector } from "./labels.ts";
import { selectsMadePods } from "./made-objects.ts";
import { runsToCompletion } from "./pods.ts";
import type { Pod } from "./pods.ts";
import type { Release } from "./release.ts";
import type { Finding, Rule } from "./rule.ts";
import { podsOf, servicesOf } from "./services.ts";

/** Selectors meet the pods they are meant for, and no others. */
export const selectorRules: readonly Rule[] = [
  {
    id: "mismatching-selector",
    askedBy: [
      "kube-linter/mismatching-selector",
      "kube-score/deployment-pod-selector-labels-match-template-metadata-labels",
      "kube-score/statefulset-pod-selector-labels-match-template-metadata-labels",
    ],
    *check(release): Generator<Finding> {
      for (const { pod, selector } of workloadSelectors(release)) {
        if (matchesLabels(selector, pod.labels)) continue;
        const message = `${showSelector(selector)} does not match the labels of the pod template, which the API server refuses; write labels of the template`;
        yield { manifest: pod.manifest, path: "spec.selector", message };
      }
    },
  },
  {
    id: "selector-overlap",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const { pod, selector } of workloadSelectors(release)) {
        for (const other of release.pods) {
          if (other.manifest === pod.manifest || other.namespace !== pod.namespace) continue;
          if (!matchesLabels(selector, other.labels)) continue;
          const message = `also matches the pods of ${nameOf(other)}; add a label that only its own pods have`;
          yield { manifest: pod.manifest, path: "spec.selector", message };
        }
      }
    },
  },
  {
    id: "dangling-service",
    askedBy: ["kube-linter/dangling-service", "kube-score/service-targets-pod"],
    *check(release): Generator<Finding> {
      for (const service of release.all("Service")) {
        const { type, selector = {} } = service.object.spec ?? {};
        if (type === "ExternalName" || podsOf(release, service).length > 0) continue;
        if (selectsMadePods(release, namespaceOf(service.manifest), { matchLabels: selector })) continue;
        const message = `${showSelector({ matchLabels: selector }) || "the empty selector"} matches no pod template in the same namespace; write the workload's selector labels`;
        yield { manifest: service.manifest, path: "spec.selector", message };
      }
    },
  },
  {
    id: "service-selects-batch",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const pod of release.pods.filter(runsToCompletion)) {
        for (const { manifest } of servicesOf(release, pod)) {
          const message = `also matches the pods of ${nameOf(pod)}, which answer no requests; give those another component label`;
          yield { manifest, path: "spec.selector", message };
        }
      }
    },
  },
  {
    id: "statefulset-has-servicename",
    askedBy: ["kube-score/statefulset-has-servicename"],
    *check(release): Generator<Finding> {
      for (const pod of release.pods.filter(({ owner }) => owner === "StatefulSet")) {
        const name = release.find("StatefulSet", pod.namespace, pod.manifest.object.metadata.name)?.object.spec?.serviceName;
        const governing = servicesOf(release, pod).find(({ manifest }) => manifest.object.metadata.name === name);
        if (governing?.object.spec?.clusterIP === "None") continue;
        const message = `"${name ?? ""}" is no headless Service that selects these pods; render one with clusterIP: None and write its name`;
        yield { manifest: pod.manifest, path: "spec.serviceName", message };
      }
    },
  },
  {
    id: "dangling-monitor",
    askedBy: ["kube-linter/dangling-servicemonitor"],
    *check(release): Generator<Finding> {
      yield* danglingServiceMonitors(release);
      yield* danglingPodMonitors(release);
    },
  },
];

/** Selectors of the workloads that have one of their own, with the pods they are meant for. */
function* workloadSelectors(release: Release): Generator<{ readonly pod: Pod; readonly selector: LabelSelector }> {
  for (const kind of ["DaemonSet", "Deployment", "Job", "StatefulSet"] as const) {
    for (const { manifest, object } of release.all(kind)) {
      const pod = release.pods.find((each) => each.manifest === manifest);
      const selector = object.spec?.selector;
      if (pod !== undefined && selector !== undefined) yield { pod, selector };
    }
  }
}

function* danglingServiceMonitors(release: Release): Generator<Finding> {
  for (const { manifest, object } of release.all("ServiceMonitor")) {
    const { selector = {}, namespaceSelector } = object.spec ?? {};
    const inReach = (namespace: string): boolean =>
      namespaceSelector === undefined
        ? namespace === namespaceOf(manifest)
        : namespaceSelector.any === true || (namespaceSelector.matchNames ?? []).includes(namespace === "" ? release.namespace : namespace);
    const services = release
      .all("Service")
      .filter(
        (service) => inReach(namespaceOf(service.manifest)) && matchesLabels(selector, service.manifest.object.metadata.labels ?? {}),
      );
    const ports = services.flatMap((service) => service.object.spec?.ports ?? []).map(({ name }) => name ?? "");
    yield* danglingEndpoints(manifest, "endpoints", object.spec?.endpoints ?? [], ports, `Service that matches ${showSelector(selector)}`);
  }
}

function* danglingPodMonitors(release: Release): Generator<Finding> {
  for (const { manifest, object } of release.all("PodMonitor")) {
    const selector = object.spec?.selector ?? {};
    if (selectsMadePods(release, namespaceOf(manifest), selector)) continue;
    const ports = release.pods
      .filter((pod) => pod.namespace === namespaceOf(manifest) && matchesLabels(selector, pod.labels))
      .flatMap(({ containers }) => containers.flatMap(({ container }) => container.ports ?? []))
      .map(({ name }) => name ?? "");
    const endpoints = object.spec?.podMetricsEndpoints ?? [];
    yield* danglingEndpoints(manifest, "podMetricsEndpoints", endpoints, ports, `pod that matches ${showSelector(selector)}`);
  }
}

function* danglingEndpoints(
  manifest: RenderedManifest,
  field: string,
  endpoints: readonly { readonly port?: string }[],
  ports: readonly string[],
  target: string,
): Generator<Finding> {
  for (const [index, { port }] of endpoints.entries()) {
    if (port === undefined || ports.includes(port)) continue;
    const message = `no ${target} has a port named "${port}"; nothing would be scraped`;
    yield { manifest, path: `spec.${field}[${index}].port`, message };
  }
}

function nameOf({ manifest }: Pod): string {
  return `${manifest.object.kind}/${manifest.object.metadata.name}`;
}
