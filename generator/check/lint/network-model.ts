import { namespaceOf } from "./index-manifests.ts";
import type { Located } from "./index-manifests.ts";
import type { Kinds } from "./kinds.ts";
import type { LabelSelector } from "./labels.ts";
import { matchesLabels } from "./labels.ts";
import type { Pod } from "./pods.ts";
import type { Release } from "./release.ts";

export type NetworkPolicy = Located<Kinds["NetworkPolicy"]>;
export type Direction = "Ingress" | "Egress";

/** One peer of a policy rule: pods by label, namespaces by label, or addresses. */
export interface Peer {
  readonly ipBlock?: IpBlock;
  readonly namespaceSelector?: LabelSelector;
  readonly podSelector?: LabelSelector;
}

/** A range of addresses without some of it. */
export interface IpBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}

/** One rule of a policy, whichever direction it is for. Absent peers or ports mean all. */
export interface PolicyRule {
  readonly path: string;
  readonly peers: readonly Peer[] | undefined;
  /** `from` or `to`. */
  readonly peerField: string;
  readonly ports: readonly PolicyPort[] | undefined;
}

export interface PolicyPort {
  readonly port?: string | number;
  readonly endPort?: number;
  readonly protocol?: string;
}

/** The rules of a policy for one direction. */
export function rulesOf({ object }: NetworkPolicy, direction: Direction): PolicyRule[] {
  const { spec } = object;
  return direction === "Ingress"
    ? (spec?.ingress ?? []).map(({ from, ports }, index) => policyRule(`spec.ingress[${index}]`, "from", from, ports))
    : (spec?.egress ?? []).map(({ to, ports }, index) => policyRule(`spec.egress[${index}]`, "to", to, ports));
}

function policyRule(
  path: string,
  peerField: string,
  peers: readonly Peer[] | undefined,
  ports: readonly PolicyPort[] | undefined,
): PolicyRule {
  // An empty list means the same as an absent one.
  return { path, peerField, peers: peers?.length === 0 ? undefined : peers, ports: ports?.length === 0 ? undefined : ports };
}

/** Whether a policy restricts a direction; without `policyTypes` it does so for egress only if it has egress rules. */
export function restricts({ object }: NetworkPolicy, direction: Direction): boolean {
  const types = object.spec?.policyTypes ?? [];
  if (types.length > 0) return types.includes(direction);
  return direction === "Ingress" || (object.spec?.egress ?? []).length > 0;
}

/** Whether a policy is about a pod: same namespace (as written), matching labels. */
export function governs({ manifest, object }: NetworkPolicy, pod: Pod): boolean {
  return namespaceOf(manifest) === pod.namespace && matchesLabels(object.spec?.podSelector ?? {}, pod.labels);
}

/**
 * Whether a peer of a policy in `namespace` means this pod of the release. Address blocks never do: they are for what
 * is outside the cluster. Of namespace labels only the name is known here; others are taken to match.
 */
export function meansPod(release: Release, namespace: string, peer: Peer, pod: Pod): boolean {
  if (peer.ipBlock !== undefined) return false;
  const named = (text: string): string => (text === "" ? release.namespace : text);
  if (peer.namespaceSelector === undefined) {
    if (namespace !== pod.namespace) return false;
  } else {
    const wanted = peer.namespaceSelector.matchLabels?.["kubernetes.io/metadata.name"];
    if (wanted !== undefined && wanted !== named(pod.namespace)) return false;
  }
  return matchesLabels(peer.podSelector ?? {}, pod.labels);
}

/** Whether a rule's ports include this port of the pod that listens; a port left open is met by any. */
export function admitsPort(ports: readonly PolicyPort[] | undefined, wanted: PolicyPort, target: Pod | undefined): boolean {
  if (ports === undefined || wanted.port === undefined) return true;
  const number = portNumber(target, wanted.port);
  return ports.some(({ port, endPort, protocol = "TCP" }) => {
    if (protocol !== (wanted.protocol ?? "TCP")) return false;
    if (port === undefined) return true;
    const from = portNumber(target, port);
    if (from === undefined || number === undefined) return port === wanted.port;
    return number >= from && number <= (endPort ?? from);
  });
}

/** A port of a pod as a number; undefined if it is a name that the pod does not declare. */
function portNumber(pod: Pod | undefined, port: string | number): number | undefined {
  if (typeof port === "number") return port;
  for (const { container } of pod?.containers ?? []) {
    const found = (container.ports ?? []).find(({ name }) => name === port);
    if (found !== undefined) return found.containerPort;
  }
  return undefined;
}
