import { ruleGroup } from "./rule.ts";

export const names = ruleGroup({
  name: "coredns",
  component: "coredns",
  rules: [
    {
      alert: "CoreDnsDown",
      severity: "critical",
      expr: `absent(up{job="coredns"} == 1)`,
      for: "5m",
      summary: "No CoreDNS answers Prometheus",
      description: "If names are not resolved either, nothing finds anything else, and notifications do not get out.",
    },
    {
      alert: "CoreDnsFailing",
      severity: "warning",
      expr: `sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / (sum(rate(coredns_dns_responses_total[5m])) > 1) > 0.03`,
      for: "10m",
      summary: "CoreDNS fails to resolve {{ $value | humanizePercentage }} of what it is asked",
      description: "Carriers, object storage or mail servers are not found: mostly the resolvers that CoreDNS itself asks do not answer.",
    },
  ],
});

export const volumeDriver = ruleGroup({
  name: "hcloud-csi",
  component: "hcloud-csi",
  rules: [
    {
      alert: "VolumeDriverFailing",
      severity: "warning",
      // The attacher tries again and again, at first within seconds: one try that comes too early is no news.
      expr: `sum by (grpc_method) (increase(grpc_server_handled_total{job="hcloud-csi",grpc_service="csi.v1.Controller",grpc_code!="OK"}[15m])) > 3`,
      for: "15m",
      summary: "Hetzner's volume driver fails at {{ $labels.grpc_method }}",
      description: "Volumes are not made, attached or enlarged, and pods wait for them.",
    },
    {
      alert: "HetznerApiRefusing",
      severity: "warning",
      expr: `sum by (code) (rate(hcloud_api_requests_total{job="hcloud-csi",code=~"401|403|429|5.."}[10m])) > 0`,
      for: "15m",
      summary: "Hetzner's API answers the volume driver with {{ $labels.code }}",
      description: "The autoscaler and the load balancer's controller meet the same API: no new node, no volume, no change of targets.",
    },
  ],
});
