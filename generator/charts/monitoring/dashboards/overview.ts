import { failing, fill, folder, linkTo, none, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, number, table } from "./panels.ts";

export const overview: Dashboard = {
  uid: uids.overview,
  title: "Overview",
  description: "Whether users are served, what fires, and how full the cluster is.",
  folder,
  component: "prometheus",
  variables: [],
  rows: [
    {
      title: "Users",
      panels: [
        number("Requests", "reqps", "sum(service:http_requests:rate5m)"),
        number("Failing, last hour", "percentunit", "max(service:http_errors:ratio_rate1h)", {
          description: "Share of requests answered with 5xx, of the worst service.",
          decimals: 2,
          thresholds: failing,
        }),
        number("Failing, three days", "percentunit", "max(service:http_errors:ratio_rate3d)", {
          description: "What the error budget is measured by, of the worst service.",
          decimals: 3,
          thresholds: failing,
        }),
        number("95 % answered within", "s", "max(service:http_request_duration_seconds:p95_rate5m)", {
          description: "Interpolated between Traefik's four buckets: 0.1, 0.3, 1.2 and 5 s.",
        }),
        number("Critical alerts", "none", `sum(ALERTS{alertstate="firing",severity="critical"}) or vector(0)`, { thresholds: none }),
        number("Warnings", "none", `sum(ALERTS{alertstate="firing",severity="warning"}) or vector(0)`, {
          thresholds: [
            ["green", null],
            ["yellow", 1],
          ],
        }),
        curves("Requests by service", "reqps", [{ expr: "service:http_requests:rate5m", legend: "{{service}}" }]),
        curves("Failing by service", "percentunit", [{ expr: "service:http_errors:ratio_rate5m", legend: "{{service}}" }], {
          thresholds: failing,
        }),
        curves("Slow by service", "percentunit", [{ expr: "service:http_slow:ratio_rate5m", legend: "{{service}}" }], {
          description: "Share of requests slower than the objective for latency.",
        }),
      ],
    },
    {
      title: "Alerts",
      panels: [
        table(
          "Firing",
          [`max by (severity, alertname, namespace, component) (ALERTS{alertstate="firing",severity=~"critical|warning"})`],
          { severity: "Severity", alertname: "Alert", namespace: "Namespace", component: "Component" },
          { width: 16 },
        ),
        curves(
          "Firing over time",
          "none",
          [{ expr: `sum by (severity) (ALERTS{alertstate="firing",severity!="none"})`, legend: "{{severity}}" }],
          {
            stacked: true,
            height: 8,
          },
        ),
      ],
    },
    {
      title: "Applications",
      panels: [
        table(
          "Pods",
          [
            `sum by (namespace, deployment) (kube_deployment_status_replicas_available{deployment=~"(.+-)?(backend|frontend)"})`,
            `sum by (namespace, deployment) (kube_deployment_spec_replicas{deployment=~"(.+-)?(backend|frontend)"})`,
          ],
          {
            namespace: "Namespace",
            deployment: "Deployment",
            "Value #A": { title: "Available", unit: "none" },
            "Value #B": { title: "Wanted", unit: "none" },
          },
          { height: 7, width: 8 },
        ),
        curves("Pods available", "none", [
          {
            expr: `kube_deployment_status_replicas_available{deployment=~"(.+-)?(backend|frontend)"}`,
            legend: "{{namespace}}/{{deployment}}",
          },
        ]),
        curves("Restarts in an hour", "none", [
          {
            expr: `sum by (namespace, container) (increase(kube_pod_container_status_restarts_total[1h])) > 0`,
            legend: "{{namespace}}/{{container}}",
          },
        ]),
      ],
    },
    {
      title: "Cluster",
      panels: [
        number("Nodes ready", "none", `sum(kube_node_status_condition{condition="Ready",status="true"})`),
        number("Pods without a node", "none", "sum(kube_pod_status_unschedulable) or vector(0)", { thresholds: none }),
        number("CPU asked for", "percentunit", "cluster:cpu_requested:ratio", { thresholds: fill }),
        number("Memory asked for", "percentunit", "cluster:memory_requested:ratio", { thresholds: fill }),
        number("Fullest volume", "percentunit", "max(namespace_persistentvolumeclaim:volume_used:ratio)", { thresholds: fill }),
        number("Fullest disk", "percentunit", `max(node:filesystem_used:ratio{mountpoint="/"})`, { thresholds: fill }),
        table(
          "Nodes",
          ["node:cpu_used:ratio_rate5m", "node:memory_used:ratio", `node:filesystem_used:ratio{mountpoint="/"}`],
          {
            node: "Node",
            "Value #A": { title: "CPU", unit: "percentunit", thresholds: fill },
            "Value #B": { title: "Memory", unit: "percentunit", thresholds: fill },
            "Value #C": { title: "Disk", unit: "percentunit", thresholds: fill },
          },
          { links: { node: linkTo(uids.nodes, { node: "${__value.raw}" }) } },
        ),
        table(
          "Volumes",
          ["namespace_persistentvolumeclaim:volume_used:ratio"],
          { namespace: "Namespace", persistentvolumeclaim: "Claim", "Value #A": { title: "Used", unit: "percentunit", thresholds: fill } },
          { links: { persistentvolumeclaim: linkTo(uids.storage) } },
        ),
      ],
    },
  ],
};
