import { describe } from "vitest";
import { claimRules } from "../generator/check/lint/claims.ts";
import { hookRules } from "../generator/check/lint/hooks.ts";
import { jobRules } from "../generator/check/lint/jobs.ts";
import { labelRules } from "../generator/check/lint/object-labels.ts";
import { schedulingRules } from "../generator/check/lint/scheduling.ts";
import { uniqueRules } from "../generator/check/lint/unique.ts";
import { volumeRules } from "../generator/check/lint/volumes.ts";
import type { RenderedManifest } from "../generator/check/manifest.ts";
import { container, object } from "./fixtures/good-parts.ts";
import { withField, withItem, withObject, withoutField } from "./fixtures/good-release.ts";
import { testFaults } from "./fixtures/lint-case.ts";

const first = "spec.template.spec.containers[0]";
const spec = "spec.template.spec";

/** The backend with one field of its container set. */
function inContainer(field: string, value: unknown): RenderedManifest[] {
  return withField("Deployment/backend", `${first}.${field}`, value);
}

/** The backend with one field of its pod set. */
function inPod(field: string, value: unknown): RenderedManifest[] {
  return withField("Deployment/backend", `${spec}.${field}`, value);
}

/** A place in the backend's container. */
function at(field: string): string {
  return `Deployment/backend ${first}.${field}`;
}

/** A place in the backend's pod. */
function inSpec(field: string): string {
  return `Deployment/backend ${spec}.${field}`;
}

describe("scheduling", () => {
  const antiAffinity = `${spec}.affinity.podAntiAffinity`;
  const term = `${antiAffinity}.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm`;
  testFaults(schedulingRules, [
    ["no-anti-affinity", withoutField("Deployment/backend", `${spec}.affinity`), `Deployment/backend ${antiAffinity}`],
    [
      "no-anti-affinity",
      withField("Deployment/backend", `${term}.topologyKey`, "topology.kubernetes.io/zone"),
      `Deployment/backend ${antiAffinity}`,
    ],
    [
      "no-anti-affinity",
      withField("Deployment/backend", `${term}.labelSelector.matchLabels.tier`, "api"),
      `Deployment/backend ${antiAffinity}`,
    ],
    ["topology-spread", withoutField("Deployment/backend", `${spec}.topologySpreadConstraints`), inSpec("topologySpreadConstraints")],
    [
      "pod-topology-spread-constraints",
      withoutField("Deployment/backend", `${spec}.topologySpreadConstraints[0].labelSelector`),
      inSpec("topologySpreadConstraints[0].labelSelector"),
    ],
    [
      "pod-topology-spread-constraints",
      inPod("topologySpreadConstraints[0].labelSelector.matchLabels.tier", "api"),
      inSpec("topologySpreadConstraints[0].labelSelector"),
    ],
    [
      "pod-topology-spread-constraints",
      inPod("topologySpreadConstraints[0].minDomains", 0),
      inSpec("topologySpreadConstraints[0].minDomains"),
    ],
    ["priority-class", withoutField("Deployment/backend", `${spec}.priorityClassName`), inSpec("priorityClassName")],
    ["missing-priority-class", inPod("priorityClassName", "urgent"), inSpec("priorityClassName")],
    [
      "deployment-strategy",
      withField("Deployment/backend", "spec.strategy", { type: "Recreate" }),
      "Deployment/backend spec.strategy.type",
    ],
  ]);
});

describe("volumes", () => {
  const safeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";
  const annotation = `Deployment/backend spec.template.metadata.annotations["${safeToEvict}"]`;
  function mounting(volume: Readonly<Record<string, unknown>>): RenderedManifest[] {
    return withField("DaemonSet/collector", `${spec}.volumes[0]`, { name: "buffer", ...volume });
  }
  const volume = `DaemonSet/collector ${spec}.volumes[0]`;
  testFaults(volumeRules, [
    ["missing-volume", inContainer("volumeMounts[0].name", "temp"), at("volumeMounts[0].name"), `${inSpec("volumes[0]")} [unused-volume]`],
    [
      "missing-volume",
      withField("StatefulSet/redis", "spec.volumeClaimTemplates[0].metadata.name", "db"),
      `StatefulSet/redis ${first}.volumeMounts[0].name`,
    ],
    [
      "unused-volume",
      withItem("Deployment/backend", `${spec}.volumes`, { name: "more", configMap: { name: "backend-config" } }),
      inSpec("volumes[1]"),
    ],
    ["emptydir-size-limit", inPod("volumes[0].emptyDir", {}), inSpec("volumes[0].emptyDir.sizeLimit")],
    ["emptydir-within-ephemeral-limit", inPod("volumes[0].emptyDir.sizeLimit", "1Gi"), inSpec("volumes[0].emptyDir.sizeLimit")],
    ["safe-to-evict-local-volumes", withoutField("Deployment/backend", `spec.template.metadata.annotations["${safeToEvict}"]`), annotation],
    [
      "safe-to-evict-local-volumes",
      withField("Deployment/backend", `spec.template.metadata.annotations["${safeToEvict}"]`, "tmp,cache"),
      annotation,
    ],
    ["safe-to-evict-local-volumes", inPod("volumes[0].emptyDir.medium", "Memory"), annotation],
    ["host-path", mounting({ hostPath: { path: "/var/log/pods" } }), `${volume}.hostPath`],
    ["sensitive-host-mounts", mounting({ hostPath: { path: "/etc" } }), `${volume}.hostPath`, `${volume}.hostPath [host-path]`],
    ["docker-sock", mounting({ hostPath: { path: "/var/run/docker.sock" } }), `${volume}.hostPath`, `${volume}.hostPath [host-path]`],
    [
      "unique-mount-path",
      withItem("Deployment/backend", `${first}.volumeMounts`, { name: "tmp", mountPath: "/tmp" }),
      at("volumeMounts[1].mountPath"),
    ],
  ]);
});

