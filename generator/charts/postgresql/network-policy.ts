import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";

import { all, each, merge, spread, when, type Block, type Doc, type Item, type Tpl } from "../../dsl/index.ts";
import { metadata, selector, siblings } from "../../kubernetes/names.ts";
import { from, internet, madePods, migration, tcp, toApiServer, toDns } from "../../kubernetes/network-policy.ts";
import { usesStorage } from "./backup.ts";
import { isImport } from "./bootstrap.ts";
import { cluster, pooler } from "./names.ts";
import { poolerPods } from "./pooler.ts";
import { retainedMetadata } from "./retained.ts";
import { values as v } from "./values.ts";

const { networkPolicy, global } = v;
const enabled = global.networkPolicy.enabled;

/** Labels that the operator gives the instances. */
export const instancePods = { "cnpg.io/cluster": cluster, "cnpg.io/podRole": "instance" } as const;

/** Instances, the Jobs that make them, and poolers. */
const clusterPods = { "cnpg.io/cluster": cluster } as const;

const toInstances: Tpl<INetworkPolicyEgressRule> = { to: [from(instancePods)], ports: tcp(5432) };

/** The backend's pods: those that serve and those that migrate. */
const backendPods = [from(siblings("backend")), from({ ...selector(migration), "app.kubernetes.io/name": "backend" })] as const;

const operator = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": networkPolicy.operatorNamespace } },
  podSelector: { matchLabels: networkPolicy.operatorPodLabels },
} as const;

const fromMonitoring = (port: number): Tpl<INetworkPolicyIngressRule> => ({
  from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": global.monitoring.namespace } } }],
  ports: tcp(port),
});

/** Instances and the Jobs that make them. It stays with the cluster: without it anybody could connect. */
const instancePolicy: Block<Doc<INetworkPolicy>> = when(enabled, {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: retainedMetadata(cluster, madePods),
  spec: {
    podSelector: { matchLabels: clusterPods, matchExpressions: [{ key: "cnpg.io/podRole", operator: "NotIn", values: ["pooler"] }] },
    policyTypes: ["Ingress", "Egress"],
    ingress: [
      { from: [from(clusterPods), ...backendPods], ports: tcp(5432) },
      { from: [from(instancePods)], ports: tcp(8000) },
      { from: [operator], ports: tcp(5432, 8000) },
      fromMonitoring(9187),
      spread(networkPolicy.extraIngress),
    ],
    egress: [
      toDns,
      { to: [from(instancePods)], ports: tcp(5432, 8000) },
      toApiServer,
      when(all(usesStorage, networkPolicy.internetPorts), {
        to: internet,
        ports: [each(networkPolicy.internetPorts, (port) => ({ port, protocol: "TCP" }))],
      }) as Item<INetworkPolicyEgressRule>,
      when(isImport, { to: internet, ports: tcp(v.bootstrap.import.port) }) as Item<INetworkPolicyEgressRule>,
      spread(networkPolicy.extraEgress),
    ],
  },
});

const poolerPolicy: Block<Doc<INetworkPolicy>> = when(enabled, {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(pooler, merge(madePods, global.commonAnnotations)),
  spec: {
    podSelector: { matchLabels: poolerPods },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [from(siblings("backend"))], ports: tcp(5432) }, fromMonitoring(9127)],
    egress: [toDns, toInstances, toApiServer],
  },
});

export const networkPolicies = [instancePolicy, poolerPolicy];
