import { defineMap, fallback, merge, mul, str, when } from "../../dsl/index.ts";
import type { Application } from "../../kubernetes/application.ts";
import { environment, userEnvironment } from "../../kubernetes/configuration.ts";
import { apiUrl, appUrl } from "../../kubernetes/hosts.ts";
import { migrationInitContainers } from "./migration-container.ts";
import { values as v } from "./values.ts";

const { objectStorage } = v.global;

/** Variables that the chart sets: the contract with the application (docs/application-contract.md). */
export const ownEnvironment = {
  ...environment,
  APP_URL: appUrl,
  API_URL: apiUrl,
  DB_POOL_MAX: str`${v.database.poolSize}`,
  MAX_UPLOAD_BYTES: str`${v.uploads.maxBytes}`,
  SHUTDOWN_DRAIN_MS: str`${mul(v.shutdown.drainSeconds, 1000)}`,
  SOCKET_IO_PATH: v.realtime.path,
  TRUST_PROXY_HOPS: str`${v.trustProxyHops}`,
};

export const metricsEnvironment = {
  METRICS_PORT: str`${v.metrics.port}`,
  METRICS_PATH: v.metrics.path,
};

/** S3 settings. Stores other than AWS refuse the checksums that the AWS SDK has sent of its own since 3.729. */
export const storageEnvironment = {
  AWS_S3_ENDPOINT: fallback(objectStorage.endpoint, str`https://${objectStorage.location}.your-objectstorage.com`),
  AWS_S3_BUCKET: objectStorage.bucket,
  AWS_REGION: objectStorage.region,
  AWS_REQUEST_CHECKSUM_CALCULATION: "WHEN_REQUIRED",
  AWS_RESPONSE_CHECKSUM_VALIDATION: "WHEN_REQUIRED",
};

export const config = defineMap(
  "config",
  "Data of the ConfigMap: the environment that is no secret.",
  merge(ownEnvironment, when(v.metrics.enabled, metricsEnvironment), when(objectStorage.bucket, storageEnvironment), userEnvironment),
);

/** The backend, as the shared building blocks see it. */
export const application: Application = {
  name: "backend",
  values: v,
  config,
  volumes: [],
  mounts: [],
  scratch: "tmp",
  initContainers: migrationInitContainers,
};
