import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { annotationMap, extraObjects, fullnameOverride, names, passList, patterns, seconds } from "./common.ts";
import { global } from "./global.ts";
import { metrics } from "./network.ts";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";
import { foreignImage, podExtras, resources, scheduling, security } from "./pod.ts";
import { backup, restore } from "./redis-backup.ts";
import { serverSettings } from "./redis-server.ts";
import { secretSource } from "./secrets.ts";
import { volumeSize } from "./storage.ts";

const timing = <const Period extends number, const Timeout extends number, const Failures extends number>(
  description: string,
  period: Period,
  timeout: Timeout,
  failures: Failures,
) =>
  ({
    type: "object",
    description,
    default: {},
    properties: {
      periodSeconds: { type: "integer", description: "Seconds between attempts.", minimum: 1, maximum: 3600, default: period },
      timeoutSeconds: { type: "integer", description: "Seconds to wait for an answer.", minimum: 1, maximum: 3600, default: timeout },
      failureThreshold: { type: "integer", description: "Failures in a row that count.", minimum: 1, maximum: 1000, default: failures },
    },
  }) as const;

const passwordKey = <const K extends string>(user: string, key: K) =>
  ({ type: "string", description: `Key with the password of the user \`${user}\`.`, ...names.secretKey, default: key }) as const;

const { properties: exporterProperties, ...exporter } = metrics(true);
const ofServer = resources("50m", "256Mi", "256Mi");
const ofExporter = resources("10m", "32Mi", "128Mi");

export const redis = {
  type: "object",
  description: "Redis 7: the backend's cache and the channels of its notifications.",
  properties: {
    global,
    fullnameOverride: { ...fullnameOverride, title: "Names" },
    mode: {
      type: "string",
      title: "Redis",
      description:
        "`cache`: in memory only, empty after every start. `durable`: every write is on a volume within a second, for data that must outlive the pod (queues, sessions).",
      enum: ["cache", "durable"],
      default: "cache",
    },
    image: foreignImage("docker.io", "library/redis", "7.4.9-alpine"),
    ...serverSettings,
    persistence: {
      type: "object",
      title: "Volume",
      description: "The volume of mode `durable`: a claim of its own, which outlives the release and grows by a change of `size`.",
      default: {},
      properties: {
        existingClaim: {
          type: "string",
          description: "A claim that exists, instead of one by the chart.",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "",
        },
        storageClass: {
          type: "string",
          description: "Storage class. Empty: `global.storageClass`.",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "",
        },
        size: volumeSize("Size.", "10Gi"),
        accessMode: {
          type: "string",
          description:
            "`ReadWriteOncePod` keeps a second pod off the volume, on the same node too. Only for drivers that do not know it: `ReadWriteOnce`.",
          enum: ["ReadWriteOncePod", "ReadWriteOnce"],
          default: "ReadWriteOncePod",
        },
        annotations: annotationMap("Annotations of the claim."),
      },
    },
    secrets: {
      type: "object",
      title: "Secrets",
      description:
        "Passwords of Redis' users. The Secret's name, and the key of the backend's password, are under `global.redis`. A new password counts after a restart of Redis.",
      default: {},
      properties: {
        mode: secretSource.mode,
        keys: {
          type: "object",
          description: "Keys of the other users' passwords.",
          default: {},
          properties: {
            probe: passwordKey("probe", "probe-password"),
            exporter: passwordKey("exporter", "exporter-password"),
            backup: passwordKey("backup", "backup-password"),
          },
        },
        literal: secretSource.literal,
        external: secretSource.external,
        reloader: {
          type: "boolean",
          description:
            "Annotate the StatefulSet for Stakater Reloader, which restarts Redis when the Secret changes. In mode `cache` that empties it.",
          default: false,
        },
      },
    },
    resources: { ...ofServer, description: "Requests and limits of Redis. `maxmemory` follows from the memory limit." },
    probes: {
      type: "object",
      title: "Probes",
      description: "PING, with a user who may do nothing else.",
      default: {},
      properties: {
        startup: timing("Any answer counts, `LOADING` too; until there is one, the others wait.", 2, 5, 150),
        liveness: timing("Any answer counts, `LOADING` and `BUSY` too. Failing, it restarts the container.", 10, 5, 6),
        readiness: timing("Only `PONG` counts. Failing, it takes the pod out of the Service.", 5, 5, 2),
      },
    },
    shutdown: {
      type: "object",
      title: "Shutdown and failure",
      description: "What happens when the pod stops, or its node does.",
      default: {},
      properties: {
        gracePeriodSeconds: seconds("When the pod is killed. In mode `durable` it must be enough to save the data.", 60, 1),
        unreachableNodeSeconds: seconds("How long the pod stays bound to a node that does not answer.", 30, 0),
      },
    },
    service: {
      type: "object",
      title: "Network",
      description: "The Service in front of Redis; its name and port are under `global.redis`.",
      default: {},
      properties: { annotations: annotationMap("Annotations of the Service.") },
    },
    networkPolicy: {
      type: "object",
      description: "Connections beyond those the chart knows of. Redis itself opens none.",
      default: {},
      properties: {
        internetPorts: {
          type: "array",
          description: "TCP ports of the object storage, for the pods of backup and restore.",
          items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
          default: [443],
        },
        extraIngress: passList<INetworkPolicyIngressRule>("Further rules for connections to Redis."),
        extraEgress: passList<INetworkPolicyEgressRule>("Further rules for connections of the pods of backup and restore."),
      },
    },
    metrics: {
      ...exporter,
      description: "redis_exporter, as a sidecar: metrics of Redis for Prometheus.",
      properties: {
        ...exporterProperties,
        enabled: { ...exporterProperties.enabled, description: "Run the exporter." },
        port: { ...exporterProperties.port, default: 9121 },
        image: foreignImage("docker.io", "oliver006/redis_exporter", "v1.88.0"),
        resources: { ...ofExporter, description: "Requests and limits of the exporter." },
      },
    },
    backup,
    restore,
    initContainers: { ...podExtras.initContainers, title: "Pod" },
    extraContainers: podExtras.extraContainers,
    volumes: podExtras.volumes,
    volumeMounts: podExtras.volumeMounts,
    annotations: annotationMap("Annotations of the StatefulSet."),
    podAnnotations: podExtras.podAnnotations,
    podLabels: podExtras.podLabels,
    rolloutRevision: podExtras.rolloutRevision,
    revisionHistoryLimit: { ...podExtras.revisionHistoryLimit, description: "Old revisions to keep for a rollback." },
    imagePullSecrets: podExtras.imagePullSecrets,
    nodeSelector: scheduling.nodeSelector,
    tolerations: scheduling.tolerations,
    affinity: { ...scheduling.affinity, description: "Affinity." },
    priorityClassName: scheduling.priorityClassName,
    dnsConfig: scheduling.dnsConfig,
    hostAliases: scheduling.hostAliases,
    ...security,
    extraObjects,
  },
} as const satisfies ObjectSchema;
