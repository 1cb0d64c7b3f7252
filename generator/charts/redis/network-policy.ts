import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";

import { all, include, spread, when, type Block, type Doc, type Tpl } from "../../dsl/index.ts";
import { fullname, metadata, named, selector, server, siblings } from "../../kubernetes/names.ts";
import { from, test, toDns, toInternet } from "../../kubernetes/network-policy.ts";
import { backupComponent } from "./backup.ts";
import { restoreComponent } from "./restore.ts";
import { values as v } from "./values.ts";

const { networkPolicy } = v;
const enabled = v.global.networkPolicy.enabled;
const redisPort = { port: v.global.redis.port, protocol: "TCP" } as const;
const toRedis: Tpl<INetworkPolicyEgressRule> = { to: [from(selector(server))], ports: [redisPort] };

/** Who may publish to Socket.IO's channels can send anything to any user: only the backend is let in. Redis calls nobody. */
const serverPolicy: Block<Doc<INetworkPolicy>> = when(enabled, {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(include(fullname)),
  spec: {
    podSelector: { matchLabels: selector(server) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      {
        from: [from(siblings("backend")), from(selector(test)), when(v.backup.enabled, from(selector(backupComponent)))],
        ports: [redisPort],
      },
      when(v.metrics.enabled, {
        from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": v.global.monitoring.namespace } } }],
        ports: [{ port: v.metrics.port, protocol: "TCP" }],
      }),
      spread(networkPolicy.extraIngress),
    ],
  },
});

const backupPolicy: Block<Doc<INetworkPolicy>> = when(all(enabled, v.backup.enabled), {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("backup")),
  spec: {
    podSelector: { matchLabels: selector(backupComponent) },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns, toRedis, toInternet, spread(networkPolicy.extraEgress)],
  },
});

const restorePolicy: Block<Doc<INetworkPolicy>> = when(all(enabled, v.restore.enabled), {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("restore")),
  spec: {
    podSelector: { matchLabels: selector(restoreComponent) },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns, toInternet, spread(networkPolicy.extraEgress)],
  },
});

const testPolicy: Block<Doc<INetworkPolicy>> = when(enabled, {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("test")),
  spec: {
    podSelector: { matchLabels: selector(test) },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns, toRedis],
  },
});

export const networkPolicies = [serverPolicy, backupPolicy, restorePolicy, testPolicy];
