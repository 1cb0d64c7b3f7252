import { names, patterns } from "./common.ts";
import { resources } from "./pod.ts";
import { secretSource } from "./secrets.ts";

const key = <const K extends string>(description: string, name: K) =>
  ({ type: "string", description, ...names.secretKey, default: name }) as const;

/** Base backups and the archive of the write-ahead log, by the Barman Cloud plugin. */
export const backup = {
  type: "object",
  title: "Backup",
  description:
    "Base backups and every WAL file on S3-compatible object storage, by the Barman Cloud plugin of CloudNativePG: any moment of the last `keepDays` can be restored.",
  default: {},
  properties: {
    enabled: { type: "boolean", description: "Archive and back up.", default: false },
    schedule: {
      type: "string",
      description: "When base backups are made: seconds, minutes, hours, day, month, weekday, in UTC. The first is made at once.",
      pattern: "^[0-9*/,-]+( [0-9A-Za-z*/,?-]+){5}$",
      default: "0 30 2 * * *",
    },
    keepDays: { type: "integer", description: "Days that can be restored.", minimum: 1, maximum: 3650, default: 30 },
    s3: {
      type: "object",
      description: "The object storage.",
      default: {},
      properties: {
        endpoint: {
          type: "string",
          description: "URL of the S3 API. Empty: that of `global.objectStorage`.",
          pattern: "^(https?://[A-Za-z0-9._:/-]+)?$",
          default: "",
        },
        region: {
          type: "string",
          description: "Region that requests are signed for. Empty: that of `global.objectStorage`.",
          pattern: "^[a-z0-9-]*$",
          default: "",
        },
        bucket: {
          type: "string",
          description: "Bucket. Better one that the application's credentials cannot reach.",
          pattern: "^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
          default: "",
        },
        prefix: {
          type: "string",
          description: "Folder in the bucket. Each cluster has one of its own in it, by its name.",
          pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
          default: "postgresql",
        },
      },
    },
    resources: { ...resources("50m", "256Mi", "1Gi"), description: "Requests and limits of the plugin's container beside each instance." },
  },
} as const;

/** The credentials of that storage. The database's own are made by the operator. */
export const backupSecrets = {
  type: "object",
  title: "Secrets",
  description:
    "Credentials of the backups' object storage. Those of the database are made by the operator, in the Secret `<name of the cluster>-app`.",
  default: {},
  properties: {
    mode: secretSource.mode,
    name: {
      type: "string",
      description: "Name of the Secret. Empty: the chart's name with `-secrets`.",
      pattern: patterns.objectOrEmpty,
      maxLength: 253,
      default: "",
    },
    keys: {
      type: "object",
      description: "Its keys.",
      default: {},
      properties: {
        accessKeyId: key("Key with the access key.", "AWS_ACCESS_KEY_ID"),
        secretAccessKey: key("Key with the secret key.", "AWS_SECRET_ACCESS_KEY"),
      },
    },
    literal: secretSource.literal,
    external: secretSource.external,
  },
} as const;
