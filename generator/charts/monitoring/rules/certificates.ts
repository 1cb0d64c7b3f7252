import { ruleGroup } from "./rule.ts";

const certificate = "{{ $labels.namespace }}/{{ $labels.name }}";

export const certificates = ruleGroup({
  name: "certificates",
  component: "cert-manager",
  rules: [
    {
      alert: "CertificateNotReady",
      severity: "warning",
      expr: `max by (namespace, name) (certmanager_certificate_ready_status{condition="True"}) == 0`,
      for: "15m",
      summary: `The Certificate ${certificate} is not ready`,
      description:
        "It has not been issued, or not renewed. A site without another certificate is served Traefik's own, which browsers refuse.",
    },
    {
      alert: "CertificateRenewalOverdue",
      severity: "warning",
      expr: `time() - max by (namespace, name) (certmanager_certificate_renewal_timestamp_seconds > 0) > 86400`,
      for: "1h",
      summary: `The Certificate ${certificate} should have been renewed {{ $value | humanizeDuration }} ago`,
      description: "cert-manager tries and fails. The old one serves until it ends.",
    },
    {
      alert: "CertificateExpiresSoon",
      severity: "critical",
      expr: `max by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds > 0) - time() < 5 * 86400`,
      for: "10m",
      summary: `The Certificate ${certificate} ends in {{ $value | humanizeDuration }}`,
      description: "Browsers will refuse the site after that.",
    },
    {
      alert: "IssuerNotReady",
      severity: "warning",
      expr: `max by (namespace, name) (certmanager_issuer_ready_status{condition="True"}) == 0 or max by (name) (certmanager_clusterissuer_ready_status{condition="True"}) == 0`,
      for: "15m",
      summary: `The issuer {{ $labels.name }} is not ready`,
      description: "No certificate is issued or renewed through it: its account or its DNS token is refused.",
    },
    {
      alert: "AcmeRateLimited",
      severity: "warning",
      expr: `sum by (host) (increase(certmanager_http_acme_client_request_count{status="429"}[1h])) > 0`,
      summary: `{{ $labels.host }} refuses requests for certificates: too many`,
      description: "Let's Encrypt counts per week. Stop what asks again and again, then wait; the staging issuer has no such limit.",
    },
  ],
});
