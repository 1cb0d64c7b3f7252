import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";

import { merge, str, when, why, type Block, type Doc } from "../../dsl/index.ts";
import { metadata, named, selector } from "../../kubernetes/names.ts";
import { jobBasics, jobMounts, jobScratch, jobVolumes, redisJobContainer, storageContainer } from "./job-pod.ts";
import { passwordOf } from "./secret.ts";
import { service } from "./names.ts";
import { values as v } from "./values.ts";

/** Component label of the pods that make backups. */
export const backupComponent = "backup";

const { backup, global } = v;

/** Fetches a snapshot from Redis, then stores it. */
export const backupCronJob: Block<Doc<ICronJob>> = when(backup.enabled, {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: metadata(named("backup")),
  spec: {
    [why]: { suspend: "While a backup is restored, there is no Redis to back up." },
    schedule: backup.schedule,
    timeZone: backup.timeZone,
    suspend: v.restore.enabled,
    concurrencyPolicy: "Forbid",
    startingDeadlineSeconds: 3600,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        backoffLimit: 2,
        activeDeadlineSeconds: backup.deadlineSeconds,
        template: {
          metadata: {
            labels: merge(selector(backupComponent), v.podLabels),
            annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": jobScratch },
          },
          spec: {
            ...jobBasics,
            initContainers: [
              {
                ...redisJobContainer("dump", "dump.sh"),
                env: [
                  { name: "REDIS_HOST", value: service },
                  { name: "REDIS_PORT", value: str`${global.redis.port}` },
                  { name: "MINIMUM_BYTES", value: str`${backup.minimumBytes}` },
                ],
                volumeMounts: [...jobMounts, { name: "secrets", mountPath: "/etc/redis-secrets", readOnly: true }],
              },
            ],
            containers: [storageContainer("upload", "upload.sh", [{ name: "KEEP_DAYS", value: str`${backup.keepDays}` }])],
            volumes: [...jobVolumes, passwordOf("backup", v.secrets.keys.backup)],
          },
        },
      },
    },
  },
});
