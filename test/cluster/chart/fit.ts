import { parseQuantity } from "../../../generator/check/lint/quantity.ts";
import { hasCondition, type Client, type KubeObject } from "../harness/client.ts";
import type { Container, Pod } from "./workloads.ts";

/** What pods ask of a node, and what it has: CPUs and bytes. */
export interface Room {
  readonly node: string;
  readonly pods: number;
  readonly cpu: number;
  readonly memory: number;
  readonly cpuOf: number;
  readonly memoryOf: number;
}

interface Node extends KubeObject {
  readonly spec: { readonly unschedulable?: boolean };
  readonly status: KubeObject["status"] & { readonly allocatable: Readonly<Record<string, string>> };
}

/** What is requested of every node that takes pods. */
export async function rooms(cluster: Client): Promise<Room[]> {
  const [nodes, pods] = await Promise.all([cluster.list<Node>("nodes"), cluster.list<Pod>("pods")]);
  return nodes.map(({ metadata, status }) => {
    const own = pods.filter((pod) => pod.spec.nodeName === metadata.name && !isOver(pod));
    const sum = (resource: string) => own.reduce((total, pod) => total + requested(pod, resource), 0);
    const has = (resource: string) => parseQuantity(status.allocatable[resource]) ?? 0;
    return { node: metadata.name, pods: own.length, cpu: sum("cpu"), memory: sum("memory"), cpuOf: has("cpu"), memoryOf: has("memory") };
  });
}

/** Pods that no node takes, with the scheduler's reason. */
export async function unschedulable(cluster: Client): Promise<string[]> {
  const pods = await cluster.list<Pod>("pods");
  return pods.flatMap(({ metadata, status }) => {
    const judged = status?.conditions?.find(({ type, status: is }) => type === "PodScheduled" && is === "False");
    return judged?.reason === "Unschedulable" ? [`${metadata.namespace}/${metadata.name}`] : [];
  });
}

/** Waits until the scheduler has judged every pod and every pod that has a node is ready or over; gives those without one. */
export async function settle(cluster: Client, timeoutSeconds = 120): Promise<string[]> {
  return cluster.waitFor(
    "every pod is judged by the scheduler",
    async () => {
      const pods = await cluster.list<Pod>("pods");
      const deployments = await cluster.list<Deployment>("deployments");
      const counted = deployments.every(({ metadata, spec, status }) => {
        return status.observedGeneration === metadata.generation && (status.replicas ?? 0) === spec.replicas;
      });
      const waiting = await unschedulable(cluster);
      const judged = pods.every(
        (pod) => isOver(pod) || hasCondition(pod, "Ready") || waiting.includes(`${pod.metadata.namespace}/${pod.metadata.name}`),
      );
      return counted && judged ? waiting : undefined;
    },
    timeoutSeconds,
  );
}

/** A table of nodes with their requests, for people. */
export function fitTable(title: string, nodes: readonly Room[]): string {
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const lines = nodes.map(({ node, pods, cpu, memory, cpuOf, memoryOf }) => {
    const share = [cpu / cpuOf, memory / memoryOf].map((part) => `${Math.round(part * 100)} %`);
    return `| ${title} | ${node} | ${pods} | ${cpu.toFixed(2)} of ${cpuOf} (${share[0]}) | ${gib(memory)} of ${gib(memoryOf)} GiB (${share[1]}) |`;
  });
  return lines.join("\n");
}

export const fitTableHead = "| state | node | pods | CPU requested | memory requested |\n| --- | --- | --- | --- | --- |";

/** Faults of the pods of a namespace that keep the cluster autoscaler from removing a node, or make it count wrong. */
export function pinning(pods: readonly Pod[]): string[] {
  return pods.flatMap((pod) => {
    const { metadata, spec } = pod;
    const annotations = metadata.annotations ?? {};
    const named = annotations["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"]?.split(",") ?? [];
    const isSafe = annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"] === "true";
    const local = (spec.volumes ?? []).filter((volume) => "hostPath" in volume || isOnDisk(volume)).map(({ name }) => name);
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    return [
      ...local.filter((name) => !isSafe && !named.includes(name)).map((name) => `${metadata.name}: volume ${name} pins the node`),
      ...containers.flatMap(({ name, resources }) =>
        ["cpu", "memory"]
          .filter((each) => resources?.requests?.[each] === undefined)
          .map((each) => `${metadata.name}: ${name} requests no ${each}`),
      ),
    ];
  });
}

// ── internal ────────────────────────────────────────────────────────────────

interface Deployment extends KubeObject {
  readonly spec: { readonly replicas: number };
  readonly status: KubeObject["status"] & { readonly observedGeneration?: number; readonly replicas?: number };
}

function isOver({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** An emptyDir in memory does not pin a node (cluster-autoscaler utils/drain). */
function isOnDisk(volume: Readonly<Record<string, unknown>>): boolean {
  return "emptyDir" in volume && (volume["emptyDir"] as { medium?: string }).medium !== "Memory";
}

/** As the scheduler counts: the containers and sidecars together, or the largest of the init containers before them. */
function requested({ spec }: Pod, resource: string): number {
  const of = ({ resources }: Container) => parseQuantity(resources?.requests?.[resource]) ?? 0;
  const init = spec.initContainers ?? [];
  const lasting = [...spec.containers, ...init.filter(({ restartPolicy }) => restartPolicy === "Always")];
  return Math.max(
    lasting.reduce((sum, each) => sum + of(each), 0),
    ...init.map(of),
  );
}
