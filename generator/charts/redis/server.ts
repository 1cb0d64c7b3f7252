import type { IContainer } from "kubernetes-models/v1/Container";
import type { IProbe } from "kubernetes-models/v1/Probe";

import { include, str, when, each, merge, type Tpl } from "../../dsl/index.ts";
import { imageTemplate } from "../../kubernetes/image.ts";
import { isDurable } from "./memory.ts";
import { values as v } from "./values.ts";

export const image = imageTemplate("image", v.image, "Redis");
const exporterImage = imageTemplate("exporterImage", v.metrics.image, "the exporter");

/** What every container with Redis' own image has in common. */
export const redisContainer = {
  image: include(image),
  imagePullPolicy: v.image.pullPolicy,
  securityContext: v.securityContext,
} as const satisfies Tpl<Partial<IContainer>>;

const configMount = { name: "config", mountPath: "/etc/redis", readOnly: true } as const;
const port = { name: "REDIS_PORT", value: str`${v.global.redis.port}` } as const;
const exporterAddress = str`redis://localhost:${v.global.redis.port}`;
/** What the exporter looks a password up by. */
const exporterPasswordName = str`redis://exporter@localhost:${v.global.redis.port}`;

/** Hands the passwords on: hashes to Redis, a file to the probes and to the exporter. Only this container sees the Secret. */
export const prepareContainer: Tpl<IContainer> = {
  name: "prepare",
  ...redisContainer,
  command: ["sh", "/etc/redis/prepare.sh"],
  env: [when(v.metrics.enabled, { name: "EXPORTER_ADDRESS", value: exporterPasswordName })],
  resources: v.resources,
  volumeMounts: [
    configMount,
    { name: "secrets", mountPath: "/etc/redis-secrets", readOnly: true },
    { name: "run", mountPath: "/run/redis" },
  ],
};

/** A sidecar that starts before Redis and ends after it; without Redis it reports that there is none. */
export const exporterContainer: Tpl<IContainer> = {
  name: "exporter",
  image: include(exporterImage),
  imagePullPolicy: v.metrics.image.pullPolicy,
  restartPolicy: "Always",
  args: ["--redis.password-file=/run/redis/exporter/passwords.json"],
  ports: [{ name: "metrics", containerPort: v.metrics.port }],
  env: [
    { name: "REDIS_ADDR", value: exporterAddress },
    { name: "REDIS_USER", value: "exporter" },
    { name: "REDIS_EXPORTER_WEB_LISTEN_ADDRESS", value: str`:${v.metrics.port}` },
    { name: "REDIS_EXPORTER_WEB_TELEMETRY_PATH", value: v.metrics.path },
    { name: "REDIS_EXPORTER_REDIS_ONLY_METRICS", value: "true" },
  ],
  livenessProbe: { httpGet: { path: "/health", port: "metrics" }, periodSeconds: 30, timeoutSeconds: 5 },
  readinessProbe: { tcpSocket: { port: "metrics" }, periodSeconds: 10 },
  resources: v.metrics.resources,
  securityContext: v.securityContext,
  volumeMounts: [{ name: "run", mountPath: "/run/redis/exporter", subPath: "exporter", readOnly: true }],
};

const probe = (command: "live" | "ready", values: typeof v.probes.startup): Tpl<IProbe> => ({
  exec: { command: ["sh", "/etc/redis/probe.sh", command] },
  periodSeconds: values.periodSeconds,
  timeoutSeconds: values.timeoutSeconds,
  failureThreshold: values.failureThreshold,
});

export const serverContainer: Tpl<IContainer> = {
  name: "redis",
  ...redisContainer,
  command: ["redis-server", "/etc/redis/redis.conf"],
  ports: [{ name: "redis", containerPort: v.global.redis.port }],
  env: [port],
  startupProbe: probe("live", v.probes.startup),
  livenessProbe: probe("live", v.probes.liveness),
  readinessProbe: probe("ready", v.probes.readiness),
  lifecycle: when(isDurable, { preStop: { exec: { command: ["sh", "/etc/redis/save.sh"] } } }),
  resources: v.resources,
  volumeMounts: [
    configMount,
    { name: "run", mountPath: "/run/redis/server", subPath: "server", readOnly: true },
    { name: "data", mountPath: "/data" },
    each(v.volumeMounts, (mount, name) => merge({ name }, mount)),
  ],
};
