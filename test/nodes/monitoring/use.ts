import { parseQuantity } from "../../../generator/check/lint/quantity.ts";
import type { Container, Pod } from "../../cluster/chart/workloads.ts";
import type { Cluster } from "../../cluster/harness/cluster.ts";
import type { StartedNode } from "../../cluster/harness/real/node.ts";
import { namespace } from "../production.ts";
import type { Observer } from "./observer.ts";

/** CPUs and bytes. */
export interface Use {
  readonly cpu: number;
  readonly memory: number;
}

/** What a container's pod asks for it; `Infinity` where there is no limit. */
export interface Asked extends Use {
  readonly memoryLimit: number;
}

/** Numbers by the container's name. */
export type ByContainer<T> = ReadonlyMap<string, T>;

/** Where the containers are whose size the charts set, and which pods there. */
const places: readonly (readonly [namespace: string, labels?: string])[] = [
  [namespace],
  ["monitoring"],
  ["kube-system", "app.kubernetes.io/name=traefik"],
];

interface RunningPod extends Pod {
  readonly status: Pod["status"] & {
    readonly containerStatuses?: readonly { readonly name: string; readonly containerID?: string }[];
    readonly initContainerStatuses?: readonly { readonly name: string; readonly containerID?: string }[];
  };
}

async function runningPods(cluster: Cluster): Promise<RunningPod[]> {
  const pods = await Promise.all(places.map((place) => cluster.list<RunningPod>("pods", ...place)));
  return pods.flat().filter(({ status }) => status?.phase === "Running");
}

/** What the hungriest container of each name uses now, of the CPU in the last minute. */
export const used = (cluster: Cluster, observer: Observer) => measure(cluster, observer, "VmRSS", "30s");

/** The most that it has used of the CPU in the last three minutes, and of memory since it started. */
export const usedAtMost = (cluster: Cluster, observer: Observer) => measure(cluster, observer, "VmHWM", "3m");

/**
 * CPU and memory as cAdvisor tells Prometheus, or as much memory as is resident of the processes where that is more: a page of a
 * program's file counts for whoever touched it first, which may be the other node of this machine or an earlier pod.
 */
async function measure(cluster: Cluster, observer: Observer, field: "VmRSS" | "VmHWM", window: string): Promise<ByContainer<Use>> {
  const of = `namespace=~"${places.map(([each]) => each).join("|")}",container!=""`;
  const most = (expr: string) => observer.samples(`max by (container) (max_over_time(${expr}[${window}:5s]))`);
  const [cpu, memory, pods, ...resident] = await Promise.all([
    most(`rate(container_cpu_usage_seconds_total{${of}}[1m])`),
    most(`container_memory_working_set_bytes{${of}}`),
    runningPods(cluster),
    ...cluster.realNodes.map((node) => residentBytes(node, field)),
  ]);
  const numbers = (samples: typeof cpu) => new Map(samples.map(({ metric, value }) => [metric["container"], Number(value[1])]));
  const [cpus, sets] = [numbers(cpu), numbers(memory)];
  const statuses = pods.flatMap(({ status }) => [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]);
  return new Map(
    [...Map.groupBy(statuses, ({ name }) => name)].flatMap(([name, all]) => {
      const bytes = all.flatMap(({ containerID = "" }) => resident.map((node) => node.get(containerID.replace("containerd://", "")) ?? 0));
      // Of what has ended, nothing is resident.
      return Math.max(...bytes) === 0
        ? []
        : [[name, { cpu: cpus.get(name) ?? Number.NaN, memory: Math.max(sets.get(name) ?? 0, ...bytes) }]];
    }),
  );
}

/** Resident memory of the processes of each container of a node, by the container's id. */
async function residentBytes(node: StartedNode, field: string): Promise<ReadonlyMap<string, number>> {
  // A process's control group ends with its container's id.
  const script = `for process in /proc/[0-9]*; do
  id=$(sed -n 's|.*/kubepods.*/\\([0-9a-f]\\{64\\}\\)$|\\1|p' $process/cgroup | head -n 1)
  [ -z "$id" ] || echo "$id $(sed -n 's/^${field}:[^0-9]*\\([0-9]*\\) kB/\\1/p' $process/status)"
done 2> /dev/null; true`;
  const sums = new Map<string, number>();
  for (const line of (await node.run(["sh", "-c", script])).split("\n")) {
    const [id = "", kilobytes = ""] = line.split(" ");
    sums.set(id, (sums.get(id) ?? 0) + 1024 * Number(kilobytes));
  }
  return sums;
}

/** What the containers that run ask for. */
export async function asked(cluster: Cluster): Promise<ByContainer<Asked>> {
  const containers = (await runningPods(cluster)).flatMap(({ spec }): readonly Container[] => [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always"),
  ]);
  return new Map(
    containers.map(({ name, resources }) => [
      name,
      {
        cpu: parseQuantity(resources?.requests?.["cpu"]) ?? 0,
        memory: parseQuantity(resources?.requests?.["memory"]) ?? 0,
        memoryLimit: parseQuantity(resources?.limits?.["memory"]) ?? Infinity,
      },
    ]),
  );
}
