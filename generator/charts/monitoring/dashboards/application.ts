import type { JobName } from "../metrics.ts";
import { failing, fill, folder, level, linkTo, onlyLimited, stream, uids } from "./common.ts";
import type { Dashboard, Row } from "./dashboard.ts";
import { curves, logs, logVolume, number, table } from "./panels.ts";

interface Application {
  readonly name: "backend" | "frontend";
  readonly title: string;
  readonly description: string;
  readonly job: Extract<JobName, `app-${string}`>;
  /** Rows that only this application has. */
  readonly own: readonly Row[];
}

/** What both applications have: requests as Traefik sees them, pods, scaling, the Node.js runtime and logs. */
function application({ name, title, description, job, own }: Application): Dashboard {
  const service = `service=~"$namespace-(.+-)?${name}-svc-.+"`;
  const deployment = `namespace="$namespace",deployment=~"(.+-)?${name}"`;
  const hpa = `namespace="$namespace",horizontalpodautoscaler=~"(.+-)?${name}-hpa"`;
  const container = `namespace="$namespace",container="${name}"`;
  const target = `job="${job}",namespace="$namespace"`;
  const served = `With \`${name}.metrics.enabled\` and \`monitoring.prometheus.applications.${name}\`.`;
  const stacked = stream({ namespace: "$namespace", container: name });
  return {
    uid: uids[name],
    title,
    description,
    folder,
    component: "kube-state-metrics",
    variables: [
      { name: "namespace", label: "Namespace", from: `kube_deployment_spec_replicas{deployment=~"(.+-)?${name}"}`, of: "namespace" },
    ],
    rows: [
      {
        title: "Requests, as Traefik sees them",
        panels: [
          number("Requests", "reqps", `sum(service:http_requests:rate5m{${service}})`),
          number("Failing", "percentunit", `max(service:http_errors:ratio_rate5m{${service}})`, { decimals: 2, thresholds: failing }),
          number("95 % answered within", "s", `max(service:http_request_duration_seconds:p95_rate5m{${service}})`),
          number("Pods", "none", `sum(kube_deployment_status_replicas_available{${deployment}})`),
          number("Most pods", "none", `max(kube_horizontalpodautoscaler_spec_max_replicas{${hpa}})`, { noValue: "not scaled" }),
          number("Memory of the limit", "percentunit", `max(namespace_container:memory_used_of_limit:percent{${container}}) / 100`, {
            thresholds: fill,
          }),
          curves("By status", "reqps", [
            {
              expr: `sum by (code) (rate(traefik_service_requests_total{${service},protocol="http"}[$__rate_interval]))`,
              legend: "{{code}}",
            },
          ]),
          curves("Failing", "percentunit", [
            { expr: `service:http_errors:ratio_rate5m{${service}}`, legend: "5 minutes" },
            { expr: `service:http_errors:ratio_rate1h{${service}}`, legend: "1 hour" },
          ]),
          curves("Duration", "s", [
            { expr: `service:http_request_duration_seconds:p50_rate5m{${service}}`, legend: "half" },
            { expr: `service:http_request_duration_seconds:p95_rate5m{${service}}`, legend: "95 %" },
          ]),
        ],
      },
      ...own,
      {
        title: "Pods",
        panels: [
          curves(
            "Pods",
            "none",
            [
              { expr: `kube_deployment_status_replicas_available{${deployment}}`, legend: "available" },
              { expr: `kube_deployment_spec_replicas{${deployment}}`, legend: "wanted" },
              { expr: `kube_horizontalpodautoscaler_spec_max_replicas{${hpa}}`, legend: "most" },
            ],
            { width: 6 },
          ),
          curves(
            "CPU",
            "none",
            [{ expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${container}}[$__rate_interval]))`, legend: "{{pod}}" }],
            {
              width: 6,
              description: "Cores.",
            },
          ),
          curves("Memory", "bytes", [{ expr: `container_memory_working_set_bytes{${container}}`, legend: "{{pod}}" }], { width: 6 }),
          curves(
            "CPU periods held back",
            "percentunit",
            [{ expr: `namespace_pod_container:cpu_throttled:ratio_rate5m{${container}}`, legend: "{{pod}}" }],
            { width: 6, description: onlyLimited },
          ),
          table(
            "Restarts",
            [
              `sum by (pod) (kube_pod_container_status_restarts_total{${container}})`,
              `max by (pod, reason) (kube_pod_container_status_last_terminated_reason{${container}})`,
            ],
            { pod: "Pod", "Value #A": { title: "Restarts", unit: "none" }, reason: "Last ended by" },
            { links: { pod: linkTo(uids.logs, { namespace: "${namespace}", search: "${__value.raw}" }) } },
          ),
          curves(
            "Network",
            "Bps",
            [
              {
                expr: `sum by (pod) (rate(container_network_receive_bytes_total{namespace="$namespace",pod=~"(.+-)?${name}-.+"}[$__rate_interval]))`,
                legend: "in {{pod}}",
              },
              {
                expr: `sum by (pod) (rate(container_network_transmit_bytes_total{namespace="$namespace",pod=~"(.+-)?${name}-.+"}[$__rate_interval]))`,
                legend: "out {{pod}}",
              },
            ],
            { width: 12, height: 8 },
          ),
        ],
      },
      {
        title: "Node.js",
        panels: [
          curves("Event loop lag, 99 %", "s", [{ expr: `nodejs_eventloop_lag_p99_seconds{${target}}`, legend: "{{pod}}" }], {
            description: served,
          }),
          curves("Heap used", "bytes", [{ expr: `nodejs_heap_size_used_bytes{${target}}`, legend: "{{pod}}" }], { description: served }),
          curves(
            "Garbage collection",
            "percentunit",
            [{ expr: `sum by (pod) (rate(nodejs_gc_duration_seconds_sum{${target}}[$__rate_interval]))`, legend: "{{pod}}" }],
            { description: `Share of the time. ${served}` },
          ),
        ],
      },
      {
        title: "Logs",
        panels: [
          logVolume("Lines by level", `sum by (${level}) (count_over_time(${stacked} [$__auto]))`, `{{${level}}}`),
          logs("Warnings and errors", `${stacked} | ${level}=~"warn|error|fatal|critical"`),
        ],
      },
    ],
  };
}

const route = `job="app-backend",namespace="$namespace"`;

export const backend = application({
  name: "backend",
  title: "Backend",
  description: "The API: requests, routes, pods, scaling, the Node.js runtime and logs.",
  job: "app-backend",
  own: [
    {
      title: "Routes, as the application sees them",
      panels: [
        curves("Requests by route", "reqps", [
          {
            expr: `topk(10, sum by (method, route) (rate(http_request_duration_seconds_count{${route}}[$__rate_interval])))`,
            legend: "{{method}} {{route}}",
          },
        ]),
        curves("Failing by route", "reqps", [
          {
            expr: `topk(10, sum by (method, route) (rate(http_request_duration_seconds_count{${route},status_code=~"5.."}[$__rate_interval])) > 0)`,
            legend: "{{method}} {{route}}",
          },
        ]),
        curves("95 % answered within, by route", "s", [
          {
            expr: `topk(10, histogram_quantile(0.95, sum by (route, le) (rate(http_request_duration_seconds_bucket{${route}}[$__rate_interval]))))`,
            legend: "{{route}}",
          },
        ]),
        curves(
          "Connections for notifications",
          "none",
          [{ expr: `sum by (protocol) (traefik_open_connections)`, legend: "{{protocol}}" }],
          {
            description: "Open at Traefik, of all services.",
          },
        ),
        curves("Scaling: pods wanted", "none", [
          { expr: `kube_horizontalpodautoscaler_status_desired_replicas{namespace="$namespace"}`, legend: "{{horizontalpodautoscaler}}" },
        ]),
        curves(
          "What KEDA reads",
          "none",
          [{ expr: `keda_scaler_metrics_value{namespace="$namespace"}`, legend: "{{scaledObject}} {{metric}}" }],
          {
            description: "Only with the engine `keda`: memory in percent of the limit while it is above the threshold, else 0.",
          },
        ),
      ],
    },
  ],
});

export const frontend = application({
  name: "frontend",
  title: "Frontend",
  description: "The pages: requests, pods, scaling, the Node.js runtime and logs.",
  job: "app-frontend",
  own: [],
});
