/** Everything about a pod that is not particular to one application: the surface every workload offers. */
import type { IAffinity } from "kubernetes-models/v1/Affinity";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvFromSource } from "kubernetes-models/v1/EnvFromSource";
import type { IEnvVarSource } from "kubernetes-models/v1/EnvVarSource";
import type { IHostAlias } from "kubernetes-models/v1/HostAlias";
import type { IPodDNSConfig } from "kubernetes-models/v1/PodDNSConfig";
import type { IPodSecurityContext } from "kubernetes-models/v1/PodSecurityContext";
import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";
import type { IToleration } from "kubernetes-models/v1/Toleration";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";

import { annotationMap, labelMap, names, passEntries, passList, passMap, patterns } from "./common.ts";

export const image = <const R extends string>(repository: R) =>
  ({
    type: "object",
    title: "Image",
    description: "The container image.",
    default: {},
    properties: {
      registry: {
        type: "string",
        description: "Registry host. `global.imageRegistry` overrides it.",
        pattern: patterns.registryOrEmpty,
        default: "ghcr.io",
      },
      repository: { type: "string", description: "Repository within the registry.", pattern: patterns.repository, default: repository },
      tag: {
        type: "string",
        description: "Tag. Empty: the chart's appVersion. Quote it, or `1.10` becomes `1.1`.",
        ...names.tagOrEmpty,
        default: "",
      },
      digest: {
        type: "string",
        description: "Digest (`sha256:…`); pins the image whatever the tag says.",
        pattern: patterns.digestOrEmpty,
        default: "",
      },
      pullPolicy: { type: "string", description: "When to pull.", enum: ["Always", "IfNotPresent", "Never"], default: "IfNotPresent" },
    },
  }) as const;

/** An image that others release: its tag is a version of theirs, and never empty. */
export const foreignImage = <const G extends string, const R extends string, const T extends string>(
  registry: G,
  repository: R,
  tag: T,
) => {
  const { properties, ...rest } = image(repository);
  return {
    ...rest,
    properties: {
      ...properties,
      registry: { ...properties.registry, default: registry },
      tag: { ...properties.tag, description: "Tag.", minLength: 1, default: tag },
    },
  } as const;
};

export const probe = <const P extends string, const Period extends number, const Timeout extends number, const Failures extends number>(
  description: string,
  path: P,
  period: Period,
  timeout: Timeout,
  failures: Failures,
) =>
  ({
    type: "object",
    description,
    default: {},
    properties: {
      path: { type: "string", description: "Path of the request.", pattern: patterns.request, default: path },
      periodSeconds: { type: "integer", description: "Seconds between requests.", minimum: 1, maximum: 3600, default: period },
      timeoutSeconds: { type: "integer", description: "Seconds to wait for an answer.", minimum: 1, maximum: 3600, default: timeout },
      failureThreshold: { type: "integer", description: "Failures in a row that count.", minimum: 1, maximum: 1000, default: failures },
    },
  }) as const;

/** Requests and limits. Memory is a whole number with a unit, because the Node.js heap is computed from the limit. */
export const resources = <const Cpu extends string, const Memory extends string, const Disk extends string>(
  cpu: Cpu,
  memory: Memory,
  disk: Disk,
) => {
  const cpuOf = (description: string) => ({ type: "string", description, pattern: patterns.cpu }) as const;
  const bytesOf = <const D extends string>(description: string, amount: D) =>
    ({ type: "string", description, pattern: patterns.bytes, default: amount }) as const;
  return {
    type: "object",
    title: "Resources",
    description: "Requests and limits of the main container. CPU has no limit unless one is set: throttling stalls Node.js' event loop.",
    default: {},
    properties: {
      requests: {
        type: "object",
        description: "What the scheduler reserves, and what autoscaling percentages refer to.",
        default: {},
        properties: {
          cpu: { ...cpuOf("CPU, as `500m` or `2`."), default: cpu },
          memory: bytesOf("Memory.", memory),
          "ephemeral-storage": bytesOf("Disk for logs and temporary files.", "128Mi"),
        },
      },
      limits: {
        type: "object",
        description: "What the kernel enforces. Memory limit and request are equal by default, so that a full node never evicts the pod.",
        default: {},
        properties: {
          cpu: { ...cpuOf("CPU. Better left out."), examples: ["2"] },
          memory: bytesOf("Memory.", memory),
          "ephemeral-storage": bytesOf("Disk; more than the size limits of the emptyDirs together.", disk),
        },
      },
    },
  } as const;
};

