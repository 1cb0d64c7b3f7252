import { settings } from "../settings.ts";
import { ruleGroup } from "./rule.ts";

const pod = "{{ $labels.namespace }}/{{ $labels.pod }}";

/** The pooler's Deployment, which CloudNativePG names after the chart's Pooler. */
const poolers = `{namespace="${settings.namespace.word}",deployment=~".+-pooler"}`;

export const pooler = ruleGroup({
  name: "postgresql-pooler",
  component: "postgresql-pooler",
  rules: [
    {
      alert: "PostgresqlPoolerDown",
      severity: "critical",
      // Of what the API server says: the poolers' own metrics go with them.
      expr: `kube_deployment_status_replicas_available${poolers} == 0 and kube_deployment_spec_replicas${poolers} > 0`,
      for: "1m",
      summary: "No pod of {{ $labels.namespace }}/{{ $labels.deployment }} is available",
      description: "The backend reaches PostgreSQL through it, so that it has no database although there is one.",
    },
    {
      alert: "PostgresqlPoolerQueueing",
      severity: "warning",
      expr: `max by (namespace, pod, database, user) (cnpg_pgbouncer_pools_maxwait{database!="pgbouncer"}) > 1`,
      for: "5m",
      summary: `Queries wait {{ $value | humanizeDuration }} for a connection in ${pod}`,
      description: "All connections to PostgreSQL are in use: transactions take long, or the pool is too small.",
    },
  ],
});

export const postgresql = ruleGroup({
  name: "postgresql",
  component: "postgresql",
  rules: [
    {
      alert: "PostgresqlDown",
      severity: "critical",
      expr: `absent(cnpg_collector_up == 1)`,
      for: "1m",
      summary: "No PostgreSQL instance answers",
      description: "The backend cannot serve anything that needs data.",
    },
    {
      alert: "PostgresqlInstanceDown",
      severity: "warning",
      expr: `cnpg_collector_up == 0`,
      for: "5m",
      summary: `PostgreSQL in ${pod} does not answer`,
      description: "Another instance serves; there is one fewer to fail over to.",
    },
    {
      alert: "PostgresqlReplicationLag",
      severity: "warning",
      expr: `cnpg_pg_replication_lag > 60`,
      for: "10m",
      summary: `PostgreSQL in ${pod} is {{ $value | humanizeDuration }} behind the primary`,
      description: "A failover to it now would lose that much.",
    },
    {
      alert: "PostgresqlConnectionsNearLimit",
      severity: "warning",
      expr: `sum by (namespace, pod) (cnpg_backends_total) / on (namespace, pod) max by (namespace, pod) (cnpg_pg_settings_setting{name="max_connections"}) > 0.85`,
      for: "10m",
      summary: `PostgreSQL in ${pod} has {{ $value | humanizePercentage }} of its connections in use`,
      description: "Beyond the limit connections are refused: pods times pool size is more than the database takes.",
    },
    {
      alert: "PostgresqlArchivingFailing",
      severity: "critical",
      expr: `max by (namespace, pod) (increase(cnpg_pg_stat_archiver_failed_count[15m])) > 0 and on (namespace, pod) max by (namespace, pod) (cnpg_pg_stat_archiver_seconds_since_last_archival) > 900`,
      for: "15m",
      summary: `PostgreSQL in ${pod} has archived no WAL for {{ $value | humanize }} tries`,
      description: "Point-in-time recovery ends where archiving stopped, and the WAL volume fills up.",
    },
    {
      alert: "PostgresqlBackupTooOld",
      severity: "critical",
      expr: `time() - max by (namespace) (barman_cloud_cloudnative_pg_io_last_available_backup_timestamp) > 2 * 86400`,
      for: "1h",
      summary: `The last backup of PostgreSQL in {{ $labels.namespace }} is {{ $value | humanizeDuration }} old`,
      description: "Backups run daily: restoring takes longer the more WAL must be replayed.",
    },
  ],
});
