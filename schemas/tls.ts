import { patterns } from "./common.ts";

/** Who ends TLS: the one switch that load balancer, Traefik and Ingress follow. */
export const tls = {
  type: "object",
  description: "Encryption between the visitors and Traefik.",
  default: {},
  properties: {
    mode: {
      type: "string",
      description:
        "Who ends TLS. `none`: nobody, plain HTTP for a laptop. `secret`: Traefik, with a Secret of type kubernetes.io/tls that exists. `certManager`: Traefik; cert-manager issues the certificate into that Secret. `loadBalancer`: the Hetzner load balancer, with a certificate that Hetzner holds. `cloudflare`: Cloudflare alone, with plain HTTP over the internet to the load balancer.",
      enum: ["none", "secret", "certManager", "loadBalancer", "cloudflare"],
      default: "none",
    },
    acceptUnencryptedOrigin: {
      type: "boolean",
      description:
        "Mode `cloudflare` is refused without it: passwords and documents cross the internet between Cloudflare and Hetzner in clear text.",
      default: false,
    },
    secretName: {
      type: "string",
      description: "Secret with the certificate.",
      pattern: patterns.objectOrEmpty,
      minLength: 1,
      maxLength: 253,
      default: "xpeditis-tls",
    },
    issuer: {
      type: "string",
      description: "Issuer, for mode `certManager`.",
      pattern: patterns.objectOrEmpty,
      minLength: 1,
      maxLength: 253,
      default: "letsencrypt-prod",
    },
    issuerKind: { type: "string", description: "Kind of the issuer.", enum: ["ClusterIssuer", "Issuer"], default: "ClusterIssuer" },
  },
} as const;
