import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

import type { Client, KubeObject } from "../client.ts";

interface Claim extends KubeObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

/**
 * Gives every claim a volume on the node that the scheduler chose for its pod, as a cloud's driver would: an empty folder
 * of root's, whose group the kubelet then sets to the pod's `fsGroup`. It works until the cluster is stopped.
 *
 * @param kubectl the program, which watches the claims.
 */
export function provisionVolumes(client: Client, kubectl: string): void {
  const folder = dirname(client.kubeconfig);
  const args = ["get", "persistentvolumeclaims", "--all-namespaces", "--watch", "--output", 'jsonpath={@}{"\\n"}'];
  const watch = spawn(kubectl, ["--kubeconfig", client.kubeconfig, "--cache-dir", join(folder, "cache"), ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  watch.unref();
  (watch.stdout as unknown as { unref(): void }).unref();
  const done = new Set<string>();
  createInterface({ input: watch.stdout }).on("line", (line) => {
    const claim = JSON.parse(line) as Claim;
    const { uid = "", annotations } = claim.metadata;
    const node = annotations?.["volume.kubernetes.io/selected-node"];
    if (node === undefined || claim.spec.volumeName !== undefined || done.has(uid)) return;
    done.add(uid);
    // The cluster may be stopped at any time.
    provision(client, folder, claim, node).catch(() => done.delete(uid));
  });
}

async function provision(client: Client, folder: string, { metadata, spec }: Claim, node: string): Promise<void> {
  const name = `pvc-${metadata.uid}`;
  const path = join(folder, "nodes", node, "volumes", name);
  await mkdir(path, { recursive: true, mode: 0o755 });
  await client.apply([
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": "csi.hetzner.cloud" } },
      spec: {
        accessModes: spec.accessModes,
        capacity: spec.resources.requests,
        persistentVolumeReclaimPolicy: "Delete",
        storageClassName: spec.storageClassName ?? "",
        local: { path },
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }] },
        },
        claimRef: {
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          name: metadata.name,
          namespace: metadata.namespace,
          uid: metadata.uid,
        },
      },
    },
  ]);
}
