import type { ICertificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";

import { include, ne, use, when, type Block, type Doc } from "../../dsl/index.ts";
import { apiHost, appHost } from "../../kubernetes/hosts.ts";
import { metadata } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

const { tls } = v.global;

/**
 * The hosts' certificate. It is called like its Secret, as cert-manager calls those that it makes for an Ingress: so there can be
 * only one for the Secret, whoever makes it.
 */
export const certificate: Block<Doc<ICertificate>> = when(v.certificate.enabled, {
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: metadata(tls.secretName),
  spec: {
    secretName: tls.secretName,
    issuerRef: { group: "cert-manager.io", kind: tls.issuerKind, name: tls.issuer },
    dnsNames: use(v.certificate.hosts, (hosts) => hosts, [
      include(appHost),
      when(ne(include(apiHost), include(appHost)), include(apiHost)),
    ]),
    privateKey: use(v.certificate.keyAlgorithm, (algorithm) => ({ algorithm })),
    renewBeforePercentage: v.certificate.renewBeforePercentage,
  },
});