/** Entries of environment, volumes and containers are maps by name, so that files can be merged. */
export const environment = {
  env: {
    type: "object",
    title: "Environment",
    description:
      "Environment variables that are no secret; they go into the ConfigMap. Values are strings; `null` removes a variable that an earlier file set.",
    additionalProperties: { type: ["string", "null"], description: "The value." },
    propertyNames: { pattern: patterns.environmentName },
    examples: [{ LOG_LEVEL: "info" }],
    default: {},
  },
  envValueFrom: passEntries<IEnvVarSource>("Environment variables from other sources, by name: what Kubernetes calls `valueFrom`.", {
    pattern: patterns.environmentName,
  }),
  envFrom: passList<IEnvFromSource>("ConfigMaps and Secrets to take whole environments from."),
} as const;

export const podExtras = {
  command: {
    type: "array",
    title: "Pod",
    description: "Command of the container. Empty: the image's own.",
    items: { type: "string", description: "A word." },
    default: [],
  },
  args: {
    type: "array",
    description: "Arguments of the container. Empty: the image's own.",
    items: { type: "string", description: "A word." },
    default: [],
  },
  initContainers: passEntries<Omit<IContainer, "name">>("Further init containers, by name; they run in order of their names.", names.label),
  extraContainers: passEntries<Omit<IContainer, "name">>("Further containers, by name.", names.label),
  volumes: passEntries<Omit<IVolume, "name">>("Further volumes, by name: the volume without its name.", names.label),
  volumeMounts: passEntries<Omit<IVolumeMount, "name">>(
    "Where the main container mounts further volumes, by the volume's name.",
    names.label,
  ),
  annotations: annotationMap("Annotations of the Deployment."),
  podAnnotations: annotationMap("Annotations of the pods."),
  podLabels: labelMap("Labels of the pods, besides the chart's own."),
  rolloutRevision: {
    type: "string",
    description: "Any text; changing it restarts the pods, e.g. after a Secret that the chart does not own has changed.",
    default: "",
  },
  revisionHistoryLimit: { type: "integer", description: "Old ReplicaSets to keep for a rollback.", minimum: 0, maximum: 100, default: 3 },
  imagePullSecrets: {
    type: "array",
    description: "Names of Secrets with registry credentials, besides the global ones.",
    items: { type: "string", description: "Name of a Secret.", pattern: patterns.objectOrEmpty, minLength: 1, maxLength: 253 },
    default: [],
  },
} as const;

export const scheduling = {
  nodeSelector: { ...labelMap("Labels a node must have."), title: "Scheduling" },
  tolerations: passList<IToleration>("Taints to tolerate."),
  affinity: passMap<IAffinity>("Affinity. Empty: prefer nodes that run no pod of this component yet."),
  topologySpreadConstraints: passList<ITopologySpreadConstraint>("Spread. Empty: evenly over the nodes, as far as possible."),
  priorityClassName: {
    type: "string",
    description: "Priority class.",
    pattern: patterns.objectOrEmpty,
    maxLength: 253,
    examples: ["xpeditis-apps"],
  },
  dnsConfig: passMap<IPodDNSConfig>(
    "Resolver settings. The default asks for a name as it is before it tries the cluster's suffixes, which halves look-ups of internet names.",
    { options: [{ name: "ndots", value: "2" }] },
  ),
  hostAliases: passList<IHostAlias>("Entries for `/etc/hosts`."),
} as const;

export const security = {
  podSecurityContext: {
    ...passMap<IPodSecurityContext>("Security context of the pod. The default satisfies the Pod Security Standard `restricted`.", {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    }),
    title: "Security",
  },
  securityContext: passMap<ISecurityContext>("Security context of the containers.", {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  }),
  serviceAccount: {
    type: "object",
    description: "The pods' identity. Its token is not mounted: no pod of this chart calls the Kubernetes API.",
    default: {},
    properties: {
      create: { type: "boolean", description: "Create a ServiceAccount.", default: true },
      name: {
        type: "string",
        description: "Its name. Empty: the component's name, or `default` if none is created.",
        pattern: patterns.objectOrEmpty,
        maxLength: 253,
        default: "",
      },
      annotations: annotationMap("Annotations of the ServiceAccount."),
    },
  },
} as const;
