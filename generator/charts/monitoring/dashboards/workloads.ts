import { folder, linkTo, namespaces, onlyLimited, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, table } from "./panels.ts";

const ns = `namespace=~"$namespace"`;
const byWorkload = (expr: string) =>
  `sum by (namespace, workload) (${expr} * on (namespace, pod) group_left (workload) namespace_workload_pod:owner:info)`;

export const workloads: Dashboard = {
  uid: uids.workloads,
  title: "Workloads",
  description: "CPU, memory, restarts and limits of every workload, by namespace.",
  folder,
  component: "cadvisor",
  variables: [namespaces],
  rows: [
    {
      title: "Workloads",
      panels: [
        table(
          "Use and requests",
          [
            byWorkload(`namespace_pod:cpu_used:cores_rate5m{${ns}}`),
            byWorkload(`sum by (namespace, pod) (kube_pod_container_resource_requests{${ns},resource="cpu"})`),
            byWorkload(`namespace_pod:memory_working_set:bytes{${ns}}`),
            byWorkload(`sum by (namespace, pod) (kube_pod_container_resource_requests{${ns},resource="memory"})`),
            byWorkload(`sum by (namespace, pod) (kube_pod_container_resource_limits{${ns},resource="memory"})`),
          ],
          {
            namespace: "Namespace",
            workload: "Workload",
            "Value #A": { title: "CPU", unit: "none" },
            "Value #B": { title: "CPU asked for", unit: "none" },
            "Value #C": { title: "Memory", unit: "bytes" },
            "Value #D": { title: "Memory asked for", unit: "bytes" },
            "Value #E": { title: "Memory limit", unit: "bytes" },
          },
          { width: 24, height: 10 },
        ),
      ],
    },
    {
      title: "CPU and memory",
      panels: [
        curves("CPU", "none", [{ expr: byWorkload(`namespace_pod:cpu_used:cores_rate5m{${ns}}`), legend: "{{namespace}}/{{workload}}" }], {
          width: 12,
          stacked: true,
          description: "Cores.",
        }),
        curves(
          "Memory",
          "bytes",
          [{ expr: byWorkload(`namespace_pod:memory_working_set:bytes{${ns}}`), legend: "{{namespace}}/{{workload}}" }],
          {
            width: 12,
            stacked: true,
          },
        ),
        curves(
          "Memory of the limit",
          "percent",
          [{ expr: `namespace_container:memory_used_of_limit:percent{${ns}}`, legend: "{{namespace}}/{{container}}" }],
          {
            max: 100,
          },
        ),
        curves(
          "CPU periods held back",
          "percentunit",
          [
            {
              expr: `max by (namespace, container) (namespace_pod_container:cpu_throttled:ratio_rate5m{${ns}}) > 0`,
              legend: "{{namespace}}/{{container}}",
            },
          ],
          { description: onlyLimited },
        ),
        curves("Disk", "Bps", [
          {
            expr: `sum by (namespace) (rate(container_fs_reads_bytes_total{${ns},container!=""}[$__rate_interval]))`,
            legend: "read {{namespace}}",
          },
          {
            expr: `sum by (namespace) (rate(container_fs_writes_bytes_total{${ns},container!=""}[$__rate_interval]))`,
            legend: "written {{namespace}}",
          },
        ]),
      ],
    },
    {
      title: "Trouble",
      panels: [
        curves("Restarts in an hour", "none", [
          {
            expr: `sum by (namespace, container) (increase(kube_pod_container_status_restarts_total{${ns}}[1h])) > 0`,
            legend: "{{namespace}}/{{container}}",
          },
        ]),
        curves("Killed for memory in an hour", "none", [
          {
            // Not cAdvisor's own count of these events: it is gone with the container that it was about.
            expr: `sum by (namespace, container) (increase(kube_pod_container_status_restarts_total{${ns}}[1h]) and on (namespace, pod, container) kube_pod_container_status_last_terminated_reason{reason="OOMKilled"} == 1) > 0`,
            legend: "{{namespace}}/{{container}}",
          },
        ]),
        curves("Pods that do not run", "none", [
          {
            expr: `sum by (namespace, phase) (kube_pod_status_phase{${ns},phase!~"Running|Succeeded"}) > 0`,
            legend: "{{namespace}} {{phase}}",
          },
        ]),
        table(
          "Waiting containers",
          [`max by (namespace, pod, container, reason) (kube_pod_container_status_waiting_reason{${ns}}) > 0`],
          { namespace: "Namespace", pod: "Pod", container: "Container", reason: "Waiting for" },
          { links: { pod: linkTo(uids.logs, { search: "${__value.raw}" }) } },
        ),
        table(
          "Autoscalers",
          [
            `max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas{${ns}})`,
            `max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_desired_replicas{${ns}})`,
            `max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas{${ns}})`,
          ],
          {
            namespace: "Namespace",
            horizontalpodautoscaler: "Autoscaler",
            "Value #A": { title: "Pods", unit: "none" },
            "Value #B": { title: "Wanted", unit: "none" },
            "Value #C": { title: "Most", unit: "none" },
          },
        ),
      ],
    },
  ],
};
