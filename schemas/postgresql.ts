import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";
import type { INodeAffinity } from "kubernetes-models/v1/NodeAffinity";

import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { extraObjects, fullnameOverride, names, passList, passMap, patterns, seconds } from "./common.ts";
import { global } from "./global.ts";
import { metrics } from "./network.ts";
import { foreignImage, podExtras, resources, scheduling } from "./pod.ts";
import { backup, backupSecrets } from "./postgresql-backup.ts";
import { bootstrap } from "./postgresql-bootstrap.ts";
import { volumeSize } from "./storage.ts";

const connections = <const N extends number>(description: string, number: N) =>
  ({ type: "integer", description, minimum: 1, maximum: 10000, default: number }) as const;

const parameters = <const P extends Readonly<Record<string, string>>>(description: string, defaults: P) =>
  ({
    type: "object",
    description,
    additionalProperties: { type: "string", description: "The value, as the program's configuration has it." },
    propertyNames: { pattern: "^[a-z_][a-z0-9_.]*$" },
    default: defaults,
  }) as const;

const classOrGlobal = {
  type: "string",
  description: "Storage class. Empty: `global.storageClass`.",
  pattern: patterns.objectOrEmpty,
  maxLength: 253,
  default: "",
} as const;
const { monitor } = metrics(true).properties;
const { title: _section, ...poolerNodes } = scheduling.nodeSelector;
const image = foreignImage("ghcr.io", "cloudnative-pg/postgresql", "15.17-standard-trixie");

