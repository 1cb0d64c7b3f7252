import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import {
  all,
  checksum,
  defineMap,
  defineString,
  eq,
  fallback,
  hasPrefix,
  include,
  mul,
  not,
  replace,
  str,
  when,
  why,
  configYaml,
  type Block,
  type Doc,
  type Yaml,
} from "../../../dsl/index.ts";
import { inNamespace } from "../component.ts";
import { loki, ports } from "../components.ts";
import { indexLabels } from "../logs.ts";
import { componentSecret } from "../secrets.ts";
import { values as v } from "../values.ts";

const { loki: settings } = v;
const { storage } = settings;
const { objectStorage } = v.global;

export const onS3 = eq(storage.type, "s3");

export const lokiSecret = componentSecret("loki", loki, settings.secrets, all(loki.enabled, onS3), [
  ["accessKey", settings.secrets.keys.accessKey, onS3],
  ["secretKey", settings.secrets.keys.secretKey, onS3],
]);

/** Endpoint of the object storage; the client wants it without the scheme. */
const endpoint = defineString(
  "lokiEndpoint",
  "Host of the object storage, without scheme.",
  replace("http://", "", replace("https://", "", fallback(objectStorage.endpoint, str`${objectStorage.location}.your-objectstorage.com`))),
);

const period = (from: Yaml, store: Yaml): Yaml => ({
  from,
  store: "tsdb",
  object_store: store,
  schema: "v13",
  index: { prefix: "index_", period: "24h" },
});

const objectStore: Yaml = {
  // The names of all objects begin with it.
  storage_prefix: when<unknown>(onS3, storage.prefix),
  filesystem: { dir: "/loki/chunks" },
  s3: when<unknown>(onS3, {
    endpoint: include(endpoint),
    region: objectStorage.region,
    bucket_name: storage.bucket,
    bucket_lookup_type: "path",
    // From the environment, which comes from the Secret.
    access_key_id: "${S3_ACCESS_KEY}",
    secret_access_key: "${S3_SECRET_KEY}",
    insecure: when<unknown>(hasPrefix("http://", objectStorage.endpoint), true),
    dualstack_enabled: false,
  }),
};

const config = configYaml({
  auth_enabled: false,
  server: { http_listen_port: ports.loki.http, grpc_listen_port: 9095, log_level: "warn", log_format: "json" },
  common: {
    path_prefix: "/loki",
    replication_factor: 1,
    instance_addr: "127.0.0.1",
    ring: { kvstore: { store: "inmemory" } },
  },
  storage_config: {
    [why]: { use_thanos_objstore: "The older client sends checksums that stores other than AWS refuse, and loses what is refused." },
    use_thanos_objstore: true,
    object_store: objectStore,
    tsdb_shipper: { active_index_directory: "/loki/index", cache_location: "/loki/index-cache" },
  },
  schema_config: {
    [why]: { configs: "Never to be changed for days that have data: another store begins with a period of its own." },
    configs: [
      when<unknown>(
        not(onS3),
        period("2026-01-01", "filesystem"),
        when<unknown>(storage.since, [period("2026-01-01", "filesystem"), period(storage.since, "s3")], period("2026-01-01", "s3")),
      ),
    ],
  },
  compactor: {
    working_directory: "/loki/compactor",
    retention_enabled: true,
    delete_request_store: when<unknown>(onS3, "s3", "filesystem"),
  },
  limits_config: {
    retention_period: str`${mul(settings.retentionDays, 24)}h`,
    reject_old_samples_max_age: "168h",
    ingestion_rate_mb: settings.ingestionRateMb,
    ingestion_burst_size_mb: mul(settings.ingestionRateMb, 2),
    max_global_streams_per_user: settings.maxStreams,
    max_query_series: 1000,
    max_query_length: "721h",
    max_query_parallelism: 4,
    split_queries_by_interval: "6h",
    volume_enabled: true,
    allow_structured_metadata: true,
    discover_service_name: [],
    otlp_config: {
      resource_attributes: {
        [why]: { ignore_defaults: "Loki's own list has the pod's name in it, of which there are always new ones." },
        ignore_defaults: true,
        attributes_config: [{ action: "index_label", attributes: [...indexLabels] }],
      },
    },
  },
  ingester: {
    chunk_encoding: "snappy",
    wal: { dir: "/loki/wal", replay_memory_ceiling: "256MB", flush_on_shutdown: true },
  },
  query_range: {
    cache_results: true,
    results_cache: { cache: { embedded_cache: { enabled: true, max_size_mb: 32 } } },
  },
  pattern_ingester: { enabled: false },
  analytics: { reporting_enabled: false },
});

const data = defineMap("lokiConfig", "Loki's configuration. Its keys for the object storage come from the environment.", {
  "loki.yaml": config,
});

export const configChecksum = checksum(data);

export const configMap: Block<Doc<IConfigMap>> = when(loki.enabled, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: inNamespace(loki.name),
  data: include(data),
});
