import type { IACMEChallengeSolver } from "@kubernetes-models/cert-manager/acme.cert-manager.io/v1/ACMEChallengeSolver";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";

import { all, each, eq, merge, when, why, type Block, type Doc, type Tpl } from "../../dsl/index.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { madePods, traefik } from "../../kubernetes/network-policy.ts";
import { values as v } from "./values.ts";

const { type, http01: pod } = v.challenge;

/** A pod that cert-manager starts for each challenge, behind an Ingress of its own. Source: cert-manager 1.21, issuer/acme/http. */
export const http01: Tpl<IACMEChallengeSolver> & object = {
  http01: {
    ingress: {
      ingressClassName: pod.ingressClassName,
      podTemplate: {
        spec: {
          [why]: { securityContext: "It replaces cert-manager's own, so all that Pod Security `restricted` asks for is here." },
          securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: { type: "RuntimeDefault" } },
          resources: pod.resources,
          imagePullSecrets: [each(v.global.imagePullSecrets, (name) => ({ name }))],
          nodeSelector: pod.nodeSelector,
          tolerations: pod.tolerations,
        },
      },
    },
  },
};

/** Traefik alone reaches those pods, and they reach nothing. Their label is cert-manager's, their port is compiled in. */
export const solverPolicy: Block<Doc<INetworkPolicy>> = when(all(v.global.networkPolicy.enabled, eq(type, "http01")), {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: metadata(named("solver"), merge(madePods, v.global.commonAnnotations)),
  spec: {
    podSelector: { matchLabels: { "acme.cert-manager.io/http01-solver": "true" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [traefik], ports: [{ port: 8089, protocol: "TCP" }] }],
  },
});
