import { fill, folder, stream, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, logs, number } from "./panels.ts";

const r = `namespace="$namespace"`;

export const redis: Dashboard = {
  uid: uids.redis,
  title: "Redis",
  description: "Memory, commands, clients, keys and persistence.",
  folder,
  component: "redis",
  variables: [{ name: "namespace", label: "Namespace", from: "redis_up", of: "namespace" }],
  rows: [
    {
      title: "Redis",
      panels: [
        number("Up", "bool_on_off", `max(redis_up{${r}})`, {
          thresholds: [
            ["red", null],
            ["green", 1],
          ],
        }),
        number("Running for", "s", `max(redis_uptime_in_seconds{${r}})`),
        number("Memory of maxmemory", "percentunit", `max(redis:memory_used:ratio{${r}})`, { thresholds: fill }),
        number("Clients", "none", `sum(redis_connected_clients{${r}})`),
        number("Keys", "short", `sum(redis_db_keys{${r}})`),
        number("Last saved", "s", `time() - max(redis_rdb_last_save_timestamp_seconds{${r}})`, {
          description: "Age of the snapshot on disk.",
        }),
        curves("Commands", "ops", [
          { expr: `topk(10, sum by (cmd) (rate(redis_commands_total{${r}}[$__rate_interval])))`, legend: "{{cmd}}" },
        ]),
        curves("Time per command", "s", [
          {
            expr: `topk(10, sum by (cmd) (rate(redis_commands_duration_seconds_total{${r}}[$__rate_interval])) / sum by (cmd) (rate(redis_commands_total{${r}}[$__rate_interval]) > 0))`,
            legend: "{{cmd}}",
          },
        ]),
        curves("Found", "percentunit", [{ expr: `redis:keyspace_hits:ratio_rate5m{${r}}`, legend: "{{pod}}" }], {
          max: 1,
          description: "Share of look-ups that found a key.",
        }),
      ],
    },
    {
      title: "Memory and keys",
      panels: [
        curves("Memory", "bytes", [
          { expr: `redis_memory_used_bytes{${r}}`, legend: "used" },
          { expr: `redis_memory_used_rss_bytes{${r}}`, legend: "of the process" },
          { expr: `redis_memory_max_bytes{${r}} > 0`, legend: "maxmemory" },
        ]),
        curves("Keys", "short", [
          { expr: `sum(redis_db_keys{${r}})`, legend: "all" },
          { expr: `sum(redis_db_keys_expiring{${r}})`, legend: "with an end" },
        ]),
        curves("Keys gone", "cps", [
          { expr: `sum(rate(redis_evicted_keys_total{${r}}[$__rate_interval]))`, legend: "evicted" },
          { expr: `sum(rate(redis_expired_keys_total{${r}}[$__rate_interval]))`, legend: "expired" },
        ]),
        curves("Fragmentation", "none", [{ expr: `redis_mem_fragmentation_ratio{${r}}`, legend: "{{pod}}" }], {
          description: "Memory of the process by memory used; well above 1.5 is waste.",
        }),
        curves(
          "Volume",
          "percentunit",
          [
            {
              expr: `namespace_persistentvolumeclaim:volume_used:ratio{${r},persistentvolumeclaim=~".*redis.*"}`,
              legend: "{{persistentvolumeclaim}}",
            },
          ],
          {
            max: 1,
          },
        ),
        curves(
          "Saving",
          "none",
          [
            { expr: `redis_rdb_last_bgsave_status{${r}}`, legend: "snapshot" },
            { expr: `redis_aof_last_write_status{${r}}`, legend: "append-only file" },
            { expr: `redis_aof_last_bgrewrite_status{${r}}`, legend: "its rewriting" },
          ],
          { max: 1, description: "1 is well." },
        ),
      ],
    },
    {
      title: "Clients",
      panels: [
        curves("Clients", "none", [
          { expr: `redis_connected_clients{${r}}`, legend: "connected" },
          { expr: `redis_blocked_clients{${r}}`, legend: "waiting" },
          { expr: `redis_max_clients{${r}}`, legend: "most" },
        ]),
        curves("Refused and cut off", "cps", [
          { expr: `sum(rate(redis_rejected_connections_total{${r}}[$__rate_interval]))`, legend: "refused" },
          { expr: `sum(rate(redis_client_output_buffer_limit_disconnections_total{${r}}[$__rate_interval]))`, legend: "too slow to read" },
        ]),
        curves("Network", "Bps", [
          { expr: `sum(rate(redis_net_input_bytes_total{${r}}[$__rate_interval]))`, legend: "in" },
          { expr: `sum(rate(redis_net_output_bytes_total{${r}}[$__rate_interval]))`, legend: "out" },
        ]),
        logs("Logs", stream({ namespace: "$namespace", container: "redis" })),
      ],
    },
  ],
};