describe("names", () => {
  testFaults(uniqueRules, [
    ["unique-object", withObject(object("v1", "ConfigMap", "redis-config", {})), "ConfigMap/redis-config metadata.name"],
    ["duplicate-env-var", withItem("Deployment/backend", `${first}.env`, { name: "NODE_ENV", value: "test" }), at("env[2].name")],
    ["env-name", withItem("Deployment/backend", `${first}.env`, { name: "1ST", value: "x" }), at("env[2].name")],
    [
      "unique-container-name",
      withField("Deployment/backend", `${spec}.initContainers`, [container("backend", {})]),
      inSpec("containers[0].name"),
    ],
    ["unique-container-name", inContainer("name", "Backend"), at("name")],
    [
      "unique-volume-name",
      withItem("Deployment/backend", `${spec}.volumes`, { name: "tmp", configMap: { name: "backend-config" } }),
      inSpec("volumes[1].name"),
    ],
    ["volume-source", inPod("volumes[0].configMap", { name: "backend-config" }), inSpec("volumes[0]")],
  ]);
});

describe("labels", () => {
  testFaults(labelRules, [
    [
      "version-label-on-pods",
      withField("Deployment/backend", 'spec.template.metadata.labels["helm.sh/chart"]', "backend-1.0.0"),
      'Deployment/backend spec.template.metadata.labels["helm.sh/chart"]',
    ],
    [
      "version-label-on-claims",
      withField("StatefulSet/redis", 'spec.volumeClaimTemplates[0].metadata.labels["app.kubernetes.io/version"]', "7.4"),
      'StatefulSet/redis spec.volumeClaimTemplates[0].metadata.labels["app.kubernetes.io/version"]',
    ],
    [
      "metadata-and-instance",
      withoutField("Deployment/backend", 'metadata.labels["app.kubernetes.io/instance"]'),
      'Deployment/backend metadata.labels["app.kubernetes.io/instance"]',
    ],
  ]);
});

describe("jobs", () => {
  testFaults(jobRules, [
    [
      "job-ttl-seconds-after-finished",
      withoutField("Job/backend-migration", "spec.ttlSecondsAfterFinished"),
      "Job/backend-migration spec.ttlSecondsAfterFinished",
    ],
    [
      "job-ttl-seconds-after-finished",
      withField("CronJob/redis-backup", "spec.jobTemplate.spec.ttlSecondsAfterFinished", 60),
      "CronJob/redis-backup spec.jobTemplate.spec.ttlSecondsAfterFinished",
    ],
    [
      "cronjob-has-deadline",
      withoutField("CronJob/redis-backup", "spec.startingDeadlineSeconds"),
      "CronJob/redis-backup spec.startingDeadlineSeconds",
    ],
    [
      "cronjob-restartpolicy",
      withoutField("CronJob/redis-backup", "spec.jobTemplate.spec.template.spec.restartPolicy"),
      "CronJob/redis-backup spec.jobTemplate.spec.template.spec.restartPolicy",
    ],
  ]);
});

describe("hooks", () => {
  const annotation = 'metadata.annotations["helm.sh/hook-delete-policy"]';
  const job = "Job/backend-migration";
  testFaults(hookRules, [
    ["hook-delete-policy", withField(job, annotation, "hook-succeeded"), `${job} ${annotation}`],
    ["hook-delete-policy", withField(job, annotation, "before-hook-creation"), `${job} ${annotation}`],
    ["hook-delete-policy", withoutField("Pod/xpeditis-test", annotation), `Pod/xpeditis-test ${annotation}`],
    [
      "argo-hook",
      withField(job, 'metadata.annotations["argocd.argoproj.io/hook"]', "PreSync"),
      `${job} metadata.annotations["argocd.argoproj.io/hook"]`,
    ],
    [
      "hook-reads-release-object",
      withField(job, `${first}.envFrom[0].configMapRef.name`, "backend-config"),
      `${job} ${first}.envFrom[0].configMapRef`,
    ],
    [
      "hook-reads-release-object",
      withField("ServiceAccount/backend-migration", 'metadata.annotations["helm.sh/hook-weight"]', "0"),
      `${job} spec.template.spec.serviceAccountName`,
    ],
  ]);
});

describe("claims", () => {
  const template = "spec.volumeClaimTemplates[0].spec";
  const claim = (fields: Readonly<Record<string, unknown>>) => withObject(object("v1", "PersistentVolumeClaim", "more", { spec: fields }));
  const requests = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } };
  testFaults(claimRules, [
    [
      "claim-storage-class",
      withoutField("StatefulSet/redis", `${template}.storageClassName`),
      `StatefulSet/redis ${template}.storageClassName`,
    ],
    ["claim-storage-class", claim(requests), "PersistentVolumeClaim/more spec.storageClassName"],
    ["claim-storage-class", claim({ ...requests, storageClassName: "" }), "PersistentVolumeClaim/more spec.storageClassName"],
    [
      "claim-size",
      withField("StatefulSet/redis", `${template}.resources.requests.storage`, "5Gi"),
      `StatefulSet/redis ${template}.resources.requests.storage`,
    ],
    // 10 GB are 7 % less than 10 GiB.
    [
      "claim-size",
      claim({ ...requests, storageClassName: "a", resources: { requests: { storage: "10G" } } }),
      "PersistentVolumeClaim/more spec.resources.requests.storage",
    ],
  ]);
});
