import type { KubernetesObject } from "../../../generator/check/manifest.ts";
import type { Client, KubeObject } from "../harness/client.ts";
import type { Release } from "./release.ts";

/** A container as the tests look at it. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> };
}

export interface Pod extends KubeObject {
  readonly metadata: KubeObject["metadata"] & { readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[] };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly (Container & { readonly restartPolicy?: string })[];
    readonly volumes?: readonly Readonly<Record<string, unknown> & { readonly name: string }>[];
  };
}

export interface Workload extends KubeObject {
  readonly spec: { readonly replicas?: number; readonly completions?: number };
  readonly status?: KubeObject["status"] & {
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly numberReady?: number;
    readonly desiredNumberScheduled?: number;
    readonly succeeded?: number;
  };
}

/** The range of pods that an autoscaler of the release keeps a workload in. */
export interface Scaling {
  readonly workload: string;
  readonly min: number;
  readonly max: number;
}

/** The autoscaled workloads among rendered objects, whichever engine scales them. */
export function scalings(objects: readonly KubernetesObject[]): Scaling[] {
  return objects.flatMap((object) => {
    const spec = (object["spec"] ?? {}) as Record<string, unknown> & { scaleTargetRef?: { name: string } };
    const workload = spec.scaleTargetRef?.name;
    if (workload === undefined) return [];
    if (object.kind === "HorizontalPodAutoscaler")
      return [{ workload, min: Number(spec["minReplicas"]), max: Number(spec["maxReplicas"]) }];
    if (object.kind === "ScaledObject") return [{ workload, min: Number(spec["minReplicaCount"]), max: Number(spec["maxReplicaCount"]) }];
    return [];
  });
}

const controllers = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/**
 * What of the release's workloads and claims is not as it should be after `helm install --wait`. An autoscaler may take
 * some seconds more to bring its workload to the minimum, which Helm knows nothing of.
 */
export async function unready(cluster: Client, release: Release): Promise<string[]> {
  let problems: string[] = [];
  const none = async () => ((problems = await lacking(cluster, release)).length === 0 ? true : undefined);
  await cluster.waitFor("all is ready", none, 20).catch(() => {});
  return problems;
}

async function lacking(cluster: Client, release: Release): Promise<string[]> {
  const objects = await release.objects();
  const minima = new Map(scalings(objects).map(({ workload, min }) => [workload, min]));
  const problems: string[] = [];
  for (const { kind, metadata } of objects.filter((object) => controllers.includes(object.kind))) {
    const namespace = metadata.namespace ?? release.namespace;
    const found = await cluster.get<Workload>(kind, metadata.name, namespace);
    const { ready, wanted } = found === undefined ? { ready: 0, wanted: 1 } : progress(kind, found);
    if (ready !== wanted) problems.push(`${kind} ${metadata.name}: ${ready} of ${wanted} ready`);
    const min = minima.get(metadata.name) ?? 0;
    if (kind === "Deployment" && wanted < min)
      problems.push(`${kind} ${metadata.name}: ${wanted} pods, the autoscaler's minimum is ${min}`);
  }
  for (const claim of await cluster.list("persistentvolumeclaims", release.namespace)) {
    if (claim.status?.phase !== "Bound") problems.push(`PersistentVolumeClaim ${claim.metadata.name}: ${claim.status?.phase}`);
  }
  return problems;
}

/** Pods of the release that run on, i.e. of no Job and no hook. */
export async function lastingPods(cluster: Client, namespace: string): Promise<Pod[]> {
  const pods = await cluster.list<Pod>("pods", namespace);
  return pods.filter(({ metadata }) => !["Job", undefined].includes(metadata.ownerReferences?.[0]?.kind));
}

function progress(kind: string, { spec, status }: Workload): { ready: number; wanted: number } {
  if (kind === "DaemonSet") return { ready: status?.numberReady ?? 0, wanted: status?.desiredNumberScheduled ?? 0 };
  if (kind === "Job") return { ready: status?.succeeded ?? 0, wanted: spec.completions ?? 1 };
  return { ready: status?.readyReplicas ?? 0, wanted: spec.replicas ?? 1 };
}
