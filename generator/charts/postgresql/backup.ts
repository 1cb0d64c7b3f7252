import type { IScheduledBackup } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ScheduledBackup";

import { any, fallback, str, when, why, type Block, type Doc } from "../../dsl/index.ts";
import { objectStorageEndpoint } from "../../kubernetes/object-storage.ts";
import { barmanPlugin, type ObjectStore } from "./barman.ts";
import { isRecovery } from "./bootstrap.ts";
import { cluster, secret, store } from "./names.ts";
import { retainedMetadata } from "./retained.ts";
import { values as v } from "./values.ts";

const { backup, secrets } = v;
const { s3 } = backup;

/** When there is an object storage to write to, or to read from. */
export const usesStorage = any(backup.enabled, isRecovery);

/** Where backups and WAL go to. */
export const objectStore: Block<Doc<ObjectStore>> = when(usesStorage, {
  apiVersion: "barmancloud.cnpg.io/v1",
  kind: "ObjectStore",
  metadata: retainedMetadata(store),
  spec: {
    retentionPolicy: str`${backup.keepDays}d`,
    configuration: {
      destinationPath: str`s3://${s3.bucket}/${s3.prefix}`,
      endpointURL: fallback(s3.endpoint, objectStorageEndpoint),
      s3Credentials: {
        accessKeyId: { name: secret, key: secrets.keys.accessKeyId },
        secretAccessKey: { name: secret, key: secrets.keys.secretAccessKey },
      },
      wal: { compression: "gzip", maxParallel: 4 },
      data: { compression: "gzip", jobs: 2 },
    },
    instanceSidecarConfiguration: {
      [why]: { env: "Stores other than AWS refuse the checksums that its SDK has sent of its own since 2025." },
      env: [
        { name: "AWS_DEFAULT_REGION", value: fallback(s3.region, v.global.objectStorage.region) },
        { name: "AWS_REQUEST_CHECKSUM_CALCULATION", value: "when_required" },
        { name: "AWS_RESPONSE_CHECKSUM_VALIDATION", value: "when_required" },
      ],
      resources: backup.resources,
    },
  },
});

/** Base backups: what the archived WAL is replayed on. */
export const scheduledBackup: Block<Doc<IScheduledBackup>> = when(backup.enabled, {
  apiVersion: "postgresql.cnpg.io/v1",
  kind: "ScheduledBackup",
  metadata: retainedMetadata(cluster),
  spec: {
    cluster: { name: cluster },
    schedule: backup.schedule,
    immediate: true,
    backupOwnerReference: "cluster",
    method: "plugin",
    pluginConfiguration: { name: barmanPlugin },
  },
});
