import { growing, steady, type Cases } from "./case.ts";

const labels = { namespace: "xpeditis", pod: "redis-0", job: "redis" };
const redis = (metric: string) => `redis_${metric}{namespace="xpeditis",pod="redis-0",job="redis"}`;

const memory = (used: number, policy: string) => ({
  [redis("memory_used_bytes")]: steady(used),
  [redis("memory_max_bytes")]: steady(100),
  [`redis_instance_info{namespace="xpeditis",pod="redis-0",maxmemory_policy="${policy}"}`]: steady(1),
});
const errors = (kind: string) => `redis_errors_total{namespace="xpeditis",pod="redis-0",job="redis",err="${kind}"}`;

export const redisCases: Cases = {
  RedisDown: {
    fires: { series: { [redis("up")]: steady(0) }, at: "5m", labels: [{}] },
    silent: { about: "restarted within the minute", series: { [redis("up")]: "1 1 0 1 1 1 1 1" }, at: "3m" },
  },
  RedisMemoryHigh: {
    fires: { series: memory(95, "noeviction"), at: "15m", labels: [labels], value: "95%" },
    silent: [
      { about: "a cache is always full", series: memory(100, "volatile-lru"), at: "15m" },
      { series: memory(85, "noeviction"), at: "15m" },
    ],
  },
  RedisRefusingWrites: {
    fires: { series: { [errors("OOM")]: "0x5 3x10" }, at: "7m", labels: [{ ...labels, err: "OOM" }] },
    silent: {
      about: "clients that are told to authenticate",
      series: { [errors("NOAUTH")]: growing(3), [errors("OOM")]: steady(3) },
      at: "7m",
    },
  },
  RedisEvicting: {
    fires: { series: { [redis("evicted_keys_total")]: growing(60) }, at: "40m", labels: [labels], value: "1" },
    silent: { about: "once, a while ago", series: { [redis("evicted_keys_total")]: "0 60 60x60" }, at: "40m" },
  },
  RedisRejectingConnections: {
    fires: { series: { [redis("rejected_connections_total")]: "0x5 3x10" }, at: "7m", labels: [labels] },
    silent: { series: { [redis("rejected_connections_total")]: steady(3) }, at: "7m" },
  },
  RedisTooManyClients: {
    fires: {
      series: { [redis("connected_clients")]: steady(90), [redis("max_clients")]: steady(100) },
      at: "15m",
      labels: [labels],
      value: "90%",
    },
    silent: { series: { [redis("connected_clients")]: steady(70), [redis("max_clients")]: steady(100) }, at: "15m" },
  },
  RedisPersistenceFailing: {
    fires: {
      series: {
        [redis("rdb_last_bgsave_status")]: steady(1),
        [redis("aof_last_write_status")]: steady(0),
        [redis("aof_last_bgrewrite_status")]: steady(1),
      },
      at: "10m",
      labels: [labels],
    },
    silent: {
      series: {
        [redis("rdb_last_bgsave_status")]: steady(1),
        [redis("aof_last_write_status")]: steady(1),
        [redis("aof_last_bgrewrite_status")]: steady(1),
      },
      at: "10m",
    },
  },
};

const instance = (metric: string, pod = "postgresql-1", more = "") => `cnpg_${metric}{namespace="xpeditis",pod="${pod}"${more}}`;
const lastBackup = (pod = "postgresql-1") =>
  `barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{namespace="xpeditis",pod="${pod}"}`;
const first = { namespace: "xpeditis", pod: "postgresql-1" };
const connections = (used: number) => ({
  [instance("backends_total", "postgresql-1", ',datname="xpeditis",state="active"')]: steady(used / 2),
  [instance("backends_total", "postgresql-1", ',datname="xpeditis",state="idle"')]: steady(used / 2),
  [instance("pg_settings_setting", "postgresql-1", ',name="max_connections"')]: steady(100),
});

const pooler = { namespace: "xpeditis", pod: "postgresql-pooler-1" };
const queue = (database: string) =>
  `cnpg_pgbouncer_pools_maxwait{namespace="xpeditis",pod="postgresql-pooler-1",database="${database}",user="app"}`;
const poolerPods = (available: number, wanted: number) => ({
  'kube_deployment_status_replicas_available{namespace="xpeditis",deployment="postgresql-pooler"}': steady(available),
  'kube_deployment_spec_replicas{namespace="xpeditis",deployment="postgresql-pooler"}': steady(wanted),
});

