import type { IVolume } from "kubernetes-models/v1/Volume";
import type { Pod } from "./pods.ts";
import { parseQuantity } from "./quantity.ts";
import type { Release } from "./release.ts";
import { amount } from "./resources.ts";
import { containerRule, podRule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Volumes and their mounts; local disk must not pin a node; nothing of the node is mounted. */
export const volumeRules: readonly Rule[] = [
  podRule("missing-volume", [], function* (pod, release) {
    const volumes = new Set([...(pod.spec.volumes ?? []).map(({ name }) => name), ...claimTemplates(pod, release)]);
    for (const { container, path } of pod.containers) {
      for (const [index, { name }] of (container.volumeMounts ?? []).entries()) {
        if (volumes.has(name)) continue;
        yield {
          path: `${path}.volumeMounts[${index}].name`,
          message: `the pod has no volume "${name}"; add it to volumes`,
        };
      }
    }
  }),
  podRule("unused-volume", [], function* (pod) {
    const mounted = new Set(
      pod.containers.flatMap(({ container }) => [
        ...(container.volumeMounts ?? []).map(({ name }) => name),
        ...(container.volumeDevices ?? []).map(({ name }) => name),
      ]),
    );
    for (const [index, { name }] of (pod.spec.volumes ?? []).entries()) {
      if (mounted.has(name)) continue;
      yield { path: `${pod.specPath}.volumes[${index}]`, message: `no container mounts "${name}"; mount or remove it` };
    }
  }),
  podRule("emptydir-size-limit", [], function* (pod) {
    for (const { volume, path } of volumesOf(pod)) {
      if (volume.emptyDir === undefined || (parseQuantity(volume.emptyDir.sizeLimit) ?? 0) > 0) continue;
      yield { path: `${path}.emptyDir.sizeLimit`, message: "is not set, so the volume can fill the node; write one" };
    }
  }),
  podRule("emptydir-within-ephemeral-limit", [], function* (pod) {
    const limits = pod.containers.filter(({ init }) => !init).map(({ container }) => amount(container, "limits", "ephemeral-storage"));
    if (limits.includes(undefined)) return;
    const total = limits.reduce<number>((sum, limit) => sum + (limit ?? 0), 0);
    for (const { volume, path } of volumesOf(pod)) {
      const size = isOnDisk(volume) ? (parseQuantity(volume.emptyDir?.sizeLimit) ?? 0) : 0;
      if (size <= total) continue;
      yield {
        path: `${path}.emptyDir.sizeLimit`,
        message: `${volume.emptyDir?.sizeLimit} is more than the containers' ephemeral-storage limits together, so the pod is evicted before the volume is full; raise the limits or write less`,
      };
    }
  }),
  podRule("safe-to-evict-local-volumes", [], function* (pod) {
    // The cluster autoscaler passes over DaemonSets, and never evicts a bare Pod.
    if (pod.owner === "DaemonSet" || pod.owner === "Pod") return;
    const declared = (pod.annotations[safeToEvict] ?? "").split(",").filter((name) => name !== "");
    const local = (pod.spec.volumes ?? []).filter(isOnDisk).map(({ name }) => name);
    const path = `${pod.path}.metadata.annotations["${safeToEvict}"]`;
    for (const name of local) {
      if (declared.includes(name)) continue;
      yield { path, message: `does not name the emptyDir "${name}", so the cluster autoscaler can never remove its node; add it` };
    }
    for (const name of declared) {
      if (!local.includes(name)) yield { path, message: `names "${name}", which is no emptyDir on disk; remove it` };
    }
  }),
  podRule("host-path", ["polaris/hostPathSet"], function* (pod) {
    for (const { volume, path } of volumesOf(pod)) {
      if (volume.hostPath === undefined) continue;
      yield { path: `${path}.hostPath`, message: `mounts ${volume.hostPath.path} of the node; use another volume` };
    }
  }),
  podRule("sensitive-host-mounts", ["kube-linter/sensitive-host-mounts"], function* (pod) {
    for (const { volume, path } of volumesOf(pod)) {
      const directory = volume.hostPath?.path;
      if (directory === undefined || !sensitiveDirectories.has(directory)) continue;
      yield { path: `${path}.hostPath`, message: `mounts ${directory} of the node; mount only the folder you need` };
    }
  }),
  podRule("docker-sock", ["kube-linter/docker-sock"], function* (pod) {
    for (const { volume, path } of volumesOf(pod)) {
      if (volume.hostPath?.path.endsWith("docker.sock") !== true) continue;
      yield { path: `${path}.hostPath`, message: "gives the container the node through Docker; remove it" };
    }
  }),
  containerRule("unique-mount-path", [], function* ({ container }) {
    const seen = new Set<string>();
    for (const [index, { mountPath }] of (container.volumeMounts ?? []).entries()) {
      if (seen.has(mountPath)) {
        yield [`volumeMounts[${index}].mountPath`, `${mountPath} is mounted twice; the API server refuses that`];
      }
      seen.add(mountPath);
    }
  }),
];

const safeToEvict = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";
const sensitiveDirectories = new Set(["/", "/boot", "/dev", "/etc", "/lib", "/proc", "/sys", "/usr"]);

function volumesOf(pod: Pod): { readonly volume: IVolume; readonly path: string }[] {
  return (pod.spec.volumes ?? []).map((volume, index) => ({ volume, path: `${pod.specPath}.volumes[${index}]` }));
}

function isOnDisk({ emptyDir }: IVolume): boolean {
  return emptyDir !== undefined && emptyDir.medium !== "Memory";
}

function claimTemplates(pod: Pod, release: Release): string[] {
  if (pod.owner !== "StatefulSet") return [];
  const owner = release.find("StatefulSet", pod.namespace, pod.manifest.object.metadata.name);
  return (owner?.object.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? "");
}
