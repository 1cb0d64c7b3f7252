import { merge, str, use, when, type Block, type Tpl } from "../../dsl/index.ts";
import { values as v } from "./values.ts";

const { externalDns } = v.ingress;

type Annotations = Tpl<Readonly<Record<string, string>>>;

/** external-dns 0.22 reads the first prefix and no longer the second, which older ones read. */
const prefixes = ["external-dns.kubernetes.io", "external-dns.alpha.kubernetes.io"] as const;

/** What external-dns is to make of the hosts of an Ingress. No lifetime: records that Cloudflare proxies have a fixed one. */
export const externalDnsAnnotations: Block<Annotations> = when<Annotations>(
  externalDns.enabled,
  merge<Annotations>(
    ...prefixes.map((prefix) => ({ [`${prefix}/cloudflare-proxied`]: str`${v.global.cloudflare.enabled}` })),
    use(externalDns.target, (target) => Object.fromEntries(prefixes.map((prefix) => [`${prefix}/target`, target]))),
  ),
);
