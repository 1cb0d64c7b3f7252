/**
 * The addresses of Cloudflare's edge, as published at https://www.cloudflare.com/ips/. The one list of them: Traefik believes
 * forwarded headers from these, and the Ingress admits nobody else.
 *
 * On every release compare it with https://api.cloudflare.com/client/v4/ips and set the date: a test refuses a release whose
 * list was not looked at for three months. Cloudflare adds ranges seldom and tells beforehand.
 */
export const cloudflareRanges = {
  /** When this was last the published list. */
  date: new Date("2026-09-29T00:00:00Z"),
  ipv4: [
    "173.245.48.0/20",
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "141.101.64.0/18",
    "108.162.192.0/18",
    "190.93.240.0/20",
    "188.114.96.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
    "162.158.0.0/15",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "172.64.0.0/13",
    "131.0.72.0/22",
  ],
  ipv6: ["2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32"],
} as const;