export const postgresqlCases: Cases = {
  PostgresqlPoolerDown: {
    fires: { series: poolerPods(0, 2), at: "5m", labels: [{ namespace: "xpeditis", deployment: "postgresql-pooler" }] },
    silent: [
      { about: "one of two is enough", series: poolerPods(1, 2), at: "5m" },
      { about: "switched off", series: poolerPods(0, 0), at: "5m" },
    ],
  },
  PostgresqlPoolerQueueing: {
    fires: { series: { [queue("app")]: steady(3) }, at: "10m", labels: [{ ...pooler, database: "app", user: "app" }], value: "3s" },
    silent: [
      { series: { [queue("app")]: "0 2 0 0 2 0 0x60" }, at: "10m" },
      { about: "PgBouncer's own console", series: { [queue("pgbouncer")]: steady(3) }, at: "10m" },
    ],
  },
  PostgresqlDown: {
    fires: { series: { [instance("collector_up")]: steady(0) }, at: "5m", labels: [{}] },
    silent: {
      about: "one of two is up",
      series: { [instance("collector_up")]: steady(0), [instance("collector_up", "postgresql-2")]: steady(1) },
      at: "5m",
    },
  },
  PostgresqlInstanceDown: {
    fires: {
      series: { [instance("collector_up")]: steady(0), [instance("collector_up", "postgresql-2")]: steady(1) },
      at: "10m",
      labels: [first],
    },
    silent: { series: { [instance("collector_up")]: "1 0 0 1x60" }, at: "10m" },
  },
  PostgresqlReplicationLag: {
    fires: { series: { [instance("pg_replication_lag")]: steady(120) }, at: "15m", labels: [first], value: "2m 0s" },
    silent: { series: { [instance("pg_replication_lag")]: steady(30) }, at: "15m" },
  },
  PostgresqlConnectionsNearLimit: {
    fires: { series: connections(90), at: "15m", labels: [first], value: "90%" },
    silent: { series: connections(80), at: "15m" },
  },
  PostgresqlArchivingFailing: {
    fires: {
      series: {
        [instance("pg_stat_archiver_failed_count")]: growing(1),
        [instance("pg_stat_archiver_seconds_since_last_archival")]: "0+60x60",
      },
      at: "40m",
      labels: [first],
      value: "15",
    },
    silent: {
      about: "fails now and then, and succeeds between",
      series: {
        [instance("pg_stat_archiver_failed_count")]: growing(1),
        [instance("pg_stat_archiver_seconds_since_last_archival")]: steady(120),
      },
      at: "40m",
    },
  },
  PostgresqlBackupTooOld: {
    fires: {
      step: "30m",
      about: "the newest of what the instances know of counts",
      series: {
        [lastBackup()]: "1x200",
        [lastBackup("postgresql-2")]: "0x200",
      },
      at: "72h",
      labels: [{ namespace: "xpeditis" }],
      value: "2d 23h 59m 59s",
    },
    silent: { step: "30m", series: { [lastBackup()]: "1x48 86400x48 172800x100" }, at: "72h" },
  },
};

const certificate = 'namespace="xpeditis",name="xpeditis-tls",issuer_name="letsencrypt-prod"';
const named = { namespace: "xpeditis", name: "xpeditis-tls" };
const day = 86_400;

export const certificateCases: Cases = {
  CertificateNotReady: {
    fires: { series: { [`certmanager_certificate_ready_status{${certificate},condition="True"}`]: steady(0) }, at: "20m", labels: [named] },
    silent: {
      about: "being issued",
      series: { [`certmanager_certificate_ready_status{${certificate},condition="True"}`]: "0x5 1x60" },
      at: "20m",
    },
  },
  CertificateRenewalOverdue: {
    fires: {
      step: "30m",
      series: { [`certmanager_certificate_renewal_timestamp_seconds{${certificate}}`]: "1x200" },
      at: "30h",
      labels: [named],
      value: "1d 5h 59m 59s",
    },
    silent: {
      about: "not known yet",
      step: "30m",
      series: { [`certmanager_certificate_renewal_timestamp_seconds{${certificate}}`]: "0x200" },
      at: "30h",
    },
  },
  CertificateExpiresSoon: {
    fires: {
      series: { [`certmanager_certificate_expiration_timestamp_seconds{${certificate}}`]: `${3 * day}x60` },
      at: "20m",
      labels: [named],
      value: "2d 23h 40m 0s",
    },
    silent: [
      {
        about: "not issued yet, which CertificateNotReady says",
        series: { [`certmanager_certificate_expiration_timestamp_seconds{${certificate}}`]: steady(0) },
        at: "20m",
      },
      { series: { [`certmanager_certificate_expiration_timestamp_seconds{${certificate}}`]: `${30 * day}x60` }, at: "20m" },
    ],
  },
  IssuerNotReady: {
    fires: {
      series: { 'certmanager_clusterissuer_ready_status{name="letsencrypt-prod",condition="True"}': steady(0) },
      at: "20m",
      labels: [{ name: "letsencrypt-prod" }],
    },
    silent: {
      series: {
        'certmanager_clusterissuer_ready_status{name="letsencrypt-prod",condition="True"}': steady(1),
        'certmanager_clusterissuer_ready_status{name="letsencrypt-prod",condition="False"}': steady(0),
      },
      at: "20m",
    },
  },
  AcmeRateLimited: {
    fires: {
      series: { 'certmanager_http_acme_client_request_count{host="acme-v02.api.letsencrypt.org",status="429"}': "0x5 1x60" },
      at: "10m",
      labels: [{ host: "acme-v02.api.letsencrypt.org" }],
    },
    silent: [
      {
        series: { 'certmanager_http_acme_client_request_count{host="acme-v02.api.letsencrypt.org",status="201"}': growing(1) },
        at: "10m",
      },
      {
        about: "hours ago",
        series: { 'certmanager_http_acme_client_request_count{host="acme-v02.api.letsencrypt.org",status="429"}': steady(3) },
        at: "10m",
      },
    ],
  },
};
