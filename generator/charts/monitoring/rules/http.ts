import { settings } from "../settings.ts";
import { ruleGroup, type Alert } from "./rule.ts";

const { availability, fastShare, fastSeconds } = settings;

/** Requests per second below which ratios are noise: one failure of a handful is no incident. */
const floor = (window: string, perHour: number) => `service:http_requests:rate${window} * 3600 > ${perHour}`;

/**
 * Multi-window burn rates (Site Reliability Workbook, chapter 5): how many times faster than allowed the error budget of 30
 * days is being spent. The short window lets the alert end soon after the cause does.
 */
const errorBurn = (factor: number, long: string, short: string, enough: string) => {
  const limit = `${factor} * (1 - ${availability.word})`;
  return `service:http_errors:ratio_rate${long} > ${limit} and service:http_errors:ratio_rate${short} > ${limit} and on (service) ${enough}`;
};

const slowBurn = (factor: number, long: string, short: string, enough: string) => {
  const limit = `${factor} * (1 - ${fastShare.word})`;
  return `service:http_slow:ratio_rate${long} > ${limit} and service:http_slow:ratio_rate${short} > ${limit} and on (service) ${enough}`;
};

const share = "{{ $value | humanizePercentage }}";

const errorBudget: readonly Alert[] = [
  {
    alert: "HttpErrorBudgetBurnFast",
    severity: "critical",
    expr: errorBurn(14.4, "1h", "5m", floor("1h", 100)),
    for: "2m",
    summary: `{{ $labels.service }} answers ${share} of requests with 5xx`,
    description: "At this rate the error budget of 30 days is spent in two days. Users see failures now.",
  },
  {
    alert: "HttpErrorBudgetBurnMedium",
    severity: "critical",
    expr: errorBurn(6, "6h", "30m", floor("6h", 50)),
    for: "15m",
    summary: `{{ $labels.service }} has answered ${share} of requests with 5xx for hours`,
    description: "At this rate the error budget of 30 days is spent in five days.",
  },
  {
    alert: "HttpErrorBudgetBurnSlow",
    severity: "warning",
    expr: errorBurn(3, "1d", "2h", floor("6h", 20)),
    for: "1h",
    summary: `{{ $labels.service }} answered ${share} of a day's requests with 5xx`,
    description: "At this rate the error budget of 30 days is spent in ten days.",
  },
  {
    alert: "HttpErrorBudgetBurnTrickle",
    severity: "warning",
    expr: errorBurn(1, "3d", "6h", floor("6h", 20)),
    for: "3h",
    summary: `{{ $labels.service }} answered ${share} of three days' requests with 5xx`,
    description: "A low, steady rate of errors that spends the whole error budget of 30 days.",
  },
];

const latencyBudget: readonly Alert[] = [
  {
    alert: "HttpLatencyBudgetBurnFast",
    severity: "critical",
    expr: slowBurn(14.4, "1h", "5m", floor("1h", 100)),
    for: "2m",
    summary: `{{ $labels.service }} answers ${share} of requests in more than ${fastSeconds.word} s`,
    description: "At this rate the latency budget of 30 days is spent in two days. Users are waiting now.",
  },
  {
    alert: "HttpLatencyBudgetBurnSlow",
    severity: "warning",
    expr: slowBurn(3, "1d", "2h", floor("6h", 20)),
    for: "1h",
    summary: `{{ $labels.service }} answered ${share} of a day's requests in more than ${fastSeconds.word} s`,
    description: "At this rate the latency budget of 30 days is spent in ten days.",
  },
];

export const http = ruleGroup({
  name: "http-objectives",
  component: "traefik",
  rules: [
    ...errorBudget,
    ...latencyBudget,
    {
      alert: "HttpHigh5xxRatio",
      severity: "critical",
      // Holds from the first minutes on, when the long windows of the budgets have no data yet.
      expr: `service:http_errors:ratio_rate5m > 0.05 and on (service) service:http_requests:rate5m * 300 > 50`,
      for: "5m",
      summary: `{{ $labels.service }} answers ${share} of requests with 5xx`,
      description: "More than one request in twenty fails, whatever the objective is.",
    },
    {
      alert: "HttpTrafficGone",
      severity: "warning",
      // A restarted Traefik has no series for a service before its first request: nothing is as good as 0.
      expr: `service:http_requests:rate1h offset 1d * 3600 > 100 unless on (service) service:http_requests:rate5m > 0`,
      for: "15m",
      summary: `{{ $labels.service }} gets no requests any more`,
      description:
        "At this time yesterday there were {{ $value | humanize }} an hour. DNS, the load balancer or the Ingress may not lead here.",
    },
  ],
});

export const ingress = ruleGroup({
  name: "ingress",
  component: "traefik",
  rules: [
    {
      alert: "TraefikDown",
      severity: "critical",
      expr: `absent(up{job="traefik"} == 1)`,
      for: "2m",
      summary: "No Traefik answers Prometheus",
      description: "Either nothing from outside reaches the applications, or only the metrics of Traefik are out of reach.",
    },
    {
      alert: "TraefikConfigFlapping",
      severity: "warning",
      expr: `increase(traefik_config_reloads_total[10m]) > 50`,
      for: "10m",
      summary: `{{ $labels.pod }} loads a new configuration {{ $value | humanize }} times in 10 minutes`,
      description: "Something rewrites Ingresses, Services or Secrets in a loop, often two controllers that undo each other.",
    },
    {
      alert: "ServedCertificateExpiresSoon",
      severity: "critical",
      // Of several for one name, Traefik serves the one that is valid longest.
      expr: `max by (cn, sans) (traefik_tls_certs_not_after{cn!~".*traefik.default"}) - time() < 5 * 86400`,
      for: "10m",
      summary: `The certificate of {{ $labels.cn }} that Traefik serves ends in {{ $value | humanizeDuration }}`,
      description: "Browsers will refuse the site after that. Renewal should have happened weeks ago.",
    },
  ],
});
