import type { IPooler } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Pooler";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";

import { defineMap, each, gt, include, overlay, str, when, type Block, type Doc } from "../../dsl/index.ts";
import { imageTemplate } from "../../kubernetes/image.ts";
import { metadata } from "../../kubernetes/names.ts";
import { cluster, pooler as name } from "./names.ts";
import { values as v } from "./values.ts";

const { pooler } = v;

/** Labels that the operator gives the pooler's pods, and those of its pods only. */
export const poolerPods = { "cnpg.io/poolerName": name } as const;

const image = imageTemplate("poolerImage", pooler.image, "PgBouncer");

/** Parameters that have values of their own, with the names of these. */
export const ownPoolerParameters = {
  default_pool_size: "poolSize",
  max_client_conn: "maxClientConnections",
  max_prepared_statements: "preparedStatements",
} as const;

const computed = defineMap("poolerParameters", "Settings of pgbouncer.ini that have values of their own.", {
  default_pool_size: str`${pooler.poolSize}`,
  max_client_conn: str`${pooler.maxClientConnections}`,
  max_prepared_statements: str`${pooler.preparedStatements}`,
});

/** PgBouncer in front of the primary. */
export const postgresPooler: Doc<IPooler> = {
  apiVersion: "postgresql.cnpg.io/v1",
  kind: "Pooler",
  metadata: metadata(name),
  spec: {
    cluster: { name: cluster },
    instances: pooler.instances,
    type: "rw",
    pgbouncer: { poolMode: "transaction", parameters: overlay(computed, pooler.parameters) },
    template: {
      metadata: { annotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "scratch-data" } },
      spec: {
        containers: [{ name: "pgbouncer", image: include(image), imagePullPolicy: pooler.image.pullPolicy, resources: pooler.resources }],
        enableServiceLinks: false,
        imagePullSecrets: [
          each(v.global.imagePullSecrets, (secret) => ({ name: secret })),
          each(v.imagePullSecrets, (secret) => ({ name: secret })),
        ],
        priorityClassName: v.priorityClassName,
        nodeSelector: pooler.nodeSelector,
        tolerations: pooler.tolerations,
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: "kubernetes.io/hostname",
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: poolerPods },
          },
        ],
      },
    },
  },
};

/** The operator makes no budget for poolers. */
export const poolerBudget: Block<Doc<IPodDisruptionBudget>> = when(gt(pooler.instances, 1), {
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: metadata(name),
  spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: poolerPods } },
});
