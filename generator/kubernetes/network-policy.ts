import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";

import { each, include, spread, when, type Block, type Doc, type Expr, type Item, type Tpl } from "../dsl/index.ts";
import { shared as v } from "./application.ts";
import { fullname, metadata, named, selector, server } from "./names.ts";

/** Component labels of the pods that come and go. */
export const migration = "migration";
export const test = "test";

/** Policies name pods and container ports: k3s' controller judges packets after Services have been resolved. */
export const traefik = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": v.global.traefik.namespace } },
  podSelector: { matchLabels: v.global.traefik.podLabels },
} as const;

/** Name resolution, which every pod needs. */
export const toDns: INetworkPolicyEgressRule = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

const ranges = v.global.networkPolicy.privateRanges;

/** The internet, without the private ranges, where the metadata service and other people's pods are. */
export const internet = [
  { ipBlock: { cidr: "0.0.0.0/0", except: ranges.ipv4 } },
  { ipBlock: { cidr: "::/0", except: ranges.ipv6 } },
] as const;

/** TCP ports of a rule. */
export const tcp = (...ports: (number | Expr<number>)[]) => ports.map((port) => ({ port, protocol: "TCP" }) as const);

/** The nodes, by their private network: neither other pods nor the metadata service, and never everybody. */
export const toNodes = (...ports: (number | Expr<number>)[]): Tpl<INetworkPolicyEgressRule> => ({
  to: [{ ipBlock: { cidr: v.global.hetzner.networkRange } }],
  ports: tcp(...ports),
});

/**
 * The API server, which is on the nodes: policies are judged after the Service `kubernetes` has been resolved to a server's own
 * port, 6443 with k3s; some clusters keep 443.
 */
export const toApiServer = toNodes(443, 6443);

/** The same on the ports that the application may use. */
export const toInternet: Item<INetworkPolicyEgressRule> = when(v.networkPolicy.internetPorts, {
  to: internet,
  ports: [each(v.networkPolicy.internetPorts, (port) => ({ port, protocol: "TCP" }))],
});

/** Other pods of the release, by chart. */
export const from = (podLabels: Readonly<Record<string, string | Expr<string>>>) => ({ podSelector: { matchLabels: podLabels } }) as const;

interface Flows {
  /** Who besides Traefik, Prometheus and the chart's tests may connect to the application's port. */
  readonly callers: Item<NonNullable<INetworkPolicyIngressRule["from"]>[number]>[];
  /** What the application connects to besides DNS and the internet. */
  readonly calls: Item<INetworkPolicyEgressRule>[];
}

/** The policy of an application's pods: exactly the connections they need, in both directions. */
export const networkPolicy = ({ callers, calls }: Flows): Block<Doc<INetworkPolicy>> =>
  when(v.global.networkPolicy.enabled, {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadata(include(fullname)),
    spec: {
      podSelector: { matchLabels: selector(server) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: [traefik, ...callers, from(selector(test))], ports: [{ port: v.port, protocol: "TCP" }] },
        when(v.metrics.enabled, {
          from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": v.global.monitoring.namespace } } }],
          ports: [{ port: v.metrics.port, protocol: "TCP" }],
        }),
        spread(v.networkPolicy.extraIngress),
      ],
      egress: [toDns, ...calls, toInternet, spread(v.networkPolicy.extraEgress)],
    },
  });

/** The policy of the chart's test pods: they call the application and nothing else. */
export const testPolicy: Block<Doc<INetworkPolicy>> = when(v.global.networkPolicy.enabled, {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("test")),
  spec: {
    podSelector: { matchLabels: selector(test) },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns, { to: [from(selector(server))], ports: [{ port: v.port, protocol: "TCP" }] }],
  },
});

/** Annotations of a policy whose pods an operator makes: linters see no pod that it could mean. */
export const madePods = {
  "ignore-check.kube-linter.io/dangling-networkpolicy": "an operator makes its pods",
  "kube-score/ignore": "networkpolicy-targets-pod",
} as const;
