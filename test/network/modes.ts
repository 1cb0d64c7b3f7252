import type { Values } from "../../generator/values/defaults.ts";

/** Choices that change who may connect to whom, over the defaults. Keys are what an operator sets, as the page shows them. */
export const modes: ReadonlyMap<string, Values> = new Map<string, Values>([
  ["`backend.enabled: false`", { backend: { enabled: false } }],
  ["`frontend.enabled: false`", { frontend: { enabled: false } }],
  ["`backend.migrations.mode: hook`", { backend: { migrations: { mode: "hook" } } }],
  ["`backend.migrations.mode: initContainer`", { backend: { migrations: { mode: "initContainer" } } }],
  ["`frontend.networkPolicy.internetPorts: [443]`", { frontend: { networkPolicy: { internetPorts: [443] } } }],
  ["`backend.networkPolicy.internetPorts: []`", { backend: { networkPolicy: { internetPorts: [] } } }],
  [
    "`backend.networkPolicy.extraEgress`: a database at a private address",
    {
      backend: {
        networkPolicy: { extraEgress: [{ to: [{ ipBlock: { cidr: "10.0.0.2/32" } }], ports: [{ port: 5432, protocol: "TCP" }] }] },
      },
    },
  ],
  ["`frontend.metrics.enabled: true`", { frontend: { metrics: { enabled: true } } }],
  [
    "`global.redis.mode: external`, `redis.enabled: false`, port 6379 among `internetPorts`",
    {
      global: { redis: { mode: "external" } },
      redis: { enabled: false },
      backend: { networkPolicy: { internetPorts: [443, 5432, 6379] } },
    },
  ],
  [
    "`global.postgresql.mode: cloudnativePG`, `postgresql.enabled: true`",
    { global: { postgresql: { mode: "cloudnativePG" } }, postgresql: { enabled: true } },
  ],
  [
    "the same with `postgresql.backup.enabled: true`",
    {
      global: { postgresql: { mode: "cloudnativePG" } },
      postgresql: { enabled: true, backup: { enabled: true, s3: { bucket: "backups" } } },
    },
  ],
  ["`issuers.enabled: true` with `challenge.type: http01`", { issuers: { enabled: true } }],
  ["`monitoring.enabled: true`", { monitoring: { enabled: true } }],
  [
    "`monitoring.enabled: true`, `backend.autoscaling.engine: keda` with memory",
    {
      backend: { autoscaling: { engine: "keda", memory: { mode: "external" } } },
      monitoring: { enabled: true, prometheus: { keda: { enabled: true } } },
    },
  ],
]);
