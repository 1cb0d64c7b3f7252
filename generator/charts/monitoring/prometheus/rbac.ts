import type { IClusterRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole";
import type { IClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding";
import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";

import { include, when, type Block, type Doc, type Tpl } from "../../../dsl/index.ts";
import { clusterMetadata, clusterName, type Component } from "../component.ts";
import { prometheus } from "../components.ts";
import { namespace } from "../values.ts";

/** A ClusterRole of a component and its binding, both named after it. */
export const clusterRole = (
  own: Component,
  rules: readonly Tpl<IPolicyRule>[],
): [Block<Doc<IClusterRole>>, Block<Doc<IClusterRoleBinding>>] => [
  when(own.enabled, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: clusterMetadata(clusterName(own)),
    rules,
  }),
  when(own.enabled, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: clusterMetadata(clusterName(own)),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: clusterName(own) },
    subjects: [{ kind: "ServiceAccount", name: own.name, namespace: include(namespace) }],
  }),
];

/**
 * What Prometheus may read. Never `nodes/proxy`: it leads to the kubelet's exec endpoints, and scraping a kubelet itself
 * needs only `nodes/metrics`.
 */
export const roles = clusterRole(prometheus, [
  { apiGroups: [""], resources: ["nodes", "pods", "services"], verbs: ["get", "list", "watch"] },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["get", "list", "watch"] },
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  { nonResourceURLs: ["/metrics"], verbs: ["get"] },
]);
