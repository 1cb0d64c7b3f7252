import { namespaceOf } from "./index-manifests.ts";
import { isEmptySelector } from "./labels.ts";
import { governs, meansPod, rulesOf } from "./network-model.ts";
import type { Direction, NetworkPolicy, PolicyPort } from "./network-model.ts";
import { allows } from "./network-reach.ts";
import type { End } from "./network-reach.ts";
import type { Pod } from "./pods.ts";
import { declaresPort } from "./ports.ts";
import type { Release } from "./release.ts";
import type { Finding, Rule } from "./rule.ts";

/** A connection inside the release is open only if the policies of both ends allow it. */
export const networkFlowRules: readonly Rule[] = [
  {
    id: "one-sided-flow",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const policy of release.all("NetworkPolicy")) {
        const own = release.pods.filter((pod) => governs(policy, pod));
        yield* oneSided(release, policy, own, "Egress");
        yield* oneSided(release, policy, own, "Ingress");
      }
    },
  },
];

/** The connections a policy allows in one direction and no policy of the peer allows in the other. */
function* oneSided(release: Release, policy: NetworkPolicy, own: readonly Pod[], direction: Direction): Generator<Finding> {
  const namespace = namespaceOf(policy.manifest);
  const opposite = direction === "Egress" ? "Ingress" : "Egress";
  for (const { path, peers = [], peerField, ports = [{}] } of rulesOf(policy, direction)) {
    for (const [index, peer] of peers.entries()) {
      // A peer that means every pod states a default, not a connection somebody needs.
      if (peer.podSelector === undefined || isEmptySelector(peer.podSelector)) continue;
      for (const far of release.pods.filter((pod) => meansPod(release, namespace, peer, pod))) {
        for (const near of own.filter((pod) => pod !== far)) {
          const listener = direction === "Egress" ? far : near;
          const closed = ports.find(
            (port) => listens(listener, port) && !allows(release, opposite, endOf(far), endOf(near), port, listener),
          );
          if (closed === undefined) continue;
          const [verb, preposition] = direction === "Egress" ? ["reach", "from"] : ["be reached by", "to"];
          yield {
            manifest: policy.manifest,
            path: `${path}.${peerField}[${index}]`,
            message: `lets ${nameOf(near)} ${verb} ${nameOf(far)} on port ${closed.port ?? "any"}, but no ${opposite.toLowerCase()} rule of ${nameOf(far)} allows it; add one ${preposition} ${nameOf(near)}`,
          };
        }
      }
    }
  }
}

/** A rule may name ports for several pods; one that this pod does not have is not about it. */
function listens(pod: Pod, { port, protocol = "TCP" }: PolicyPort): boolean {
  return port === undefined || declaresPort(pod, port, protocol);
}

/** Only as a pod: what a range of addresses admits is for what is outside the cluster. */
function endOf(pod: Pod): End {
  return { pod, addresses: [] };
}

function nameOf({ manifest }: Pod): string {
  return `${manifest.object.kind}/${manifest.object.metadata.name}`;
}
