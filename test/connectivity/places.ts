import type { End } from "../../generator/check/lint/network-reach.ts";
import type { Release } from "../../generator/check/lint/release.ts";
import { partiesOf, type Party } from "../network/parties.ts";
import { asPod, hasLabels, type LivePod } from "./live.ts";
import type { Installed, Kubectl } from "./release.ts";

/** A pod of a party. */
export interface Place {
  readonly party: string;
  /** Whether the release's policies are about it. */
  readonly own: boolean;
  readonly pod: LivePod;
  readonly end: End;
}

/** A party of which no pod can be asked, with the pod that stands in for it. */
export interface StandIn {
  readonly party: Party;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who there is to try from, and who to try to. */
export interface Places {
  /** Pods of the release that run: one of each party and node, as each node has rules of its own. */
  readonly own: readonly Place[];
  /** Pods of others that run. */
  readonly others: readonly Place[];
  readonly standIns: readonly StandIn[];
  /** Parties that nobody is tried from, and why. */
  readonly left: readonly string[];
}

/** Finds the pods of each party, and says where one has to stand in. */
export async function findPlaces(kubectl: Kubectl, release: Release, { name }: Installed, pods: readonly LivePod[]): Promise<Places> {
  const namespaces = new Set((await kubectl(["get", "namespaces", "--output", "jsonpath={.items[*].metadata.name}"])).split(" "));
  const selectors = await selectorsOf(kubectl);
  const own: Place[] = [];
  const others: Place[] = [];
  const standIns: StandIn[] = [];
  const left: string[] = [];
  for (const party of partiesOf(release, name)) {
    if (party.pod === undefined) continue;
    const { namespace, labels } = party.pod;
    const found = placesOf(party, pods);
    (party.own ? own : others).push(...found);
    if (party.own && found.length > 0) continue;
    if (!namespaces.has(namespace)) continue;
    const owner = selectors.find((selector) => selector.namespace === namespace && hasLabels(labels, selector.labels));
    if (owner === undefined) standIns.push({ party, namespace, labels });
    else left.push(`${party.name}: ${owner.name} would take a pod with its labels for its own`);
  }
  return { own, others, standIns, left };
}

// ── internal ────────────────────────────────────────────────────────────────

function placesOf({ name, own, pod: wanted }: Party, pods: readonly LivePod[]): Place[] {
  if (wanted === undefined || Object.keys(wanted.labels).length === 0) return [];
  const same = pods.filter(({ metadata }) => metadata.namespace === wanted.namespace && hasLabels(metadata.labels ?? {}, wanted.labels));
  // The labels of a pod that no chart knows are those of all.
  if (name === "a pod that no chart knows") return [];
  const byNode = Map.groupBy(same, ({ spec }) => spec.nodeName);
  return [...byNode.values()].flatMap(([pod]) => (pod === undefined ? [] : [placeOf(name, own, pod)]));
}

/** A running pod as a place of a party. */
export const placeOf = (party: string, own: boolean, pod: LivePod): Place => ({
  party,
  own,
  pod,
  end: { pod: asPod(pod), addresses: [pod.status.podIP ?? ""] },
});

/** By which labels controllers and budgets count pods, and Services send requests to some that are not Ready. */
async function selectorsOf(kubectl: Kubectl) {
  const kinds = "services,deployments,statefulsets,daemonsets,poddisruptionbudgets";
  const { items } = JSON.parse(await kubectl(["get", kinds, "--all-namespaces", "--output", "json"])) as {
    items: {
      kind: string;
      metadata: { name: string; namespace: string };
      spec: {
        selector?: Record<string, string> | { matchLabels?: Record<string, string> } | null;
        publishNotReadyAddresses?: boolean;
      };
    }[];
  };
  return items.flatMap(({ kind, metadata, spec: { selector, publishNotReadyAddresses } }) => {
    if (kind === "Service" && publishNotReadyAddresses !== true) return [];
    const labels = kind === "Service" ? selector : (selector as { matchLabels?: Record<string, string> } | undefined)?.matchLabels;
    if (labels === undefined || labels === null || Object.keys(labels).length === 0) return [];
    return [{ name: `${kind} ${metadata.name}`, namespace: metadata.namespace, labels: labels as Record<string, string> }];
  });
}
