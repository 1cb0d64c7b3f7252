import type { ICluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster";

import { any, each, fallback, gt, helm, include, str, when, why, type Doc } from "../../dsl/index.ts";
import { bootstrap, externalClusters } from "./bootstrap.ts";
import { imageName } from "./image.ts";
import { cluster, pooler, store } from "./names.ts";
import { parameters } from "./parameters.ts";
import { barmanPlugin } from "./barman.ts";
import { retainedMetadata } from "./retained.ts";
import { values as v } from "./values.ts";

const { storage, walStorage, backup } = v;

/** PostgreSQL itself. */
export const postgresCluster: Doc<ICluster> = {
  apiVersion: "postgresql.cnpg.io/v1",
  kind: "Cluster",
  metadata: retainedMetadata(cluster),
  spec: {
    instances: v.instances,
    imageName: include(imageName),
    imagePullPolicy: v.image.pullPolicy,
    imagePullSecrets: [each(v.global.imagePullSecrets, (name) => ({ name })), each(v.imagePullSecrets, (name) => ({ name }))],
    inheritedMetadata: when(any(v.podLabels, v.podAnnotations), { labels: v.podLabels, annotations: v.podAnnotations }),
    bootstrap,
    externalClusters,
    enableSuperuserAccess: false,
    [why]: {
      enablePDB: "A budget for one instance would keep its node from ever being drained.",
      certificates: "The pooler shows the cluster's certificate, so that must be valid for the pooler's names, too.",
      smartShutdownTimeout: "Poolers keep their connections: all of this time would be downtime.",
    },
    enablePDB: gt(v.instances, 1),
    certificates: {
      serverAltDNSNames: [pooler, str`${pooler}.${helm.Release.Namespace}`, str`${pooler}.${helm.Release.Namespace}.svc`],
    },
    postgresql: { parameters },
    smartShutdownTimeout: v.shutdown.smartSeconds,
    stopDelay: v.shutdown.stopSeconds,
    storage: { storageClass: fallback(storage.storageClass, v.global.storageClass), size: storage.size },
    walStorage: when(walStorage.enabled, {
      storageClass: fallback(walStorage.storageClass, v.global.storageClass),
      size: walStorage.size,
    }),
    resources: v.resources,
    affinity: {
      podAntiAffinityType: v.podAntiAffinity,
      topologyKey: "kubernetes.io/hostname",
      nodeSelector: v.nodeSelector,
      tolerations: v.tolerations,
      nodeAffinity: v.nodeAffinity,
    },
    priorityClassName: v.priorityClassName,
    plugins: when(backup.enabled, [{ name: barmanPlugin, isWALArchiver: true, parameters: { barmanObjectName: store } }]),
  },
};
