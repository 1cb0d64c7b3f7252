import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";

import { helm, when, type Block, type Doc } from "../../dsl/index.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { toDns } from "../../kubernetes/network-policy.ts";
import { values as v } from "./values.ts";

/** Everything of the release that no other policy speaks of: nobody may connect to it, and it may only resolve names. */
export const defaultDeny: Block<Doc<INetworkPolicy>> = when(v.global.networkPolicy.enabled, {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("default-deny")),
  spec: {
    podSelector: { matchLabels: { "app.kubernetes.io/instance": helm.Release.Name } },
    policyTypes: ["Ingress", "Egress"],
    egress: [toDns],
  },
});
