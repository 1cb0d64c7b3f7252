import { governs, restricts, type Direction, type NetworkPolicy, type PolicyPort } from "../../generator/check/lint/network-model.ts";
import { allows, type End } from "../../generator/check/lint/network-reach.ts";
import { indexRelease, type Release } from "../../generator/check/lint/release.ts";

interface LivePolicy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: unknown;
}

/**
 * The policies to look at when a connection is not as expected: those about its ends that let it through, or refuse it, each with what
 * the cluster has of it; and those in the cluster that are not the release's.
 *
 * @param live the cluster's policies, as kubectl lists them.
 */
export function suspects(release: Release, live: string, from: End, to: End, port: PolicyPort, expected: boolean): string[] {
  const { items } = JSON.parse(live) as { items: LivePolicy[] };
  const inCluster = new Map(items.map((item) => [keyOf(item.metadata), item]));
  const sides = [
    { direction: "Egress", end: from, other: to },
    { direction: "Ingress", end: to, other: from },
  ] as const;
  const known = new Set(release.all("NetworkPolicy").map(({ object }) => keyOf(object.metadata)));
  const foreign = indexRelease(
    items
      .filter(({ metadata }) => !known.has(keyOf(metadata)))
      .map((item) => ({
        chart: "",
        template: "",
        object: { ...item, apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" } as never,
      })),
    { namespace: release.namespace },
  );
  const names = sides.flatMap(({ direction, end, other }) => {
    const isRefused = !allows(release, direction, end, other, port, to.pod);
    // Of a connection that should be refused only the side that refuses it is in question.
    if (!expected && !isRefused) return [];
    return [
      ...about(release, direction, end).map((policy) => `${keyOf(policy.object.metadata)}${stateOf(policy, inCluster)}`),
      ...about(foreign, direction, end).map((policy) => `${keyOf(policy.object.metadata)} (not of the release)`),
    ];
  });
  const all = [...new Set(names)];
  // What is not as it was installed is the likely cause.
  const damaged = all.filter((name) => name.endsWith(missing) || name.endsWith(changed));
  return damaged.length > 0 ? damaged : all;
}

// ── internal ────────────────────────────────────────────────────────────────

const keyOf = (metadata: { readonly name?: string; readonly namespace?: string } | undefined): string =>
  `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;

function about(release: Release, direction: Direction, { pod }: End): NetworkPolicy[] {
  if (pod === undefined) return [];
  return release.all("NetworkPolicy").filter((policy) => governs(policy, pod) && restricts(policy, direction));
}

const missing = " (missing in the cluster)";
const changed = " (changed in the cluster)";

function stateOf({ object }: NetworkPolicy, inCluster: ReadonlyMap<string, LivePolicy>): string {
  const found = inCluster.get(keyOf(object.metadata));
  if (found === undefined) return missing;
  return same(found.spec, object.spec) ? "" : changed;
}

/** Whether two specs say the same. The API server leaves out empty lists. */
function same(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const keys = (node: object) =>
    Object.entries(node)
      .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
      .map(([key]) => key);
  const [mine, theirs] = [keys(one).toSorted(), keys(other).toSorted()];
  const field = (node: object, key: string): unknown => (node as Record<string, unknown>)[key];
  return mine.length === theirs.length && mine.every((key, index) => key === theirs[index] && same(field(one, key), field(other, key)));
}
