import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IService } from "kubernetes-models/v1/Service";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { IVolume } from "kubernetes-models/v1/Volume";

import type { monitoring } from "../../../schemas/monitoring.ts";
import {
  all,
  any,
  defineString,
  each,
  fallback,
  include,
  merge,
  not,
  str,
  when,
  type Block,
  type Defined,
  type Doc,
  type Expr,
  type Item,
  type Ref,
  type Tpl,
} from "../../dsl/index.ts";
import { clusterMetadata, metadata, named, selector } from "../../kubernetes/names.ts";
import { namespace, values as v } from "./values.ts";

/** References to the values that every component has. */
export type ComponentValues = Ref<(typeof monitoring)["properties"]["kubeStateMetrics"]>;

/** One program of the chart. */
export interface Component {
  /** Component label, and the last part of the names unless they are overridden. */
  readonly label: string;
  readonly values: ComponentValues;
  /** When it is installed. */
  readonly enabled: Expr<boolean>;
  /** Name of its objects. */
  readonly name: Expr<string>;
  /** Template of the name: for the umbrella, which sees this chart from outside. */
  readonly nameTemplate: Defined<string>;
  readonly image: Defined<string>;
}

/**
 * A component of the chart.
 *
 * @param key of its values.
 * @param condition that `enabled` does not say, e.g. the mode.
 */
export function component(key: string, label: string, values: ComponentValues, condition?: Expr<boolean>): Component {
  const registry = fallback(v.global.imageRegistry, values.image.registry);
  const repository = when(
    any(v.global.imageRegistry, values.image.registry),
    str`${registry}/${values.image.repository}`,
    values.image.repository,
  );
  const withoutTag = defineString(`${key}Repository`, `Image of ${label} without tag, at global.imageRegistry if that is set.`, repository);
  const nameTemplate = defineString(`${key}Name`, `Name of the objects of ${label}.`, fallback(values.fullnameOverride, named(label)));
  return {
    label,
    values,
    enabled: condition === undefined ? all(values.enabled) : all(condition, values.enabled),
    name: include(nameTemplate),
    nameTemplate,
    image: defineString(
      `${key}Image`,
      `Image of ${label}, by digest if one is set, else by tag.`,
      when(values.image.digest, str`${include(withoutTag)}@${values.image.digest}`, str`${include(withoutTag)}:${values.image.tag}`),
    ),
  };
}

type Annotations = Parameters<typeof metadata>[1];

/** Metadata of an object of the chart, in the chart's namespace. */
export const inNamespace = (name: Expr<string> | string, annotations?: Annotations) => ({
  ...metadata(name, annotations),
  namespace: include(namespace),
});

/** For the linters: one pod behind a Service is enough for what only operators look at. */
export const oneReplica: Tpl<Readonly<Record<string, string>>> = {
  "kube-score/ignore": "deployment-replicas,deployment-has-poddisruptionbudget",
  "polaris.fairwinds.com/deploymentMissingReplicas-exempt": "true",
};

/** Name of an object that belongs to no namespace: two releases must not meet there. */
export const clusterName = ({ name }: Component): Expr<string> => str`${include(namespace)}-${name}`;
export { clusterMetadata };

/** Address of a component inside the cluster, without scheme. */
export const address = ({ name }: Component, port: number): Expr<string> => str`${name}.${include(namespace)}.svc:${String(port)}`;

type StringMap = Readonly<Record<string, string>>;

/** Says that the cluster autoscaler may evict a pod in spite of these emptyDirs on disk. */
export const evictable = (...names: string[]): Tpl<StringMap> => ({
  "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": names.join(","),
});

/** What a pod has besides what all pods have. */
interface Pod {
  readonly annotations?: readonly (Tpl<StringMap> | Block<Tpl<StringMap>>)[];
  readonly container: Tpl<Omit<IContainer, "name" | "image" | "imagePullPolicy" | "resources" | "securityContext">>;
  readonly volumes?: readonly Item<IVolume>[];
  readonly spec?: Tpl<Partial<IPodSpec>>;
}

/** The pods of a component: one container each. */
export const podTemplate = (own: Component, { annotations = [], container, volumes = [], spec = {} }: Pod): Tpl<IPodTemplateSpec> => {
  const { values } = own;
  return {
    metadata: {
      labels: merge(selector(own.label), values.podLabels),
      annotations: merge<Tpl<StringMap>>(...annotations, values.podAnnotations),
    },
    spec: {
      serviceAccountName: own.name,
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      ...(spec as object),
      securityContext: values.podSecurityContext,
      imagePullSecrets: [each(v.global.imagePullSecrets, (name) => ({ name }))],
      priorityClassName: values.priorityClassName,
      nodeSelector: values.nodeSelector,
      tolerations: values.tolerations,
      affinity: values.affinity,
      containers: [
        {
          name: own.label,
          image: include(own.image),
          imagePullPolicy: values.image.pullPolicy,
          ...(container as object),
          resources: values.resources,
          securityContext: values.securityContext,
        } as Tpl<IContainer>,
      ],
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
};

/** The identity of a component's pods. Only those that call the Kubernetes API mount its token. */
export const serviceAccount = (own: Component): Block<Doc<IServiceAccount>> =>
  when(own.enabled, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: inNamespace(own.name),
    automountServiceAccountToken: false,
  });

/**
 * The Service of a component, on the ports that its container names. That of a StatefulSet is headless: the set needs one such,
 * and there is only one pod to choose from.
 */
export const service = (own: Component, ports: Readonly<Record<string, number>>, headless?: "headless"): Block<Doc<IService>> =>
  when(own.enabled, {
    apiVersion: "v1",
    kind: "Service",
    metadata: inNamespace(own.name),
    spec: {
      type: "ClusterIP",
      ...(headless === undefined ? {} : { clusterIP: "None" }),
      selector: selector(own.label),
      ports: Object.entries(ports).map(([name, port]) => ({ name, port, targetPort: name })),
    },
  });

type Persistence = Ref<(typeof monitoring)["properties"]["prometheus"]["properties"]["persistence"]>;

/**
 * The volume of a component's only pod: an object of its own, because Helm can then enlarge it (the template of a StatefulSet
 * cannot be changed), and kept when the release goes.
 */
export const claim = (own: Component, persistence: Persistence): Block<Doc<IPersistentVolumeClaim>> =>
  when(all(own.enabled, persistence.enabled, not(persistence.existingClaim)), {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: inNamespace(own.name, merge({ "helm.sh/resource-policy": "keep" }, v.global.commonAnnotations)),
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: fallback(persistence.storageClass, v.global.storageClass),
      resources: { requests: { storage: persistence.size } },
    },
  });

/** The volume `data` of a component's pod; without persistence as large as the container's disk may be. */
export const dataVolume = (own: Component, persistence: Persistence): Item<IVolume> =>
  when<Tpl<IVolume>>(
    persistence.enabled,
    { name: "data", persistentVolumeClaim: { claimName: fallback(persistence.existingClaim, own.name) } },
    { name: "data", emptyDir: { sizeLimit: own.values.resources.limits["ephemeral-storage"] } },
  );
