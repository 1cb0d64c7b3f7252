/**
 * Every annotation of a Service that hcloud-cloud-controller-manager v1.35 knows (`internal/annotation/load_balancer.go`),
 * without the prefix, and whether it may be written. It never warns of others, so the charts take no annotation but these.
 */
export const annotationNames = {
  name: "use",
  type: "use",
  location: "use",
  "network-zone": "use",
  "algorithm-type": "use",
  protocol: "use",
  "uses-proxyprotocol": "use",
  "use-private-ip": "use",
  "private-ipv4": "use",
  "private-subnet-ip-range": "use",
  "disable-public-network": "use",
  "disable-private-ingress": "use",
  "ipv6-disabled": "use",
  hostname: "use",
  "node-selector": "use",
  "http-cookie-name": "use",
  "http-cookie-lifetime": "use",
  "http-timeout-idle": "use",
  "http-sticky-sessions": "use",
  "http-redirect-http": "use",
  "certificate-type": "use",
  "http-certificates": "use",
  "http-managed-certificate-name": "use",
  "http-managed-certificate-domains": "use",
  "health-check-protocol": "use",
  "health-check-port": "use",
  "health-check-interval": "use",
  "health-check-timeout": "use",
  "health-check-retries": "use",
  "health-check-http-domain": "use",
  "health-check-http-path": "use",
  "health-check-http-validate-certificate": "use",
  "http-status-codes": "use",
  /** For Hetzner's own tests. */
  "http-managed-certificate-acme-staging": "internal",
  /** Written by the controller, says its documentation; some it reads all the same and acts on. */
  id: "readOnly",
  ipv4: "readOnly",
  ipv6: "readOnly",
  "ipv4-rdns": "readOnly",
  "ipv6-rdns": "readOnly",
} as const;

export const annotationPrefix = "load-balancer.hetzner.cloud/";

type NamesFor<U> = { [K in keyof typeof annotationNames]: (typeof annotationNames)[K] extends U ? K : never }[keyof typeof annotationNames];

/** An annotation that the charts may write, without the prefix. */
export type UsableName = NamesFor<"use">;

/** Names without the prefix that only the controller may write. */
export const readOnlyNames = Object.entries(annotationNames)
  .filter(([, use]) => use === "readOnly")
  .map(([name]) => name);
