import { all, contains, each, eq, helm, include, str, when, type Line } from "../../dsl/index.ts";
import { secretNamespace } from "../issuers/secret-namespace.ts";
import { issuers, values as v } from "./values.ts";

const { type, dns01 } = v.issuers.challenge;

/** Where the hosts' certificate comes from, and what it still needs. */
export const certificateNotes: readonly Line[] = [
  when<Line>(all(v.issuers.enabled, eq(type, "dns01"), eq(dns01.mode, "existing")), [
    "",
    "cert-manager needs an API token of Cloudflare's that may edit the zone's DNS and read the zone. If its Secret is not there yet:",
    "",
    str`  kubectl --namespace ${include(secretNamespace, issuers)} create secret generic ${dns01.secretName} \\`,
    str`    --from-literal=${dns01.secretKey}=... \\`,
    "    --dry-run=client --output yaml | kubectl apply --filename -",
  ]),
  when<Line>(all(v.ingress.enabled, eq(v.global.tls.mode, "secret")), [
    "",
    str`TLS needs the Secret "${v.global.tls.secretName}" of type kubernetes.io/tls in this namespace.`,
  ]),
  when<Line>(all(v.ingress.enabled, eq(v.global.tls.mode, "certManager")), [
    "",
    str`The certificate comes from ${v.global.tls.issuerKind} "${v.global.tls.issuer}". To see it arrive:`,
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} get certificate ${v.global.tls.secretName}`,
  ]),
  when<Line>(
    all(v.issuers.enabled, eq(v.global.tls.mode, "certManager")),
    each(v.issuers.accounts, (account, name) =>
      when<Line>(all(eq(name, v.global.tls.issuer), contains("staging", account.server)), [
        "",
        str`Browsers do not trust the certificates of "${name}": they are for tests.`,
      ]),
    ),
  ),
];
