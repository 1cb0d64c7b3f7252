import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IVolume } from "kubernetes-models/v1/Volume";

import { all, fallback, merge, not, when, why, type Block, type Doc, type Tpl } from "../../dsl/index.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { isDurable } from "./memory.ts";
import { values as v } from "./values.ts";

const { persistence } = v;

/** Class of the volume. Named in any case: a cluster may have two default classes, or another one tomorrow. */
export const storageClass = fallback(persistence.storageClass, v.global.storageClass);

/** A claim of its own: those that a StatefulSet makes can never be edited, and so never grow. It outlives the release. */
export const claim: Block<Doc<IPersistentVolumeClaim>> = when(all(isDurable, not(persistence.existingClaim)), {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: metadata(named("data"), merge({ "helm.sh/resource-policy": "keep" }, v.global.commonAnnotations, persistence.annotations)),
  spec: {
    accessModes: [persistence.accessMode as never],
    storageClassName: storageClass,
    resources: { requests: { storage: persistence.size } },
  },
});

const volumeClaim: Tpl<IVolume> = {
  name: "data",
  persistentVolumeClaim: { claimName: fallback(persistence.existingClaim, named("data")) },
};

/** The data of mode `durable`. */
export const dataVolume = volumeClaim;

/** Where Redis works: the claim, or a folder that lives as long as the pod and in which nothing is ever written. */
export const workingFolder: Block<Tpl<IVolume>> = when(isDurable, volumeClaim, {
  [why]: { emptyDir: "Redis needs a working directory; in mode cache it writes nothing there." },
  name: "data",
  emptyDir: { sizeLimit: "64Mi" },
});