export const postgresql = {
  type: "object",
  description: "PostgreSQL 15, run by CloudNativePG: a cluster with a pooler in front of it and backups on object storage.",
  properties: {
    global,
    fullnameOverride: { ...fullnameOverride, title: "Names" },
    acceptUnused: {
      type: "boolean",
      description:
        "Accept a cluster that the backend does not use, because `global.postgresql.mode` is `external`: before a move to it, or after one away from it.",
      default: false,
    },
    retain: {
      type: "boolean",
      description:
        "The cluster and what it needs (volumes, backups, policies) stay when the chart is switched off or the release is uninstalled. To delete them, name them: docs/data-and-backups.md.",
      default: true,
    },
    instances: {
      type: "integer",
      title: "PostgreSQL",
      description: "PostgreSQL servers: one primary, the others follow it and take over when it fails.",
      minimum: 1,
      maximum: 9,
      default: 1,
    },
    image: {
      ...image,
      properties: {
        ...image.properties,
        tag: {
          ...image.properties.tag,
          description: "Tag. It starts with the version, by which the operator knows it; a digest alone would not do.",
          pattern: "^1[4-9](\\.[0-9]+)?([._-][A-Za-z0-9._-]*)?$",
          maxLength: 128,
        },
        digest: { ...image.properties.digest, description: "Digest (`sha256:…`), besides the tag." },
      },
    },
    database: { type: "string", description: "Name of the database.", pattern: "^[a-z_][a-z0-9_]{0,62}$", default: "xpeditis" },
    owner: {
      type: "string",
      description: "Its owner: the user that the backend signs in as.",
      pattern: "^[a-z_][a-z0-9_]{0,62}$",
      default: "xpeditis",
    },
    locale: {
      type: "string",
      description: "Order of texts and what counts as a letter, of a new cluster. With `C`, pg_trgm would not find accented letters.",
      pattern: "^[A-Za-z0-9_.@-]+$",
      default: "C.UTF-8",
    },
    extensions: {
      type: "object",
      description: "Extensions of the database: name → version. Empty: the newest that the image has. `null`: not this one.",
      additionalProperties: { type: ["string", "null"], description: "Version.", pattern: "^[A-Za-z0-9.]*$" },
      propertyNames: { pattern: "^[a-z][a-z0-9_-]*$" },
      default: { "uuid-ossp": "", pg_trgm: "" },
    },
    maxConnections: connections(
      "Connections that PostgreSQL takes (`max_connections`): those of all poolers, and `directConnections`.",
      100,
    ),
    directConnections: connections("Connections kept free for what does not use the pooler: migrations, operator, metrics, people.", 20),
    parameters: parameters("Settings of postgresql.conf, over those that the chart computes from the memory limit.", {}),
    shutdown: {
      type: "object",
      description: "How an instance stops, at a drain or an update.",
      default: {},
      properties: {
        smartSeconds: seconds(
          "How long it waits for clients to leave by themselves. Poolers never do, and nobody can connect meanwhile: keep it short.",
          15,
        ),
        stopSeconds: seconds("After that time in all it is killed; until then it writes its data and archives the last WAL.", 300, 15),
      },
    },
    storage: {
      type: "object",
      title: "Volumes",
      description: "Volume of each instance.",
      default: {},
      properties: { storageClass: classOrGlobal, size: volumeSize("Size.", "20Gi") },
    },
    walStorage: {
      type: "object",
      description:
        "A second volume for the write-ahead log: a stuck archive then fills that one. Once on, it cannot be switched off again.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Use one.", default: false },
        storageClass: classOrGlobal,
        size: volumeSize("Size.", "10Gi"),
      },
    },
    resources: {
      ...resources("500m", "1Gi", "1Gi"),
      description: "Requests and limits of each instance. `shared_buffers` and the like follow from the memory limit.",
    },
    nodeSelector: scheduling.nodeSelector,
    tolerations: scheduling.tolerations,
    nodeAffinity: passMap<INodeAffinity>("Node affinity of the instances, beyond `nodeSelector`."),
    podAntiAffinity: {
      type: "string",
      description: "Instances on nodes of their own: `preferred`, or `required`, with which one waits as long as there is no such node.",
      enum: ["preferred", "required"],
      default: "preferred",
    },
    priorityClassName: scheduling.priorityClassName,
    podLabels: podExtras.podLabels,
    podAnnotations: podExtras.podAnnotations,
    imagePullSecrets: podExtras.imagePullSecrets,
    bootstrap,
    pooler: {
      type: "object",
      title: "Pooler",
      description: "PgBouncer, in transaction mode: what that asks of the application is in docs/data-and-backups.md.",
      default: {},
      properties: {
        instances: { type: "integer", description: "Pods.", minimum: 1, maximum: 20, default: 2 },
        image: foreignImage("ghcr.io", "cloudnative-pg/pgbouncer", "1.25.1"),
        poolSize: connections("Connections to PostgreSQL per pod.", 30),
        maxClientConnections: connections("Connections from applications per pod.", 1000),
        preparedStatements: {
          type: "integer",
          description: "Named prepared statements that a connection to PostgreSQL keeps. 0: applications must not use them.",
          minimum: 0,
          maximum: 10000,
          default: 200,
        },
        parameters: parameters("Further settings of pgbouncer.ini, as far as CloudNativePG lets them through.", {}),
        resources: { ...resources("50m", "64Mi", "256Mi"), description: "Requests and limits of each pod." },
        nodeSelector: poolerNodes,
        tolerations: scheduling.tolerations,
      },
    },
    backup,
    secrets: backupSecrets,
    networkPolicy: {
      type: "object",
      title: "Network",
      description: "Connections of the instances beyond those the chart knows of.",
      default: {},
      properties: {
        operatorNamespace: {
          type: "string",
          description: "Namespace of CloudNativePG, which must reach every instance.",
          ...names.label,
          default: "cnpg-system",
        },
        operatorPodLabels: {
          type: "object",
          description: "Labels of its pods.",
          additionalProperties: { type: "string", description: "The value.", ...names.labelValue },
          propertyNames: { pattern: patterns.qualifiedName },
          default: { "app.kubernetes.io/name": "cloudnative-pg" },
        },
        internetPorts: {
          type: "array",
          description: "TCP ports of the object storage, with `backup.enabled`.",
          items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
          default: [443],
        },
        extraIngress: passList<INetworkPolicyIngressRule>("Further rules for connections to the instances."),
        extraEgress: passList<INetworkPolicyEgressRule>("Further rules for connections from the instances."),
      },
    },
    metrics: {
      type: "object",
      title: "Metrics",
      description: "Metrics of the instances (port 9187) and of the poolers (9127), which both serve of their own.",
      default: {},
      properties: { monitor: { ...monitor, description: "PodMonitors, for clusters with Prometheus Operator." } },
    },
    extraObjects,
  },
} as const satisfies ObjectSchema;
