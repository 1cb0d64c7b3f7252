import { cloudflareRanges } from "./cloudflare-ranges.ts";
import { patterns } from "./common.ts";

/** Cloudflare in front of the load balancer: what is believed of it, and how everybody else is kept out. */
export const cloudflare = {
  type: "object",
  description: "Cloudflare in front (DNS records with an orange cloud).",
  default: {},
  properties: {
    enabled: {
      type: "boolean",
      description:
        "Visitors come through Cloudflare: its `X-Forwarded-*` headers and `CF-Connecting-IP` are believed. Otherwise they are removed from every request.",
      default: false,
    },
    ranges: {
      type: "object",
      description: `Addresses of Cloudflare's edge, as published on ${cloudflareRanges.date.toISOString().slice(0, 10)}.`,
      default: {},
      properties: {
        ipv4: {
          type: "array",
          description: "IPv4 ranges.",
          items: { type: "string", description: "A range.", pattern: patterns.ipv4Range },
          minItems: 1,
          default: cloudflareRanges.ipv4,
        },
        ipv6: {
          type: "array",
          description: "IPv6 ranges.",
          items: { type: "string", description: "A range.", pattern: patterns.ipv6Range },
          minItems: 1,
          default: cloudflareRanges.ipv6,
        },
      },
    },
    ipAllowList: {
      type: "boolean",
      description:
        "Traefik answers 403 to connections from other addresses. Needs their real addresses: PROXY protocol, which the chart `edge` sets up.",
      default: true,
    },
    originPulls: {
      type: "object",
      description:
        "Authenticated origin pulls: Traefik demands Cloudflare's client certificate. For TLS modes `secret` and `certManager`; the zone's SSL mode must be Full (strict).",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Demand it, on every route of the hosts.", default: false },
        secretName: {
          type: "string",
          description: "Secret with the CA certificate that signs Cloudflare's, under `ca.crt` or `tls.ca`.",
          pattern: patterns.objectOrEmpty,
          minLength: 1,
          maxLength: 253,
          default: "cloudflare-origin-pull-ca",
        },
      },
    },
  },
} as const;
