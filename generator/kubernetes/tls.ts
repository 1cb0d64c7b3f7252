import { all, any, eq, isOneOf, not, str, fail, when, type Guard } from "../dsl/index.ts";
import { base } from "./names.ts";

const { tls, cloudflare } = base.global;

/** Traefik ends TLS: the load balancer passes connections through. */
export const traefikEndsTls = isOneOf(tls.mode, "secret", "certManager");

/** TLS ended before Traefik, which is spoken to in plain HTTP although the visitor is not. */
export const tlsEndedBefore = isOneOf(tls.mode, "loadBalancer", "cloudflare");

/** Contradictions between who ends TLS and what Cloudflare is told to do, wherever the values are used. */
export const tlsGuards: Guard[] = [
  when(
    all(eq(tls.mode, "cloudflare"), not(cloudflare.enabled)),
    fail(
      'global.tls.mode is "cloudflare" while global.cloudflare.enabled is false: nobody would end TLS; set the latter to true, or choose another mode',
    ),
  ),
  when(
    all(eq(tls.mode, "cloudflare"), not(tls.acceptUnencryptedOrigin)),
    fail(
      'global.tls.mode is "cloudflare": passwords and documents would cross the internet between Cloudflare and Hetzner in clear text; choose "certManager", or set global.tls.acceptUnencryptedOrigin to true if that is what you want',
    ),
  ),
  when(
    all(cloudflare.enabled, cloudflare.originPulls.enabled, not(traefikEndsTls)),
    fail(
      str`global.cloudflare.originPulls.enabled is true while global.tls.mode is "${tls.mode}": only Traefik can ask for Cloudflare's certificate, and it sees no TLS; use mode "certManager" or "secret", or switch origin pulls off`,
    ),
  ),
  when(
    all(cloudflare.enabled, not(any(cloudflare.ipAllowList, cloudflare.originPulls.enabled))),
    fail(
      "global.cloudflare.enabled is true, but neither global.cloudflare.ipAllowList nor global.cloudflare.originPulls.enabled is: whoever finds the load balancer's address could send any CF-Connecting-IP; switch one of them on",
    ),
  ),
];
