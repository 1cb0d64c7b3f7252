import type { IAffinity } from "kubernetes-models/v1/Affinity";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";
import type { IToleration } from "kubernetes-models/v1/Toleration";

import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { extraObjects, fullnameOverride, names, passList, passMap, patterns, seconds } from "./common.ts";
import { global } from "./global.ts";
import { loadBalancer } from "./load-balancer.ts";

const amount = (description: string, pattern: string, value: string) => ({ type: "string", description, pattern, default: value }) as const;

const resources = {
  type: "object",
  description: "Requests and limits of a Traefik pod.",
  default: {},
  properties: {
    requests: {
      type: "object",
      description: "What the scheduler reserves.",
      default: {},
      properties: { cpu: amount("CPU.", patterns.cpu, "100m"), memory: amount("Memory.", patterns.bytes, "128Mi") },
    },
    limits: {
      type: "object",
      description: "What the kernel enforces.",
      default: {},
      properties: { memory: amount("Memory.", patterns.bytes, "256Mi") },
    },
  },
} as const;

/** Where Traefik runs unless told otherwise: the nodes that the load balancer sends something to. */
const workers = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" }] }],
    },
  },
} as const;

const traefik = {
  type: "object",
  title: "Traefik",
  description: "Settings of the Traefik that k3s brings along: the one HelmChartConfig `traefik` in kube-system.",
  default: {},
  properties: {
    enabled: {
      type: "boolean",
      description: "Render the HelmChartConfig. There can be one in a cluster: switch it off if yours is made otherwise.",
      default: true,
    },
    replicas: { type: "integer", description: "Pods, on different nodes if possible.", minimum: 1, maximum: 50, default: 2 },
    resources,
    tolerations: passList<IToleration>(
      "Tolerations, instead of k3s' own, which let Traefik onto control planes: the load balancer sends those nothing.",
    ),
    affinity: passMap<IAffinity>("Affinity of the pods: nodes that `loadBalancer.nodeSelector` selects, or they get no traffic.", workers),
    topologySpreadConstraints: passList<ITopologySpreadConstraint>("Spread over nodes. Empty: over nodes by name, as evenly as possible."),
    trustedProxies: {
      type: "array",
      description:
        "Ranges whose PROXY protocol headers are believed. Empty: the load balancer's address, if `loadBalancer.privateNetwork.ipv4` fixes it, else `global.hetzner.networkRange`.",
      items: { type: "string", description: "A range.", pattern: patterns.ipv4Range },
      examples: [["10.0.0.7/32"]],
      default: [],
    },
    timeouts: {
      type: "object",
      description: "Connections of visitors.",
      default: {},
      properties: {
        readSeconds: seconds("A whole request, its body included; uploads over slow lines need long. 0: no limit.", 180),
        idleSeconds: seconds("An idle connection. Above 900, so that Cloudflare drops it first.", 910, 1),
        drainSeconds: seconds("Running requests may take this long while a pod shuts down.", 30),
      },
    },
    accessLog: {
      type: "object",
      description: "One JSON object per request on standard output.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Write it.", default: true },
        keepHeaders: {
          type: "array",
          description: "Request headers in it; all others, such as `Authorization` and `Cookie`, are left out.",
          items: { type: "string", description: "A header.", pattern: "^[A-Za-z][A-Za-z0-9-]{0,63}$" },
          default: ["User-Agent", "CF-Connecting-IP", "CF-Ray"],
        },
      },
    },
    arguments: {
      type: "array",
      description: "Further static settings as command-line arguments: they mean the same in every major version of Traefik's chart.",
      items: { type: "string", description: "An argument.", pattern: "^--[A-Za-z0-9.]+(=[A-Za-z0-9 .,:;/_*@?&()<>^%+=-]*)?$" },
      examples: [["--log.level=INFO"]],
      default: [],
    },
    values: passMap("Further values of Traefik's own chart, as it wants them; their names changed between its major versions."),
  },
} as const;

const filesystem = {
  type: "string",
  description: "File system of the volumes. Kubernetes lets no class be changed: for another file system choose another name.",
  enum: ["ext4", "xfs", "btrfs"],
} as const;

const className = (value: string) =>
  ({
    type: "string",
    description: "Name of the class.",
    pattern: patterns.objectOrEmpty,
    minLength: 1,
    maxLength: 253,
    default: value,
  }) as const;

const storageClasses = {
  type: "object",
  title: "Storage classes",
  description:
    "Classes of Hetzner volumes that survive their claims (`reclaimPolicy: Retain`): a deleted claim or release leaves the data. The CSI driver's own class deletes it.",
  default: {},
  properties: {
    volumeLabels: {
      type: "array",
      description: "Labels of the volumes in the Hetzner project, beside those that the driver sets.",
      items: {
        type: "string",
        description: "`key=value`.",
        pattern: "^[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?=([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$",
      },
      uniqueItems: true,
      examples: [["team=freight"]],
      default: [],
    },
    retain: {
      type: "object",
      description: "The plain class.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Render it.", default: true },
        name: className("hcloud-retain"),
        filesystem: { ...filesystem, default: "ext4" },
      },
    },
    encrypted: {
      type: "object",
      description: "A class whose volumes are encrypted with LUKS on the node.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Render it.", default: false },
        name: className("hcloud-retain-encrypted"),
        filesystem: { ...filesystem, default: "ext4" },
        secretName: {
          type: "string",
          description: "Secret with the passphrase under `encryption-passphrase`. Lost with it: every volume of the class.",
          pattern: patterns.objectOrEmpty,
          minLength: 1,
          maxLength: 253,
          default: "volume-encryption",
        },
        secretNamespace: { type: "string", description: "Its namespace.", ...names.label, default: "kube-system" },
      },
    },
  },
} as const;

/** The way from the internet to Traefik, and the volumes: what the chart asks of Hetzner. */
export const edge = {
  type: "object",
  description: "What is asked of Hetzner: the load balancer in front of Traefik, Traefik's own settings in k3s, classes of volumes.",
  properties: { global, fullnameOverride, loadBalancer, traefik, storageClasses, extraObjects },
} as const satisfies ObjectSchema;
