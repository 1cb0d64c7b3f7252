import { folder, none, stream, uids } from "./common.ts";
import type { Dashboard } from "./dashboard.ts";
import { curves, logs, number, table } from "./panels.ts";

const p = `namespace="$namespace"`;

export const postgresql: Dashboard = {
  uid: uids.postgresql,
  title: "PostgreSQL",
  description: "Instances, connections, replication, archiving and backups of CloudNativePG.",
  folder,
  component: "postgresql",
  variables: [{ name: "namespace", label: "Namespace", from: "cnpg_collector_up", of: "namespace" }],
  rows: [
    {
      title: "Database",
      panels: [
        number("Instances", "none", `sum(cnpg_collector_up{${p}})`),
        number("Last backup", "s", `time() - max(barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{${p}} > 0)`, {
          description: "Its age.",
          noValue: "none",
        }),
        number("Recoverable from", "s", `time() - max(barman_cloud_cloudnative_pg_io_first_recoverability_point{${p}} > 0)`, {
          description: "How far back.",
          noValue: "nothing",
        }),
        number("Since the last WAL was archived", "s", `min(cnpg_pg_stat_archiver_seconds_since_last_archival{${p}})`),
        number("Waiting for locks", "none", `sum(cnpg_backends_waiting_total{${p}})`, { thresholds: none }),
        number("Size", "bytes", `max(sum by (pod) (cnpg_pg_database_size_bytes{${p}}))`),
        curves("Connections", "none", [
          { expr: `sum by (pod, state) (cnpg_backends_total{${p}})`, legend: "{{pod}} {{state}}" },
          { expr: `max(cnpg_pg_settings_setting{${p},name="max_connections"})`, legend: "most" },
        ]),
        curves("Transactions", "ops", [
          { expr: `sum by (datname) (rate(cnpg_pg_stat_database_xact_commit{${p}}[$__rate_interval]))`, legend: "{{datname}} committed" },
          {
            expr: `sum by (datname) (rate(cnpg_pg_stat_database_xact_rollback{${p}}[$__rate_interval]))`,
            legend: "{{datname}} rolled back",
          },
        ]),
        curves("Longest transaction", "s", [
          { expr: `max by (datname, usename) (cnpg_backends_max_tx_duration_seconds{${p}})`, legend: "{{datname}} {{usename}}" },
        ]),
      ],
    },
    {
      title: "Pooler",
      panels: [
        curves(
          "Clients",
          "none",
          [
            { expr: `sum by (pod) (cnpg_pgbouncer_pools_cl_active{${p},database!="pgbouncer"})`, legend: "{{pod}} served" },
            { expr: `sum by (pod) (cnpg_pgbouncer_pools_cl_waiting{${p},database!="pgbouncer"})`, legend: "{{pod}} waiting" },
          ],
          { width: 6 },
        ),
        curves("Longest wait", "s", [{ expr: `max by (pod) (cnpg_pgbouncer_pools_maxwait{${p}})`, legend: "{{pod}}" }], {
          width: 6,
          description: "Of the client that waits longest for a connection.",
        }),
        curves(
          "Connections to PostgreSQL",
          "none",
          [
            { expr: `sum by (pod) (cnpg_pgbouncer_pools_sv_active{${p},database!="pgbouncer"})`, legend: "{{pod}} in use" },
            { expr: `sum by (pod) (cnpg_pgbouncer_pools_sv_idle{${p},database!="pgbouncer"})`, legend: "{{pod}} idle" },
          ],
          { width: 6 },
        ),
        curves(
          "Queries",
          "ops",
          [
            {
              expr: `sum by (pod, database) (cnpg_pgbouncer_stats_avg_query_count{${p},database!="pgbouncer"})`,
              legend: "{{pod}} {{database}}",
            },
          ],
          { width: 6, description: "Averages of a minute, by PgBouncer itself." },
        ),
      ],
    },
    {
      title: "Replication and archive",
      panels: [
        curves("Behind the primary", "s", [{ expr: `cnpg_pg_replication_lag{${p}}`, legend: "{{pod}}" }]),
        curves("WAL files", "none", [{ expr: `cnpg_collector_pg_wal{${p},value="count"}`, legend: "{{pod}}" }]),
        curves("Waiting for the archive", "none", [{ expr: `cnpg_collector_pg_wal_archive_status{${p}}`, legend: "{{pod}} {{value}}" }]),
        curves("Deadlocks", "cps", [
          { expr: `sum by (datname) (rate(cnpg_pg_stat_database_deadlocks{${p}}[$__rate_interval]))`, legend: "{{datname}}" },
        ]),
        table(
          "Instances",
          [
            `max by (pod) (cnpg_collector_up{${p}})`,
            `max by (pod) (cnpg_pg_replication_in_recovery{${p}})`,
            `max by (pod) (cnpg_collector_fencing_on{${p}})`,
          ],
          {
            pod: "Pod",
            "Value #A": { title: "Up", unit: "bool_on_off" },
            "Value #B": { title: "Replica", unit: "bool_on_off" },
            "Value #C": { title: "Fenced", unit: "bool_on_off" },
          },
          { width: 16, height: 7 },
        ),
        logs("Logs", stream({ namespace: "$namespace", container: "postgres" })),
      ],
    },
  ],
};
