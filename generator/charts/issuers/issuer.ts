import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";

import { defineMap, each, eq, helm, include, merge, not, overlay, str, use, when, type Block, type Doc } from "../../dsl/index.ts";
import { labels } from "../../kubernetes/names.ts";
import { dns01 } from "./cloudflare-token.ts";
import { servesCluster } from "./secret-namespace.ts";
import { http01 } from "./solver.ts";
import { values as v } from "./values.ts";

const annotations = defineMap("issuerAnnotations", "Annotations of the issuers.", merge(v.global.commonAnnotations));

/** One issuer per account: of the cluster, or of the release's namespace. Both kinds have the same fields. */
export const issuers: Block<Doc<IClusterIssuer>> = each(v.accounts, (account, name) => ({
  apiVersion: "cert-manager.io/v1",
  kind: v.global.tls.issuerKind as never,
  metadata: {
    name,
    namespace: when(not(servesCluster), helm.Release.Namespace),
    labels: include(labels),
    annotations: overlay(annotations, v.annotations),
  },
  spec: {
    acme: {
      server: account.server,
      email: use(v.email, (email) => email),
      profile: account.profile,
      preferredChain: account.preferredChain,
      caBundle: account.caBundle,
      privateKeySecretRef: { name: str`${name}-account-key` },
      externalAccountBinding: use(account.externalAccountBinding, ({ keyID, secretName, secretKey }) => ({
        keyID,
        keySecretRef: { name: secretName, key: secretKey },
      })),
      solvers: [when(eq(v.challenge.type, "dns01"), dns01, http01)],
    },
  },
}));
