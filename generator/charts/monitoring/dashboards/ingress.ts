import { failing, folder, level, stream, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, logs, number, table } from "./panels.ts";

const rate = (by: string, selector: string) => `sum by (${by}) (rate(traefik_${selector}[$__rate_interval]))`;

export const ingress: Dashboard = {
  uid: uids.ingress,
  title: "Ingress",
  description: "Traefik: entry points, services, connections and certificates.",
  folder,
  component: "traefik",
  variables: [{ name: "service", label: "Service", from: "traefik_service_requests_total", of: "service", several: true }],
  rows: [
    {
      title: "Entry points",
      panels: [
        number("Traefik pods", "none", `sum(up{job="traefik"})`),
        number("Requests", "reqps", "sum(rate(traefik_entrypoint_requests_total[5m]))"),
        number(
          "Failing",
          "percentunit",
          `(sum(rate(traefik_entrypoint_requests_total{code=~"5.."}[5m])) or vector(0)) / sum(rate(traefik_entrypoint_requests_total[5m]))`,
          {
            decimals: 2,
            thresholds: failing,
          },
        ),
        number("Open connections", "none", "sum(traefik_open_connections)"),
        number("Configuration loaded", "none", "sum(increase(traefik_config_reloads_total[1h]))", {
          description: "Times in the last hour, over all pods.",
        }),
        number("First certificate ends", "s", `min(traefik_tls_certs_not_after{cn!~".*traefik.default"}) - time()`, { noValue: "none" }),
        curves("Requests", "reqps", [{ expr: rate("entrypoint", "entrypoint_requests_total"), legend: "{{entrypoint}}" }]),
        curves("By status", "reqps", [{ expr: rate("code", "entrypoint_requests_total"), legend: "{{code}}" }]),
        curves("Open connections", "none", [
          { expr: "sum by (entrypoint, protocol) (traefik_open_connections)", legend: "{{entrypoint}} {{protocol}}" },
        ]),
      ],
    },
    {
      title: "Services",
      panels: [
        curves("Requests", "reqps", [{ expr: rate("service", `service_requests_total{service=~"$service"}`), legend: "{{service}}" }]),
        curves("Failing", "percentunit", [{ expr: `service:http_errors:ratio_rate5m{service=~"$service"}`, legend: "{{service}}" }], {
          thresholds: failing,
        }),
        curves("95 % answered within", "s", [
          { expr: `service:http_request_duration_seconds:p95_rate5m{service=~"$service"}`, legend: "{{service}}" },
        ]),
        curves("Answered with 4xx", "reqps", [
          { expr: rate("service", `service_requests_total{service=~"$service",code=~"4.."}`), legend: "{{service}}" },
        ]),
        curves("Received", "Bps", [{ expr: rate("service", `service_requests_bytes_total{service=~"$service"}`), legend: "{{service}}" }]),
        curves("Sent", "Bps", [{ expr: rate("service", `service_responses_bytes_total{service=~"$service"}`), legend: "{{service}}" }]),
      ],
    },
    {
      title: "Certificates",
      panels: [
        table("Served by Traefik", ["max by (cn, sans) (traefik_tls_certs_not_after) * 1000"], {
          cn: "Name",
          sans: "Further names",
          "Value #A": { title: "Ends", unit: "dateTimeFromNow" },
        }),
        table(
          "Known to cert-manager",
          [
            "max by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds) * 1000",
            `max by (namespace, name) (certmanager_certificate_ready_status{condition="True"})`,
          ],
          {
            namespace: "Namespace",
            name: "Certificate",
            "Value #A": { title: "Ends", unit: "dateTimeFromNow" },
            "Value #B": { title: "Ready", unit: "bool_on_off" },
          },
        ),
      ],
    },
    {
      title: "Traefik itself",
      panels: [
        curves("CPU", "none", [{ expr: `rate(process_cpu_seconds_total{job="traefik"}[$__rate_interval])`, legend: "{{pod}}" }], {
          width: 12,
          description: "Cores.",
        }),
        curves("Memory", "bytes", [{ expr: `process_resident_memory_bytes{job="traefik"}`, legend: "{{pod}}" }], { width: 12 }),
        logs("Warnings and errors", `${stream({ container: "traefik" })} | ${level}=~"warn|error|fatal|critical"`),
      ],
    },
  ],
};
