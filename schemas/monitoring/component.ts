/** What every program of the monitoring chart offers: image, resources, where and as whom its pods run. */
import type { IAffinity } from "kubernetes-models/v1/Affinity";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";
import type { IPodSecurityContext } from "kubernetes-models/v1/PodSecurityContext";
import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";
import type { IToleration } from "kubernetes-models/v1/Toleration";

import { annotationMap, fullnameOverride, labelMap, names, passList, passMap, patterns } from "../common.ts";
import { scheduling } from "../pod.ts";
import { secretSource } from "../secrets.ts";
import { volumeSize } from "../storage.ts";

/** An image of somebody else's, by the version that the chart was tested with. */
const image = <const Registry extends string, const Repository extends string, const Tag extends string>(
  registry: Registry,
  repository: Repository,
  tag: Tag,
) =>
  ({
    type: "object",
    description: "The container image.",
    default: {},
    properties: {
      registry: {
        type: "string",
        description: "Registry host. `global.imageRegistry` overrides it.",
        pattern: patterns.registryOrEmpty,
        default: registry,
      },
      repository: { type: "string", description: "Repository within the registry.", pattern: patterns.repository, default: repository },
      tag: { type: "string", description: "Tag.", ...names.tagOrEmpty, minLength: 1, default: tag },
      digest: {
        type: "string",
        description: "Digest (`sha256:…`); pins the image whatever the tag says.",
        pattern: patterns.digestOrEmpty,
        default: "",
      },
      pullPolicy: { type: "string", description: "When to pull.", enum: ["Always", "IfNotPresent", "Never"], default: "IfNotPresent" },
    },
  }) as const;

/** Requests and limits; `memory` is the request and the limit unless the limit is named. */
const resources = <const Cpu extends string, const Memory extends string, const Limit extends string, const Disk extends string>(
  cpu: Cpu,
  memory: Memory,
  limit: Limit,
  disk: Disk,
) => {
  const bytesOf = <const D extends string>(description: string, amount: D) =>
    ({ type: "string", description, pattern: patterns.bytes, default: amount }) as const;
  return {
    type: "object",
    description: "Requests and limits of the container.",
    default: {},
    properties: {
      requests: {
        type: "object",
        description: "What the scheduler reserves.",
        default: {},
        properties: {
          cpu: { type: "string", description: "CPU, as `500m` or `2`.", pattern: patterns.cpu, default: cpu },
          memory: bytesOf("Memory.", memory),
          "ephemeral-storage": bytesOf("Disk for logs and temporary files.", "32Mi"),
        },
      },
      limits: {
        type: "object",
        description: "What the kernel enforces.",
        default: {},
        properties: {
          cpu: { type: "string", description: "CPU. Better left out.", pattern: patterns.cpu, examples: ["2"] },
          memory: bytesOf("Memory.", limit),
          "ephemeral-storage": bytesOf("Disk; more than the size limits of the emptyDirs together.", disk),
        },
      },
    },
  } as const;
};

/** What differs between the components. */
interface Defaults {
  readonly title: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly image: readonly [registry: string, repository: string, tag: string];
  readonly cpu: string;
  readonly memory: string;
  readonly memoryLimit: string;
  readonly disk: string;
  /** User and group of the image; 0 for root. */
  readonly user: number;
  readonly tolerations?: readonly IToleration[];
}

/** The values of one component, with further ones of its own. */
export const component = <const D extends Defaults, const P extends Readonly<Record<string, unknown>>>(defaults: D, own: P) =>
  ({
    type: "object",
    title: defaults.title as D["title"],
    description: defaults.description as D["description"],
    default: {},
    properties: {
      enabled: { type: "boolean", description: "Install it.", default: defaults.enabled as D["enabled"] },
      fullnameOverride: {
        ...fullnameOverride,
        description: "Name of its objects, up to 45 characters. Empty: the chart's name, a dash and the component's.",
      },
      ...own,
      image: image(defaults.image[0] as D["image"][0], defaults.image[1] as D["image"][1], defaults.image[2] as D["image"][2]),
      resources: resources(
        defaults.cpu as D["cpu"],
        defaults.memory as D["memory"],
        defaults.memoryLimit as D["memoryLimit"],
        defaults.disk as D["disk"],
      ),
      podLabels: labelMap("Labels of the pods, besides the chart's own."),
      podAnnotations: annotationMap("Annotations of the pods."),
      nodeSelector: labelMap("Labels a node must have."),
      tolerations: tolerations(defaults.tolerations ?? []),
      affinity: passMap<IAffinity>("Affinity."),
      priorityClassName: scheduling.priorityClassName,
      podSecurityContext: passMap<IPodSecurityContext>("Security context of the pod.", {
        ...(defaults.user === 0 ? {} : { runAsNonRoot: true }),
        runAsUser: defaults.user,
        runAsGroup: defaults.user,
        ...(defaults.user === 0 ? {} : { fsGroup: defaults.user, fsGroupChangePolicy: "OnRootMismatch" }),
        seccompProfile: { type: "RuntimeDefault" },
      }),
      securityContext: passMap<ISecurityContext>("Security context of the container.", {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      }),
      networkPolicy: {
        type: "object",
        description: "Connections beyond those the chart knows of.",
        default: {},
        properties: {
          extraIngress: passList<INetworkPolicyIngressRule>("Further rules for incoming connections."),
          extraEgress: passList<INetworkPolicyEgressRule>("Further rules for outgoing connections."),
        },
      },
    },
  }) as const;

const tolerations = (list: readonly IToleration[]) => ({ ...passList<IToleration>("Taints to tolerate."), default: list }) as const;

/** A volume of one pod. */
export const persistence = <const Enabled extends boolean>(enabled: Enabled, what: string) =>
  ({
    type: "object",
    description: `${what} Without a volume it is in an emptyDir, and gone with the pod.`,
    default: {},
    properties: {
      enabled: { type: "boolean", description: "Use a volume.", default: enabled },
      size: volumeSize("Its size.", "10Gi"),
      storageClass: {
        type: "string",
        description: "Storage class. Empty: `global.storageClass`.",
        pattern: patterns.objectOrEmpty,
        maxLength: 253,
        examples: ["hcloud-volumes"],
        default: "",
      },
      existingClaim: {
        type: "string",
        description: "A PersistentVolumeClaim that exists, instead of one of the chart's. The chart's own outlives the release.",
        pattern: patterns.objectOrEmpty,
        maxLength: 253,
        default: "",
      },
    },
  }) as const;

/** A Secret of which a program reads some keys as files or variables. Its values are named below `keys`. */
export const componentSecrets = <const K extends Readonly<Record<string, readonly [key: string, description: string]>>>(
  description: string,
  keys: K,
) =>
  ({
    type: "object",
    description,
    default: {},
    properties: {
      mode: secretSource.mode,
      name: {
        type: "string",
        description: "Name of the Secret. Empty: the component's name with `-secrets`.",
        pattern: patterns.objectOrEmpty,
        maxLength: 253,
        default: "",
      },
      keys: {
        type: "object",
        description: "Keys of the Secret.",
        default: {},
        properties: Object.fromEntries(
          Object.entries(keys).map(([name, [key, what]]) => [
            name,
            { type: "string", description: what, ...names.secretKey, default: key },
          ]),
        ) as {
          readonly [N in keyof K]: {
            readonly type: "string";
            readonly description: string;
            readonly pattern: typeof names.secretKey.pattern;
            readonly maxLength: typeof names.secretKey.maxLength;
            readonly default: string;
          };
        },
      },
      literal: secretSource.literal,
      external: secretSource.external,
    },
  }) as const;
