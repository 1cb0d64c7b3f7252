import { namespaceOf } from "./index-manifests.ts";
import { isEmptySelector, showSelector } from "./labels.ts";
import { selectsMadePods } from "./made-objects.ts";
import { governs, meansPod, restricts, rulesOf } from "./network-model.ts";
import type { Direction, NetworkPolicy, Peer } from "./network-model.ts";
import type { Pod } from "./pods.ts";
import { declaresPort, portList } from "./ports.ts";
import type { Release } from "./release.ts";
import { podRule } from "./rule.ts";
import type { Finding, Rule } from "./rule.ts";

/** Each pod is under policies for both directions, and each policy names pods and ports that exist. */
export const networkPolicyRules: readonly Rule[] = [
  podRule("pod-networkpolicy", ["kube-score/pod-networkpolicy", "kube-linter/non-isolated-pod"], function* (pod, release) {
    for (const direction of directions) {
      const policies = release.all("NetworkPolicy").filter((policy) => governs(policy, pod));
      if (policies.some((policy) => restricts(policy, direction))) continue;
      yield {
        path: `${pod.path}${pod.path === "" ? "" : "."}metadata.labels`,
        message: `no NetworkPolicy in the same namespace restricts ${direction.toLowerCase()} of these pods; select them in one`,
      };
    }
  }),
  podRule("missing-network-policy", ["polaris/missingNetworkPolicy"], function* (pod, release) {
    const labels = Object.entries(pod.labels);
    const found = release.all("NetworkPolicy").some(({ object }) => {
      const { podSelector, ingress = [], egress = [] } = object.spec ?? {};
      const shared = labels.filter(([key, value]) => podSelector?.matchLabels?.[key] === value);
      return shared.length === 1 && ingress.length > 0 && egress.length > 0;
    });
    if (found) return;
    const message = "no NetworkPolicy with ingress and egress rules selects these pods by exactly one label; render one";
    yield { path: `${pod.path}${pod.path === "" ? "" : "."}metadata.labels`, message };
  }),
  {
    id: "networkpolicy-targets-pod",
    askedBy: ["kube-score/networkpolicy-targets-pod", "kube-linter/dangling-networkpolicy"],
    *check(release): Generator<Finding> {
      for (const policy of release.all("NetworkPolicy")) {
        const selector = policy.object.spec?.podSelector ?? {};
        if (release.pods.some((pod) => governs(policy, pod))) continue;
        if (selectsMadePods(release, namespaceOf(policy.manifest), selector)) continue;
        const message = `${showSelector(selector) || "{}"} matches no pod template in the same namespace; write the workload's selector labels`;
        yield { manifest: policy.manifest, path: "spec.podSelector", message };
      }
    },
  },
  {
    id: "dangling-networkpolicypeer-podselector",
    askedBy: ["kube-linter/dangling-networkpolicypeer-podselector"],
    *check(release): Generator<Finding> {
      for (const { policy, peer, path } of peersOf(release)) {
        const selector = peer.podSelector;
        if (selector === undefined || !isLocal(release, policy, peer) || isEmptySelector(selector)) continue;
        const namespace = namespaceOf(policy.manifest);
        if (release.pods.some((pod) => meansPod(release, namespace, peer, pod))) continue;
        if (selectsMadePods(release, namespace, selector)) continue;
        const message = `${showSelector(selector)} matches no pod template of the release; write the labels of the peer's pods`;
        yield { manifest: policy.manifest, path: `${path}.podSelector`, message };
      }
    },
  },
  {
    id: "networkpolicy-port",
    askedBy: [],
    *check(release): Generator<Finding> {
      for (const policy of release.all("NetworkPolicy")) {
        const own = release.pods.filter((pod) => governs(policy, pod));
        for (const rule of rulesOf(policy, "Ingress")) {
          yield* undeclaredPorts(policy, rule.path, rule.ports, own);
        }
        for (const rule of rulesOf(policy, "Egress")) {
          const targets = targetsOf(release, policy, rule.peers ?? []);
          yield* undeclaredPorts(policy, rule.path, rule.ports, targets);
        }
      }
    },
  },
];

const directions: readonly Direction[] = ["Ingress", "Egress"];

function* peersOf(release: Release): Generator<{ readonly policy: NetworkPolicy; readonly peer: Peer; readonly path: string }> {
  for (const policy of release.all("NetworkPolicy")) {
    for (const rule of directions.flatMap((direction) => rulesOf(policy, direction))) {
      for (const [index, peer] of (rule.peers ?? []).entries()) {
        yield { policy, peer, path: `${rule.path}.${rule.peerField}[${index}]` };
      }
    }
  }
}

/** Whether a peer can only be in the release's own namespace; what runs in others is not ours to know. */
function isLocal(release: Release, { manifest }: NetworkPolicy, { namespaceSelector }: Peer): boolean {
  if (namespaceSelector === undefined) return true;
  const wanted = namespaceSelector.matchLabels?.["kubernetes.io/metadata.name"];
  return wanted === (manifest.object.metadata.namespace ?? release.namespace);
}

/** The release's pods that a rule's peers mean; none if one of the peers is elsewhere, or means every pod. */
function targetsOf(release: Release, policy: NetworkPolicy, peers: readonly Peer[]): Pod[] {
  const exact = peers.every(
    (peer) => peer.podSelector !== undefined && !isEmptySelector(peer.podSelector) && isLocal(release, policy, peer),
  );
  if (!exact) return [];
  const namespace = namespaceOf(policy.manifest);
  return release.pods.filter((pod) => peers.some((peer) => meansPod(release, namespace, peer, pod)));
}

/** NetworkPolicies are enforced behind the Service, so they must name ports of pods. */
function* undeclaredPorts(
  { manifest }: NetworkPolicy,
  path: string,
  ports: readonly { readonly port?: string | number; readonly endPort?: number; readonly protocol?: string }[] = [],
  pods: readonly Pod[],
): Generator<Finding> {
  const [first] = pods;
  if (first === undefined) return;
  for (const [index, { port, endPort, protocol = "TCP" }] of ports.entries()) {
    if (port === undefined || endPort !== undefined) continue;
    if (pods.some((pod) => declaresPort(pod, port, protocol))) continue;
    const message = `no container of the pods declares the ${protocol} port ${port}, and policies are enforced on container ports, not Service ports; write ${portList(first)}`;
    yield { manifest, path: `${path}.ports[${index}].port`, message };
  }
}
