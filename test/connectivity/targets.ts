import type { End } from "../../generator/check/lint/network-reach.ts";
import { outsideAddresses, type LivePod } from "./live.ts";
import type { Place } from "./places.ts";
import { attempt, type Attempt, type Probe } from "./probes.ts";
import type { Kubectl } from "./release.ts";

/** Something to connect to, and the ports on which it is sure that somebody listens. */
export interface Target {
  readonly name: string;
  readonly own: boolean;
  /** Name of the pod, or the address. */
  readonly what: string;
  readonly end: End;
  readonly listening: ReadonlySet<number>;
}

/** A pod as a target. */
export const targetOf = ({ party, own, pod, end }: Place, listening: ReadonlySet<number>): Target => ({
  name: party,
  own,
  what: pod.metadata.name,
  end,
  listening,
});

/**
 * Pods of others and addresses, with the ports that a pod under no policy reaches.
 *
 * @param internet a public address on which something listens.
 * @param notes take what nobody listens on, and why nothing could be found out.
 */
export async function outsideTargets(
  kubectl: Kubectl,
  internet: string,
  probes: readonly Probe[],
  others: readonly Place[],
  ports: readonly number[],
  notes: { readonly left: string[]; readonly failed: string[] },
): Promise<Target[]> {
  const control = probes.find(({ place }) => place.party === bystander);
  if (control === undefined) {
    notes.failed.push("everything that is no pod of the release: there is no pod under no policy to see where somebody listens");
    return [];
  }
  const addresses = await outsideAddresses(kubectl, internet);
  const candidates = [
    ...others.map((place) => ({ ...targetOf(place, new Set()), ports: [...new Set([...ports, ...declaredPorts(place.pod)])] })),
    ...addresses.map(({ name, address, ports: more }) => ({
      name,
      own: false,
      what: address,
      end: { addresses: [address] },
      ports: [...new Set([...ports, ...more])],
    })),
  ];
  const attempts = candidates.flatMap(({ end, ports: each }) => each.map((port): Attempt => [end.addresses[0] ?? "", port, "TCP"]));
  const open = await attempt(kubectl, control, attempts);
  if (!open.includes(true)) {
    notes.failed.push(
      `everything that is no pod of the release: ${control.place.pod.metadata.name} reaches nobody; is there a policy about it?`,
    );
    return [];
  }
  let index = 0;
  return candidates.map(({ ports: each, ...target }) => {
    const listening = new Set(each.filter(() => open[index++] === true));
    if (listening.size === 0) notes.left.push(`${target.name} (${target.what}): nobody listens there`);
    return { ...target, listening };
  });
}

// ── internal ────────────────────────────────────────────────────────────────

/** The name of the party that no policy is about: what it cannot reach, nobody listens to. */
const bystander = "another namespace";

const declaredPorts = ({ spec }: LivePod): number[] =>
  spec.containers.flatMap((container) => (container.ports ?? []).map(({ containerPort }) => containerPort));
