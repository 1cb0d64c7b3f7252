import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { LivePod } from "./live.ts";
import { placeOf, type Place, type StandIn } from "./places.ts";
import type { Kubectl } from "./release.ts";

/** A pod from which connections can be tried, and that listens on every port which its containers have no use for. */
export interface Probe {
  readonly place: Place;
  readonly container: string;
  /** Ports on which somebody accepts connections in this pod. */
  readonly listening: ReadonlySet<number>;
}

/** What all probes of a run share. */
export interface ProbeOptions {
  /** Tells this run's containers and pods from others'. */
  readonly id: string;
  /** An image with `node` in its path, and the Secrets by which it is pulled in the release's namespace. */
  readonly image: string;
  readonly pullSecrets: readonly { readonly name?: string }[];
  readonly namespace: string;
  /** Ports to listen on. */
  readonly ports: readonly number[];
}

export type Attempt = readonly [address: string, port: number, protocol: "TCP" | "UDP"];

/** Label of pods that stand in for others. */
export const probeLabel = "xpeditis.com/connectivity";

const source = (name: string): string => readFileSync(join(import.meta.dirname, "programs", name), "utf8");
const program = (name: string): string => `${source("accepts.cjs")}\n${source(name)}`;
/** A run takes a minute; whatever was interrupted ends by itself. */
const seconds = 600;

/** Starts a probe beside the containers of a running pod: it shares the pod's network, and with it the pod's policies. */
export async function probeIn(kubectl: Kubectl, place: Place, options: ProbeOptions): Promise<Probe> {
  const { namespace, name } = place.pod.metadata;
  const container = `connectivity-${options.id}`;
  const declared = place.pod.spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
  const pod = JSON.parse(await kubectl(["--namespace", namespace, "get", "pod", name, "--output", "json"])) as LivePod;
  const ephemeralContainers = [...(pod.spec.ephemeralContainers ?? []), containerOf(container, options, declared)];
  // Not `kubectl debug`, which leaves the user to the pod, where it may be root.
  await kubectl(
    ["replace", "--raw", `/api/v1/namespaces/${namespace}/pods/${name}/ephemeralcontainers`, "--filename", "-"],
    // Whatever happened to the pod meanwhile is no conflict with this.
    JSON.stringify({ ...pod, metadata: { ...pod.metadata, resourceVersion: undefined }, spec: { ...pod.spec, ephemeralContainers } }),
  );
  return { place, container, listening: await untilListening(kubectl, namespace, name, container) };
}

/** Starts a pod with the labels of a party that has none, or none that may be touched. */
export async function standIn(kubectl: Kubectl, { party, namespace, labels }: StandIn, options: ProbeOptions): Promise<Probe> {
  const name = `connectivity-${party.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-${options.id}`;
  const container = "connectivity";
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { ...labels, [probeLabel]: options.id } },
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: seconds,
      // Never Ready, so that no Service sends it requests.
      readinessGates: [{ conditionType: probeLabel }],
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      imagePullSecrets: namespace === options.namespace ? options.pullSecrets : [],
      containers: [
        {
          ...containerOf(container, options, []),
          resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "192Mi" } },
        },
      ],
    },
  };
  await kubectl(["create", "--filename", "-"], JSON.stringify(pod));
  const listening = await untilListening(kubectl, namespace, name, container);
  const started = JSON.parse(await kubectl(["--namespace", namespace, "get", "pod", name, "--output", "json"])) as LivePod;
  return { place: placeOf(party.name, party.own, started), container, listening };
}

/** Tries connections from a probe's pod; gives for each whether it was let through. */
export async function attempt(kubectl: Kubectl, { place, container }: Probe, attempts: readonly Attempt[]): Promise<boolean[]> {
  if (attempts.length === 0) return [];
  const { namespace, name } = place.pod.metadata;
  const text = `const attempts = ${JSON.stringify(attempts)};\n${program("connect.cjs")}`;
  return JSON.parse(await kubectl(["--namespace", namespace, "exec", "--stdin", name, "--container", container, "--", "node", "-"], text));
}

/** Ends all that was started: pods that stood in are deleted, of containers only their entry in the pod's status is left. */
export async function endProbes(kubectl: Kubectl, probes: readonly Probe[], { id }: ProbeOptions): Promise<void> {
  const stop = `require("node:net").connect("\\0connectivity-${id}").on("error", () => {})`;
  await eachOf(probes, async ({ place, container }) => {
    const { namespace, name } = place.pod.metadata;
    // It may have ended before the answer.
    await kubectl(["--namespace", namespace, "exec", name, "--container", container, "--", "node", "-e", stop]).catch(() => {});
  });
  await kubectl(["delete", "pods", "--all-namespaces", "--selector", `${probeLabel}=${id}`, "--wait=false"]);
}

/** Does the work for each, some at a time: each takes a kubectl of its own. Gives the results in order. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  return results;
}

// ── internal ────────────────────────────────────────────────────────────────

/** Nothing that Pod Security `restricted` refuses. */
const containerOf = (name: string, options: ProbeOptions, declared: readonly number[]) => ({
  name,
  image: options.image,
  imagePullPolicy: "IfNotPresent" as const,
  command: ["node", "-e", program("listen.cjs"), ...listenArguments(options, declared)],
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 10_001,
    runAsGroup: 10_001,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" as const },
  },
});

function listenArguments({ id, ports }: ProbeOptions, declared: readonly number[]): string[] {
  const others = ports.filter((port) => !declared.includes(port));
  return [String(seconds), `connectivity-${id}`, declared.join(","), others.join(",")];
}

async function untilListening(kubectl: Kubectl, namespace: string, pod: string, container: string): Promise<ReadonlySet<number>> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const log = await kubectl(["--namespace", namespace, "logs", pod, "--container", container]).catch((error: unknown) => {
      if (performance.now() > deadline) throw error;
      return "";
    });
    if (log !== "") return new Set((JSON.parse(log) as { listening: number[] }).listening);
    if (performance.now() > deadline) throw new Error(`${namespace}/${pod}: container ${container} does not start within 90 s`);
    await sleep(500);
  }
}
