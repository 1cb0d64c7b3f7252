import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { ISecret } from "kubernetes-models/v1/Secret";

import {
  all,
  b64enc,
  checksum,
  defineFragment,
  defineString,
  each,
  entry,
  eq,
  fail,
  include,
  merge,
  not,
  spread,
  str,
  trunc,
  when,
  type Block,
  type Doc,
  type Expr,
  type Guard,
  type Tpl,
} from "../../dsl/index.ts";
import { metadata, named, selector } from "../../kubernetes/names.ts";
import { migration, toDns, toInternet } from "../../kubernetes/network-policy.ts";
import { podBasics, serviceAccountName } from "../../kubernetes/pod.ts";
import { application } from "./application.ts";
import { migrateContainer, migrationSecretName, waitContainer } from "./migration-container.ts";
import { authorityVolume, migrationToPostgresql } from "./postgresql.ts";
import { values as v } from "./values.ts";

const isJob = eq(v.migrations.mode, "job");
const isHook = eq(v.migrations.mode, "hook");

const pod = (configMap: Expr<string>, serviceAccount: Expr<string>): Tpl<IPodTemplateSpec> => ({
  metadata: {
    labels: merge(selector(migration), v.podLabels),
    annotations: {
      "checksum/config": checksum(application.environment.data),
      "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "tmp",
    },
  },
  spec: {
    serviceAccountName: serviceAccount,
    restartPolicy: "Never",
    ...podBasics,
    affinity: v.affinity,
    initContainers: [waitContainer],
    containers: [migrateContainer(configMap)],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: v.tmp.sizeLimit } }, authorityVolume],
  },
});

const jobPod = defineFragment<IPodTemplateSpec>(
  "migrationPod",
  "Pod of the migration Job; the Job is named after its contents, because they cannot be changed.",
  pod(named("config"), include(serviceAccountName)),
);

const limits = {
  backoffLimit: v.migrations.backoffLimit,
  activeDeadlineSeconds: v.migrations.deadlineSeconds,
  ttlSecondsAfterFinished: v.migrations.keepSeconds,
} as const;

/**
 * Mode `job`: one Job per image and configuration, which any delivery tool applies like everything else. The configuration counts,
 * too: the Job that failed because of it would stay failed after it is mended. With nothing to migrate it takes seconds.
 */
export const migrationJob: Block<Doc<IJob>> = when(isJob, {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: metadata(str`${named("migrate")}-${trunc(8, checksum(jobPod))}`),
  spec: { ...limits, template: include(jobPod) },
});

/** Both delete policies, always: naming only one drops the default, and the next run finds the last one in its way. */
const hook = (weight: string) =>
  ({
    "helm.sh/hook": "pre-install,pre-upgrade",
    "helm.sh/hook-weight": weight,
    "helm.sh/hook-delete-policy": "before-hook-creation,hook-succeeded",
  }) as const;

const hookAccountName = defineString(
  "migrationServiceAccountName",
  "ServiceAccount of the migration hook, which brings its own if the chart creates one.",
  when(v.serviceAccount.create, named("migrate"), include(serviceAccountName)),
);

/** Mode `hook`: the release's ServiceAccount and ConfigMap do not exist yet (or are the old ones), so the hook brings its own. */
export const migrationHookAccount: Block<Doc<IServiceAccount>> = when(all(isHook, v.serviceAccount.create), {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: metadata(include(hookAccountName), merge(hook("-10"), v.serviceAccount.annotations)),
  automountServiceAccountToken: false,
});

export const migrationHookConfig: Block<Doc<IConfigMap>> = when(isHook, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata(named("migrate-config"), hook("-10")),
  data: include(application.environment.data),
});

/** The same for a Secret that the chart itself writes. */
export const migrationHookSecret: Block<Doc<ISecret>> = when(all(isHook, eq(v.secrets.mode, "literal"), v.secrets.literal), {
  apiVersion: "v1",
  kind: "Secret",
  metadata: metadata(include(migrationSecretName), hook("-10")),
  type: "Opaque",
  data: each(v.secrets.literal, (value, key) => entry(key, b64enc(value))),
});

export const migrationHook: Block<Doc<IJob>> = when(isHook, {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: metadata(named("migrate"), { ...hook("0"), "helm.sh/hook-output-log-policy": "hook-failed" }),
  spec: { ...limits, template: pod(named("migrate-config"), include(hookAccountName)) },
});

/** Migrations reach the database and nothing else. */
export const migrationPolicy: Block<Doc<INetworkPolicy>> = when(all(v.global.networkPolicy.enabled, not(eq(v.migrations.mode, "none"))), {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("migrate")),
  spec: {
    podSelector: { matchLabels: selector(migration) },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns, migrationToPostgresql, toInternet, spread(v.networkPolicy.extraEgress)],
  },
});

export const migrationGuards: Guard[] = [
  when(
    all(isHook, eq(v.secrets.mode, "external")),
    fail(
      'backend.migrations.mode is "hook" while backend.secrets.mode is "external": the ExternalSecret would be applied only after the hook that needs its Secret; use mode "job"',
    ),
  ),
];
