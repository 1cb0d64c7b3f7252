import type { IStorageClass } from "kubernetes-models/storage.k8s.io/v1/StorageClass";

import { join, when, why, type Block, type Doc, type Expr, type Tpl } from "../../dsl/index.ts";
import { clusterMetadata } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

const { retain, encrypted, volumeLabels } = v.storageClasses;

/** A class of Hetzner volumes whose data outlives the claim. */
const storageClass = (
  { enabled, name, filesystem }: { enabled: Expr<boolean>; name: Expr<string>; filesystem: Expr<string> },
  more: Readonly<Record<string, Expr<string>>> = {},
): Block<Doc<IStorageClass>> =>
  when(enabled, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: clusterMetadata(name),
    provisioner: "csi.hetzner.cloud",
    reclaimPolicy: "Retain",
    [why]: { volumeBindingMode: "The volume is made where the pod runs: it can never leave that location." },
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    parameters: {
      "csi.storage.k8s.io/fstype": filesystem,
      labels: when(volumeLabels, join(",", volumeLabels)),
      ...more,
    } as Tpl<Record<string, string>>,
  });

export const storageClasses = [
  storageClass(retain),
  storageClass(encrypted, {
    "csi.storage.k8s.io/node-publish-secret-name": encrypted.secretName,
    "csi.storage.k8s.io/node-publish-secret-namespace": encrypted.secretNamespace,
  }),
];
