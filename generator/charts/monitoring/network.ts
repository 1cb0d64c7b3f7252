import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";

import { all, any, each, helm, not, spread, when, type Block, type Doc, type Expr, type Item, type Tpl } from "../../dsl/index.ts";
import { named, selector } from "../../kubernetes/names.ts";
import { internet, tcp, toDns } from "../../kubernetes/network-policy.ts";
import { inNamespace, type Component } from "./component.ts";
import { isBundled, values as v } from "./values.ts";

const pods = ({ label }: Component): Tpl<INetworkPolicyPeer> => ({ podSelector: { matchLabels: selector(label) } });

/**
 * Pods of a namespace, all or those with the given labels. Never an empty selector: the API server stores none, compares it with
 * the one that is applied, and takes every upgrade for a change (generation).
 */
export const podsIn = (
  namespace: Expr<string> | string,
  labels?: Expr<Readonly<Record<string, string>>> | Readonly<Record<string, string | Expr<string>>>,
): Tpl<INetworkPolicyPeer> => {
  const namespaceSelector = { matchLabels: { "kubernetes.io/metadata.name": namespace } };
  return labels === undefined ? { namespaceSelector } : { namespaceSelector, podSelector: { matchLabels: labels } };
};

export const traefikPods = podsIn(v.global.traefik.namespace, v.global.traefik.podLabels);

/** Incoming connections from components of this chart; no rule if none of them is there, as one without peers admits everybody. */
export const fromComponents = (port: number, ...components: Component[]): Item<INetworkPolicyIngressRule> => {
  const [only, ...others] = components;
  if (only !== undefined && others.length === 0) return when(only.enabled, { from: [pods(only)], ports: tcp(port) });
  const from = components.map((other): Item<INetworkPolicyPeer> => when(other.enabled, pods(other)));
  return when(any(...components.map(({ enabled }) => enabled)), { from, ports: tcp(port) });
};

/** The Prometheus and the Grafana that are not this chart's own: they are in the namespace that all network policies admit. */
export const fromOthers = (port: number): Item<INetworkPolicyIngressRule> =>
  when(not(isBundled), { from: [podsIn(v.global.monitoring.namespace)], ports: tcp(port) });

/** An outgoing connection to a component of this chart. */
export const toComponent = (other: Component, port: number): Item<INetworkPolicyEgressRule> =>
  when(other.enabled, { to: [pods(other)], ports: tcp(port) });

/** The internet, without the private ranges. */
export const toInternet = (...ports: number[]): Tpl<INetworkPolicyEgressRule> => ({ to: internet, ports: tcp(...ports) });

/** The same on ports that the user chooses. */
export const toInternetOn = (ports: typeof v.grafana.internetPorts, condition: Expr<unknown> = ports): Item<INetworkPolicyEgressRule> =>
  when(all(condition, ports), { to: internet, ports: [each(ports, (port) => ({ port, protocol: "TCP" }))] });

interface Flows {
  readonly ingress: readonly Item<INetworkPolicyIngressRule>[];
  readonly egress: readonly Item<INetworkPolicyEgressRule>[];
}

/** The policy of a component's pods: exactly the connections they need, in both directions. */
export const networkPolicy = (own: Component, { ingress, egress }: Flows): Block<Doc<INetworkPolicy>> =>
  when(all(v.global.networkPolicy.enabled, own.enabled), {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: inNamespace(own.name),
    spec: {
      podSelector: { matchLabels: selector(own.label) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [...ingress, spread(own.values.networkPolicy.extraIngress)],
      egress: [toDns, ...egress, spread(own.values.networkPolicy.extraEgress)],
    },
  });

/** Whatever else this chart brings into the namespace may only resolve names. */
export const defaultDeny: Block<Doc<INetworkPolicy>> = when(v.global.networkPolicy.enabled, {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: inNamespace(named("default-deny")),
  spec: {
    podSelector: { matchLabels: { "app.kubernetes.io/name": helm.Chart.Name, "app.kubernetes.io/instance": helm.Release.Name } },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns],
  },
});
