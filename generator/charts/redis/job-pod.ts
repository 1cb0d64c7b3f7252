import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";

import { defineMap, fallback, include, when, any, type Block, type Doc, type Expr, type Item, type Tpl } from "../../dsl/index.ts";
import { imageTemplate } from "../../kubernetes/image.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { objectStorageEndpoint } from "../../kubernetes/object-storage.ts";
import { podBasics, serviceAccountName } from "../../kubernetes/pod.ts";
import { script } from "./scripts.ts";
import { storageSecret } from "./secret.ts";
import { redisContainer } from "./server.ts";
import { values as v } from "./values.ts";

const { backup } = v;
const { s3 } = backup;
const { objectStorage } = v.global;

const storageImage = imageTemplate("storageImage", backup.image, "rclone");

/** Scripts of backup and restore. Apart from Redis' own configuration, because a change of theirs must not restart it. */
export const jobScripts = defineMap("jobScripts", "Data of the ConfigMap: scripts of backup and restore.", {
  ...script("dump.sh"),
  ...script("upload.sh"),
  ...script("download.sh"),
  ...script("restore.sh"),
});

export const jobConfigMap: Block<Doc<IConfigMap>> = when(any(backup.enabled, v.restore.enabled), {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata(named("backup")),
  data: include(jobScripts),
});

/** Settings of the pods of backup and restore. */
export const jobBasics = {
  serviceAccountName: include(serviceAccountName),
  restartPolicy: "Never",
  ...podBasics,
  affinity: v.affinity,
} as const satisfies Tpl<Partial<IPodSpec>>;

export const jobVolumes = [
  { name: "scripts", configMap: { name: named("backup") } },
  { name: "backup", emptyDir: { sizeLimit: backup.sizeLimit } },
  { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
] as const;

/** Disk-backed emptyDirs of these pods. */
export const jobScratch = "backup,tmp";

export const jobMounts = [
  { name: "scripts", mountPath: "/scripts", readOnly: true },
  { name: "backup", mountPath: "/backup" },
  { name: "tmp", mountPath: "/tmp" },
] as const;

const secretVariable = (name: string, key: Expr<string>): Tpl<IEnvVar> => ({
  name,
  valueFrom: { secretKeyRef: { name: storageSecret, key } },
});

/** rclone's remote `storage`, by environment: it needs no file of its own. */
const storage: Item<IEnvVar>[] = [
  { name: "BUCKET", value: s3.bucket },
  { name: "PREFIX", value: s3.prefix },
  { name: "RCLONE_CONFIG_STORAGE_TYPE", value: "s3" },
  { name: "RCLONE_CONFIG_STORAGE_PROVIDER", value: "Other" },
  { name: "RCLONE_CONFIG_STORAGE_ENV_AUTH", value: "true" },
  {
    name: "RCLONE_CONFIG_STORAGE_ENDPOINT",
    value: fallback(s3.endpoint, objectStorageEndpoint),
  },
  { name: "RCLONE_CONFIG_STORAGE_REGION", value: fallback(s3.region, objectStorage.region) },
  { name: "RCLONE_CONFIG_STORAGE_FORCE_PATH_STYLE", value: "true" },
  { name: "RCLONE_CONFIG_STORAGE_NO_CHECK_BUCKET", value: "true" },
  { name: "RCLONE_CONFIG", value: "/dev/null" },
  { name: "RCLONE_CACHE_DIR", value: "/tmp" },
  { name: "RCLONE_RETRIES", value: "5" },
  { name: "RCLONE_RETRIES_SLEEP", value: "5s" },
  secretVariable("AWS_ACCESS_KEY_ID", s3.accessKeyIdKey),
  secretVariable("AWS_SECRET_ACCESS_KEY", s3.secretAccessKeyKey),
];

/** A container that talks to the object storage. */
export const storageContainer = (name: string, file: string, env: Item<IEnvVar>[]): Tpl<IContainer> => ({
  name,
  image: include(storageImage),
  imagePullPolicy: backup.image.pullPolicy,
  command: ["sh", `/scripts/${file}`],
  env: [...storage, ...env],
  resources: backup.resources,
  securityContext: v.securityContext,
  volumeMounts: jobMounts,
});

/** What a container with Redis' programs has; the rest is put beside it. */
export const redisJobContainer = (name: string, file: string) =>
  ({
    name,
    ...redisContainer,
    command: ["sh", `/scripts/${file}`],
    resources: backup.resources,
    volumeMounts: jobMounts,
  }) as const satisfies Tpl<IContainer>;
