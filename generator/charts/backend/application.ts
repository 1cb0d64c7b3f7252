import { defineString, gt, include, mul, str, when } from "../../dsl/index.ts";
import type { Application } from "../../kubernetes/application.ts";
import { environment } from "../../kubernetes/environment.ts";
import { apiUrl, appUrl } from "../../kubernetes/hosts.ts";
import { connections } from "./connections.ts";
import { migrationInitContainers } from "./migration-container.ts";
import { storageVariables } from "./object-storage.ts";
import { authorityMount, authorityVolume } from "./postgresql.ts";
import { values as v } from "./values.ts";

const { objectStorage } = v.global;

const proxyHops = defineString(
  "proxyHops",
  "How many proxies have written X-Forwarded-For.",
  when<unknown>(gt(v.trustProxyHops, 0), str`${v.trustProxyHops}`, when<unknown>(v.global.cloudflare.enabled, "2", "1")),
);

/** The backend, as the shared building blocks see it. */
export const application: Application = {
  name: "backend",
  values: v,
  environment: environment(
    {
      APP_URL: appUrl,
      API_URL: apiUrl,
      DB_POOL_MAX: str`${v.database.poolSize}`,
      MAX_UPLOAD_BYTES: str`${v.uploads.maxBytes}`,
      SHUTDOWN_DRAIN_MS: str`${mul(v.shutdown.drainSeconds, 1000)}`,
      SOCKET_IO_PATH: v.realtime.path,
      TRUST_PROXY_HOPS: include(proxyHops),
    },
    {
      condition: objectStorage.bucket,
      variables: storageVariables,
    },
  ),
  connections,
  volumes: [authorityVolume],
  mounts: [authorityMount],
  scratch: "tmp",
  initContainers: migrationInitContainers,
};
