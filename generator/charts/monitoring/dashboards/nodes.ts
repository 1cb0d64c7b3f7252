import { fill, folder, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, table } from "./panels.ts";

const on = `node=~"$node"`;
const perSecond = (metric: string, more = "") => `rate(node_${metric}{${on}${more}}[$__rate_interval])`;

export const nodes: Dashboard = {
  uid: uids.nodes,
  title: "Nodes",
  description: "Use, saturation and errors of each node: CPU, memory, disk, network.",
  folder,
  component: "node-exporter",
  variables: [{ name: "node", label: "Node", from: "node_uname_info", of: "node", several: true }],
  rows: [
    {
      title: "Nodes",
      panels: [
        table(
          "Nodes",
          [
            `node:cpu_used:ratio_rate5m{${on}}`,
            `node:memory_used:ratio{${on}}`,
            `node:filesystem_used:ratio{${on},mountpoint="/"}`,
            `sum by (node) (kube_pod_info{${on}} * on (namespace, pod) group_left () (kube_pod_status_phase{phase="Running"} == 1))`,
            `sum by (node) (kube_pod_container_resource_requests{${on},resource="cpu"}) / sum by (node) (kube_node_status_allocatable{${on},resource="cpu"})`,
            `sum by (node) (kube_pod_container_resource_requests{${on},resource="memory"}) / sum by (node) (kube_node_status_allocatable{${on},resource="memory"})`,
          ],
          {
            node: "Node",
            "Value #A": { title: "CPU", unit: "percentunit", thresholds: fill },
            "Value #B": { title: "Memory", unit: "percentunit", thresholds: fill },
            "Value #C": { title: "Disk", unit: "percentunit", thresholds: fill },
            "Value #D": { title: "Pods", unit: "none" },
            "Value #E": { title: "CPU asked for", unit: "percentunit", thresholds: fill },
            "Value #F": { title: "Memory asked for", unit: "percentunit", thresholds: fill },
          },
          { width: 24, height: 7 },
        ),
      ],
    },
    {
      title: "CPU and memory",
      panels: [
        curves("CPU", "percentunit", [{ expr: `node:cpu_used:ratio_rate5m{${on}}`, legend: "{{node}}" }], { max: 1 }),
        curves("Load per CPU", "none", [
          { expr: `node_load5{${on}} / on (node) count by (node) (node_cpu_seconds_total{${on},mode="idle"})`, legend: "{{node}}" },
        ]),
        curves("Waiting for CPU", "percentunit", [{ expr: perSecond("pressure_cpu_waiting_seconds_total"), legend: "{{node}}" }], {
          description: "Share of the time in which some process wanted CPU and got none.",
        }),
        curves("Memory", "percentunit", [{ expr: `node:memory_used:ratio{${on}}`, legend: "{{node}}" }], { max: 1, thresholds: fill }),
        curves("Waiting for memory", "percentunit", [{ expr: perSecond("pressure_memory_waiting_seconds_total"), legend: "{{node}}" }]),
        curves("Killed for memory", "none", [{ expr: `increase(node_vmstat_oom_kill{${on}}[$__rate_interval])`, legend: "{{node}}" }]),
      ],
    },
    {
      title: "Disks",
      panels: [
        curves("Used", "percentunit", [{ expr: `node:filesystem_used:ratio{${on}}`, legend: "{{node}} {{mountpoint}}" }], {
          max: 1,
          thresholds: fill,
        }),
        curves("Busy", "percentunit", [{ expr: perSecond("disk_io_time_seconds_total"), legend: "{{node}} {{device}}" }], { max: 1 }),
        curves("Waiting for disks", "percentunit", [{ expr: perSecond("pressure_io_waiting_seconds_total"), legend: "{{node}}" }]),
        curves("Read", "Bps", [{ expr: `sum by (node) (${perSecond("disk_read_bytes_total")})`, legend: "{{node}}" }]),
        curves("Written", "Bps", [{ expr: `sum by (node) (${perSecond("disk_written_bytes_total")})`, legend: "{{node}}" }]),
        curves("Open files", "none", [{ expr: `node_filefd_allocated{${on}}`, legend: "{{node}}" }]),
      ],
    },
    {
      title: "Network",
      panels: [
        curves("Received", "Bps", [
          { expr: `sum by (node) (${perSecond("network_receive_bytes_total", ',device!="lo"')})`, legend: "{{node}}" },
        ]),
        curves("Sent", "Bps", [
          { expr: `sum by (node) (${perSecond("network_transmit_bytes_total", ',device!="lo"')})`, legend: "{{node}}" },
        ]),
        curves("Lost", "cps", [
          {
            expr: `sum by (node) (${perSecond("network_receive_drop_total")} + ${perSecond("network_receive_errs_total")})`,
            legend: "in {{node}}",
          },
          {
            expr: `sum by (node) (${perSecond("network_transmit_drop_total")} + ${perSecond("network_transmit_errs_total")})`,
            legend: "out {{node}}",
          },
        ]),
        curves("Connections tracked", "percentunit", [
          { expr: `node_nf_conntrack_entries{${on}} / node_nf_conntrack_entries_limit{${on}}`, legend: "{{node}}" },
        ]),
        curves("Clock off by", "s", [{ expr: `abs(node_timex_offset_seconds{${on}})`, legend: "{{node}}" }]),
        curves("Pods", "none", [{ expr: `kubelet_running_pods{${on}}`, legend: "{{node}}" }]),
      ],
    },
    {
      title: "What all nodes need",
      panels: [
        curves("API server, by status", "reqps", [
          { expr: "sum by (code) (rate(apiserver_request_total[$__rate_interval]))", legend: "{{code}}" },
        ]),
        curves("Names: answers of CoreDNS", "reqps", [
          { expr: "sum by (rcode) (rate(coredns_dns_responses_total[$__rate_interval]))", legend: "{{rcode}}" },
        ]),
        curves("Names: 95 % answered within", "s", [
          {
            expr: "histogram_quantile(0.95, sum by (pod, le) (rate(coredns_dns_request_duration_seconds_bucket[$__rate_interval])))",
            legend: "{{pod}}",
          },
        ]),
      ],
    },
  ],
};
