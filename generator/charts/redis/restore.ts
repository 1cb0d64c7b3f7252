import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";

import { checksum, defineFragment, include, merge, str, trunc, when, why, type Block, type Doc } from "../../dsl/index.ts";
import { metadata, named, selector } from "../../kubernetes/names.ts";
import { dataVolume } from "./claim.ts";
import { jobBasics, jobMounts, jobScratch, jobVolumes, redisJobContainer, storageContainer } from "./job-pod.ts";
import { values as v } from "./values.ts";

/** Component label of the pods that restore a backup. */
export const restoreComponent = "restore";

const memoryOf = {
  requests: { cpu: v.resources.requests.cpu, memory: v.resources.requests.memory },
  limits: { memory: v.resources.limits.memory },
} as const;

const pod = defineFragment<IPodTemplateSpec>(
  "restorePod",
  "Pod of the restore Job; the Job is named after its contents, because they cannot be changed.",
  {
    metadata: {
      labels: merge(selector(restoreComponent), v.podLabels),
      annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": jobScratch },
    },
    spec: {
      ...jobBasics,
      initContainers: [storageContainer("download", "download.sh", [{ name: "RESTORE_FROM", value: v.restore.from }])],
      containers: [
        {
          [why]: { resources: "It holds all the data, as Redis does." },
          ...redisJobContainer("restore", "restore.sh"),
          resources: {
            requests: { ...memoryOf.requests, "ephemeral-storage": v.backup.resources.requests["ephemeral-storage"] },
            limits: { ...memoryOf.limits, "ephemeral-storage": v.backup.resources.limits["ephemeral-storage"] },
          },
          volumeMounts: [...jobMounts, { name: "data", mountPath: "/data" }],
        },
      ],
      volumes: [...jobVolumes, dataVolume],
    },
  },
);

/** Puts a backup in the place of the data. The volume is for one pod at a time, so it waits until Redis is gone. */
export const restoreJob: Block<Doc<IJob>> = when(v.restore.enabled, {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: metadata(str`${named("restore")}-${trunc(8, checksum(pod))}`),
  spec: {
    backoffLimit: 2,
    activeDeadlineSeconds: v.backup.deadlineSeconds,
    ttlSecondsAfterFinished: 86400,
    template: include(pod),
  },
});
