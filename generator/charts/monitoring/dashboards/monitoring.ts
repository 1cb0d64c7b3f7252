import { folder, none, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, number, table } from "./panels.ts";

export const monitoring: Dashboard = {
  uid: uids.monitoring,
  title: "Monitoring",
  description: "Whether the monitoring itself works: targets, series, rules, notifications, logs.",
  folder,
  component: "prometheus",
  variables: [],
  rows: [
    {
      title: "Prometheus",
      panels: [
        number("Targets down", "none", "sum(up == bool 0)", { thresholds: none }),
        number("Series", "short", "sum(prometheus_tsdb_head_series)"),
        number("Samples", "cps", "sum(rate(prometheus_tsdb_head_samples_appended_total[5m]))"),
        number("Database", "bytes", "sum(prometheus_tsdb_storage_blocks_bytes)"),
        number("Rules failing in an hour", "none", "sum(increase(prometheus_rule_evaluation_failures_total[1h]))", { thresholds: none }),
        number("Notifications failing in an hour", "none", "sum(increase(alertmanager_notifications_failed_total[1h]))", {
          thresholds: none,
        }),
        table(
          "Jobs",
          [
            "sum by (job) (up)",
            "count by (job) (up)",
            "sum by (job) (scrape_samples_post_metric_relabeling)",
            "max by (job) (scrape_duration_seconds)",
          ],
          {
            job: "Job",
            "Value #A": { title: "Up", unit: "none" },
            "Value #B": { title: "Targets", unit: "none" },
            "Value #C": { title: "Samples kept", unit: "short" },
            "Value #D": { title: "Slowest scrape", unit: "s" },
          },
        ),
        curves("Samples kept by job", "short", [{ expr: "sum by (job) (scrape_samples_post_metric_relabeling)", legend: "{{job}}" }], {
          width: 12,
          height: 8,
          stacked: true,
        }),
        curves("Rules: time of an evaluation", "s", [
          { expr: "topk(10, prometheus_rule_group_last_duration_seconds)", legend: "{{rule_group}}" },
        ]),
        curves("Memory", "bytes", [
          { expr: `process_resident_memory_bytes{job=~"prometheus|alertmanager|loki|grafana"}`, legend: "{{job}}" },
          { expr: `sum(otelcol_process_memory_rss)`, legend: "all log collectors" },
        ]),
        curves(
          "CPU",
          "none",
          [
            { expr: `rate(process_cpu_seconds_total{job=~"prometheus|alertmanager|loki|grafana"}[$__rate_interval])`, legend: "{{job}}" },
            { expr: `sum(rate(otelcol_process_cpu_seconds[$__rate_interval]))`, legend: "all log collectors" },
          ],
          { description: "Cores." },
        ),
      ],
    },
    {
      title: "Alerts",
      panels: [
        curves("Alerts at Alertmanager", "none", [{ expr: "sum by (state) (alertmanager_alerts)", legend: "{{state}}" }]),
        curves("Notifications", "cps", [
          { expr: "sum by (integration) (rate(alertmanager_notifications_total[$__rate_interval])) > 0", legend: "{{integration}}" },
          {
            expr: "sum by (integration) (rate(alertmanager_notifications_failed_total[$__rate_interval])) > 0",
            legend: "{{integration}} failed",
          },
        ]),
        curves("From Prometheus to Alertmanager", "cps", [
          { expr: "sum(rate(prometheus_notifications_sent_total[$__rate_interval]))", legend: "sent" },
          { expr: "sum(rate(prometheus_notifications_errors_total[$__rate_interval]))", legend: "failed" },
          { expr: "sum(rate(prometheus_notifications_dropped_total[$__rate_interval]))", legend: "given up" },
        ]),
      ],
    },
    {
      title: "Logs",
      panels: [
        curves("Received by Loki", "Bps", [
          { expr: "sum(rate(loki_distributor_bytes_received_total[$__rate_interval]))", legend: "bytes" },
        ]),
        curves("Lines", "cps", [
          { expr: "sum(rate(otelcol_receiver_accepted_log_records[$__rate_interval]))", legend: "read from files" },
          { expr: "sum(rate(otelcol_exporter_sent_log_records[$__rate_interval]))", legend: "sent" },
          { expr: "sum(rate(otelcol_exporter_send_failed_log_records[$__rate_interval]))", legend: "lost by the collectors" },
          { expr: "sum(rate(loki_discarded_samples_total[$__rate_interval]))", legend: "thrown away by Loki" },
        ]),
        curves(
          "Queues of the collectors",
          "percentunit",
          [{ expr: "max by (node) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)", legend: "{{node}}" }],
          { max: 1 },
        ),
        curves("Streams and chunks in memory", "short", [
          { expr: "sum(loki_ingester_memory_streams)", legend: "streams" },
          { expr: "sum(loki_ingester_memory_chunks)", legend: "chunks" },
        ]),
        curves("Loki: requests by route", "reqps", [
          { expr: "topk(8, sum by (route) (rate(loki_request_duration_seconds_count[$__rate_interval])))", legend: "{{route}}" },
        ]),
        curves("Loki: 95 % answered within", "s", [
          {
            expr: "topk(8, histogram_quantile(0.95, sum by (route, le) (rate(loki_request_duration_seconds_bucket[$__rate_interval]))))",
            legend: "{{route}}",
          },
        ]),
      ],
    },
  ],
};
