import { all, any, each, eq, fail, gt, hasKey, hasPrefix, not, str, when, type Guard, type Refused } from "../../dsl/index.ts";
import { bytes, millicores } from "../../kubernetes/quantity.ts";
import { values as v } from "./values.ts";

const { global, challenge, certificate } = v;
const { tls, cloudflare } = global;
const { http01, dns01 } = challenge;
const { requests, limits } = http01.resources;

const byFile = eq(challenge.type, "http01");
const byRecord = eq(challenge.type, "dns01");

export const guards: Guard[] = [
  when(
    all(any(eq(tls.mode, "certManager"), certificate.enabled), not(hasKey(v.accounts, tls.issuer))),
    fail(
      str`global.tls.issuer is "${tls.issuer}", which issuers.accounts does not have: name one of them, add it, or set issuers.enabled to false if the ${tls.issuerKind} "${tls.issuer}" is made elsewhere`,
    ),
  ),
  when(
    all(certificate.enabled, not(eq(tls.mode, "certManager"))),
    fail(
      str`issuers.certificate.enabled is true while global.tls.mode is "${tls.mode}": Traefik would use no certificate of cert-manager's; set the mode to "certManager", or the former to false`,
    ),
  ),
  when(
    all(byFile, cloudflare.enabled, cloudflare.originPulls.enabled),
    fail(
      'issuers.challenge.type is "http01" while global.cloudflare.originPulls.enabled is true: the challenge\'s Ingress asks for no client certificate, and then Traefik asks for none on the whole host; use "dns01"',
    ),
  ),
  when(
    all(byFile, cloudflare.enabled, not(http01.acceptCloudflare)),
    fail(
      'issuers.challenge.type is "http01" while global.cloudflare.enabled is true: redirects and the SSL mode Full (strict) of Cloudflare stop the challenge; use "dns01", or set issuers.challenge.http01.acceptCloudflare to true once nothing there is in its way',
    ),
  ),
  when(
    all(byFile, certificate.enabled),
    each(certificate.hosts, (host) =>
      when<Refused>(
        hasPrefix("*.", host),
        fail(
          str`issuers.certificate.hosts holds ${host} while issuers.challenge.type is "http01": wildcards can only be proved by a record; use "dns01", or name the hosts`,
        ),
      ),
    ),
  ),
  when(
    all(byFile, gt(bytes(requests.memory), bytes(limits.memory))),
    fail(
      str`issuers.challenge.http01.resources.requests.memory (${requests.memory}) is more than issuers.challenge.http01.resources.limits.memory (${limits.memory}): the pod would never be made; lower one or raise the other`,
    ),
  ),
  when(
    all(byFile, gt(millicores(requests.cpu), millicores(limits.cpu))),
    fail(
      str`issuers.challenge.http01.resources.requests.cpu (${requests.cpu}) is more than issuers.challenge.http01.resources.limits.cpu (${limits.cpu}): the pod would never be made; lower one or raise the other`,
    ),
  ),
  when(
    all(byRecord, eq(dns01.mode, "literal"), eq(global.environment, "production")),
    fail(
      'issuers.challenge.dns01.mode is "literal" while global.environment is "production": tokens do not belong into values files; use "existing" or "external"',
    ),
  ),
  when(
    all(byRecord, eq(dns01.mode, "literal"), not(dns01.literal)),
    fail('issuers.challenge.dns01.mode is "literal": set issuers.challenge.dns01.literal to the token'),
  ),
  when(
    all(byRecord, eq(dns01.mode, "external"), not(all(dns01.external.storeName, dns01.external.remoteKey))),
    fail(
      'issuers.challenge.dns01.mode is "external": set issuers.challenge.dns01.external.storeName and issuers.challenge.dns01.external.remoteKey',
    ),
  ),
];
