import { names, patterns, seconds } from "./common.ts";
import { foreignImage, resources } from "./pod.ts";

const key = <const K extends string>(description: string, name: K) =>
  ({ type: "string", description, ...names.secretKey, default: name }) as const;

/** Where the backups of Redis lie, and how they get there. */
export const backup = {
  type: "object",
  title: "Backup and restore",
  description: "A copy of the data on S3-compatible object storage, in mode `durable`.",
  default: {},
  properties: {
    enabled: { type: "boolean", description: "Render the CronJob.", default: false },
    schedule: {
      type: "string",
      description: "When, in cron's syntax.",
      pattern: "^(@(yearly|monthly|weekly|daily|hourly)|[0-9A-Za-z*/,-]+( [0-9A-Za-z*/,-]+){4})$",
      default: "17 */6 * * *",
    },
    timeZone: { type: "string", description: "Time zone of the schedule.", pattern: "^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$", default: "Etc/UTC" },
    keepDays: {
      type: "integer",
      description: "Days that a backup is kept. Older ones are deleted after a new one has been stored and read back.",
      minimum: 1,
      maximum: 3650,
      default: 14,
    },
    minimumBytes: {
      type: "integer",
      description: "A smaller backup counts as a failure; an empty Redis gives about 100 bytes. 0: any size.",
      minimum: 0,
      maximum: 1073741824,
      default: 0,
    },
    deadlineSeconds: seconds("How long a backup or a restore may take.", 1800, 60),
    sizeLimit: { type: "string", description: "Disk for the copy on its way.", pattern: patterns.bytes, default: "2Gi" },
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
          description: "Folder in the bucket, of this Redis alone.",
          pattern: "^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
          default: "redis",
        },
        secretName: {
          type: "string",
          description: "Secret with the credentials. Empty: that of the passwords.",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "",
        },
        accessKeyIdKey: key("Its key with the access key.", "AWS_ACCESS_KEY_ID"),
        secretAccessKeyKey: key("Its key with the secret key.", "AWS_SECRET_ACCESS_KEY"),
      },
    },
    image: { ...foreignImage("docker.io", "rclone/rclone", "1.75.1"), description: "The image that stores and fetches copies." },
    resources: { ...resources("50m", "128Mi", "4Gi"), description: "Requests and limits of each container of backup and restore." },
  },
} as const;

/** The way back. */
export const restore = {
  type: "object",
  description:
    "Put a backup in place of the data: Redis stops, and a Job replaces what is on the volume. Set it back when the Job is done, and Redis starts again.",
  default: {},
  properties: {
    enabled: { type: "boolean", description: "Stop Redis and render the Job.", default: false },
    from: {
      type: "string",
      description: "Name of the backup, or `latest`.",
      pattern: "^(latest|redis-[0-9]{8}T[0-9]{6}Z\\.rdb)$",
      examples: ["redis-20261124T031700Z.rdb"],
      default: "latest",
    },
  },
} as const;
