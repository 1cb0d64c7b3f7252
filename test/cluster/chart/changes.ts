import type { KubernetesObject } from "../../../generator/check/manifest.ts";
import type { Client, KubeObject } from "../harness/client.ts";
import { lastingPods } from "./workloads.ts";

/** What an upgrade that only renames things must leave alone: pods by uid, specs of workloads by generation, templates by hash. */
export type Footprint = ReadonlyMap<string, string>;

/** Takes the footprint of a release's namespace. */
export async function footprint(cluster: Client, namespace: string): Promise<Footprint> {
  const marks = new Map<string, string>();
  for (const pod of await lastingPods(cluster, namespace)) marks.set(`Pod ${pod.metadata.name}`, pod.metadata.uid ?? "");
  const workloads = await cluster.list("deployments,statefulsets,daemonsets", namespace);
  for (const { kind, metadata } of workloads) marks.set(`${kind} ${metadata.name}`, `generation ${metadata.generation}`);
  for (const set of await cluster.list<ReplicaSet>("replicasets", namespace)) {
    if (set.spec.replicas > 0) marks.set(`ReplicaSet ${set.metadata.name}`, set.metadata.labels?.["pod-template-hash"] ?? "");
  }
  for (const job of await cluster.list("jobs", namespace)) marks.set(`Job ${job.metadata.name}`, job.metadata.uid ?? "");
  return marks;
}

/** What differs between two footprints, in words. */
export function restarted(before: Footprint, after: Footprint): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key}: ${before.get(key) ?? "new"} → ${after.get(key) ?? "gone"}`);
}

interface ReplicaSet extends KubeObject {
  readonly spec: { readonly replicas: number };
}

/** Every object of a namespace that a person could have made, as `resource/name`, without what each namespace has. */
export async function inventory(cluster: Client, namespace: string): Promise<string[]> {
  const kinds = await cluster.kubectl(["api-resources", "--namespaced", "--verbs=list,delete", "--output=name"]);
  const wanted = kinds
    .trim()
    .split("\n")
    .filter((kind) => !ephemeral.test(kind));
  const found = await cluster.kubectl(["get", wanted.join(","), "--namespace", namespace, "--output=name", "--ignore-not-found"]);
  return found
    .trim()
    .split("\n")
    .filter((name) => name !== "" && !ownOfNamespace.has(name))
    .toSorted();
}

const ephemeral = /^events(\.|$)|^leases\.|^(pods|nodes)\.metrics\.k8s\.io$/;
const ownOfNamespace = new Set(["configmap/kube-root-ca.crt", "serviceaccount/default"]);

/** Waits until nothing of a release is left but what was there before and what its resource policy keeps; gives the rest. */
export async function leftovers(cluster: Client, namespace: string, allowed: readonly string[]): Promise<string[]> {
  const left = async () => (await inventory(cluster, namespace)).filter((name) => !allowed.includes(name));
  // The garbage collector and KEDA's finalizer need a moment.
  await cluster.waitFor("nothing is left", async () => ((await left()).length === 0 ? true : undefined), 20).catch(() => {});
  return left();
}

/** Names of the objects that Helm keeps at an uninstall. */
export function keptByPolicy(objects: readonly KubernetesObject[]): string[] {
  return objects
    .filter(({ metadata }) => metadata.annotations?.["helm.sh/resource-policy"] === "keep")
    .map(({ metadata }) => metadata.name);
}
