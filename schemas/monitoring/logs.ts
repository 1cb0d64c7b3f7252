import { names, patterns } from "../common.ts";
import { component, componentSecrets, persistence } from "./component.ts";

export const loki = component(
  {
    title: "Loki",
    description: "Stores logs: one program, with its chunks in object storage or on its volume.",
    enabled: true,
    image: ["docker.io", "grafana/loki", "3.7.6"],
    cpu: "100m",
    memory: "256Mi",
    memoryLimit: "768Mi",
    disk: "2Gi",
    user: 10001,
  },
  {
    retentionDays: {
      type: "integer",
      description: "How long logs are kept. A lifecycle rule of the bucket must not be shorter.",
      minimum: 1,
      maximum: 3650,
      default: 30,
    },
    storage: {
      type: "object",
      description: "Where chunks and index are.",
      default: {},
      properties: {
        type: {
          type: "string",
          description:
            "`filesystem`: on the volume. `s3`: in a bucket of `global.objectStorage`; Loki speaks to it by the Thanos client, because the older one sends checksums that stores other than AWS refuse.",
          enum: ["filesystem", "s3"],
          default: "filesystem",
        },
        bucket: {
          type: "string",
          description: "The bucket, for `s3`.",
          pattern: "^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
          default: "",
        },
        prefix: { type: "string", description: "First part of every object's name.", pattern: "^[a-z0-9-]+$", default: "loki" },
        since: {
          type: "string",
          description:
            "Day from which on `s3` is used, if logs were on the volume before (both stay readable). Must be in the future when it is set, and never change afterwards. Empty: from the beginning.",
          pattern: "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$",
          default: "",
        },
      },
    },
    secrets: componentSecrets("The Secret with the keys of the object storage, for `s3`.", {
      accessKey: ["access-key-id", "Access key."],
      secretKey: ["secret-access-key", "Secret key."],
    }),
    persistence: persistence(true, "Where the write-ahead log is, and with `filesystem` all logs."),
    ingestionRateMb: {
      type: "integer",
      description: "Megabytes of logs per second that are accepted in the long run; twice that at once.",
      minimum: 1,
      maximum: 100,
      default: 8,
    },
    maxStreams: {
      type: "integer",
      description: "Most combinations of labels at a time.",
      minimum: 100,
      maximum: 100000,
      default: 5000,
    },
  },
);

export const collector = component(
  {
    title: "OpenTelemetry Collector",
    description:
      "Reads the log files of all pods on each node and sends them to Loki. It runs as root, because the files belong to root, without any capability and without access to the Kubernetes API. On nodes that enforce SELinux (MicroOS) it needs `podSecurityContext.seLinuxOptions.type: spc_t`.",
    enabled: true,
    image: ["docker.io", "otel/opentelemetry-collector-k8s", "0.149.0"],
    cpu: "50m",
    memory: "128Mi",
    memoryLimit: "256Mi",
    disk: "64Mi",
    user: 0,
    tolerations: [{ operator: "Exists" }],
  },
  {
    excludeNamespaces: {
      type: "array",
      description: "Namespaces whose logs are not read.",
      items: { type: "string", description: "A namespace.", ...names.label },
      uniqueItems: true,
      default: [],
    },
    offsetsPath: {
      type: "string",
      description: "Folder of the node that remembers how far each file has been read: nothing is read twice after a restart.",
      pattern: patterns.path,
      default: "/var/lib/xpeditis/otelcol",
    },
    dropHealthChecks: {
      type: "boolean",
      description: "Leave out lines about requests of probes (user agents `kube-probe` and `Prometheus`).",
      default: true,
    },
  },
);
