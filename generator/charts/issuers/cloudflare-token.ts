import type { IACMEChallengeSolver } from "@kubernetes-models/cert-manager/acme.cert-manager.io/v1/ACMEChallengeSolver";
import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import type { ISecret } from "kubernetes-models/v1/Secret";

import { all, b64enc, entry, eq, include, merge, when, type Block, type Doc, type Expr, type Tpl } from "../../dsl/index.ts";
import { metadata } from "../../kubernetes/names.ts";
import type { Required } from "../../kubernetes/required.ts";
import { secretNamespace } from "./secret-namespace.ts";
import { values as v } from "./values.ts";

const { type, dns01: token } = v.challenge;

const inMode = (mode: "existing" | "external" | "literal"): Expr<boolean> => all(eq(type, "dns01"), eq(token.mode, mode));

/** A record that cert-manager makes at Cloudflare. */
export const dns01: Tpl<IACMEChallengeSolver> & object = {
  dns01: { cloudflare: { apiTokenSecretRef: { name: token.secretName, key: token.secretKey } } },
};

const tokenMetadata = { ...metadata(token.secretName), namespace: include(secretNamespace) };

/** The Secret with the token, in mode `literal`. */
export const literalToken: Block<Doc<ISecret>> = when(inMode("literal"), {
  apiVersion: "v1",
  kind: "Secret",
  metadata: tokenMetadata,
  type: "Opaque",
  data: merge(entry(token.secretKey, b64enc(token.literal))),
});

/** The ExternalSecret that fills it, in mode `external`. */
export const externalToken: Block<Doc<IExternalSecret>> = when(inMode("external"), {
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: tokenMetadata,
  spec: {
    refreshInterval: token.external.refreshInterval,
    secretStoreRef: { kind: token.external.storeKind as never, name: token.external.storeName },
    target: { name: token.secretName },
    dataFrom: [{ extract: { key: token.external.remoteKey } }],
  },
});

/** The Secret, in mode `existing`, where it belongs into the release's namespace. */
export const requiredToken: Block<Tpl<Required>> = when(all(inMode("existing"), eq(v.global.tls.issuerKind, "Issuer")), {
  kind: "Secret",
  name: token.secretName,
});
