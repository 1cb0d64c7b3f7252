import { BlockList } from "node:net";

import { namespaceOf } from "./index-manifests.ts";
import { admitsPort, governs, meansPod, restricts, rulesOf } from "./network-model.ts";
import type { Direction, IpBlock, Peer, PolicyPort } from "./network-model.ts";
import type { Pod } from "./pods.ts";
import type { Release } from "./release.ts";

/** One end of a connection: a pod, of the release or of others, with its addresses; or only an address outside the cluster. */
export interface End {
  readonly pod?: Pod;
  /** A pod of a dual-stack cluster has one of each family. */
  readonly addresses: readonly string[];
}

/** Whether the policies of the release let a connection through: those of the side that opens it, and those of the other. */
export function connects(release: Release, from: End, to: End, port: PolicyPort): boolean {
  return allows(release, "Egress", from, to, port, to.pod) && allows(release, "Ingress", to, from, port, to.pod);
}

/**
 * Whether the policies of one end allow a connection with the other in a direction. `listener` is the pod that has the port, if it
 * is a pod: its policies may name the port.
 */
export function allows(release: Release, direction: Direction, end: End, other: End, port: PolicyPort, listener: Pod | undefined): boolean {
  const { pod } = end;
  // Policies are about pods with an address of their own.
  if (pod === undefined || pod.spec.hostNetwork === true) return true;
  const policies = release.all("NetworkPolicy").filter((policy) => governs(policy, pod) && restricts(policy, direction));
  return (
    policies.length === 0 ||
    policies.some((policy) =>
      rulesOf(policy, direction).some(
        ({ peers, ports }) =>
          admitsPort(ports, port, listener) &&
          (peers === undefined || peers.some((peer) => means(release, namespaceOf(policy.manifest), peer, other))),
      ),
    )
  );
}

/** Whether an address lies in a block and in none of its exceptions. Families never mix: `0.0.0.0/0` holds no IPv6 address. */
export function holdsAddress({ cidr, except = [] }: IpBlock, address: string): boolean {
  return inRange(cidr, address) && !except.some((range) => inRange(range, address));
}

// ── internal ────────────────────────────────────────────────────────────────

function means(release: Release, namespace: string, peer: Peer, { pod, addresses }: End): boolean {
  const { ipBlock } = peer;
  if (ipBlock !== undefined) return addresses.some((address) => holdsAddress(ipBlock, address));
  return pod !== undefined && meansPod(release, namespace, peer, pod);
}

function inRange(cidr: string, address: string): boolean {
  const [network = "", bits] = cidr.split("/");
  if (familyOf(network) !== familyOf(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), familyOf(network));
  return list.check(address, familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}
