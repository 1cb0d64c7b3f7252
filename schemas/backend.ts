import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { patterns, seconds } from "./common.ts";
import { workload } from "./workload.ts";

const shared = workload({
  repository: "xpeditis/xpeditis-backend",
  port: 4000,
  replicas: { min: 2, max: 15 },
  cpu: "500m",
  memory: "1Gi",
  disk: "1Gi",
  heapPercent: 70,
  livePath: "/health/live",
  readyPath: "/health/ready",
  shutdown: { drain: 15, request: 30, grace: 60 },
  minReadySeconds: 10,
  idle: { traefik: 4, node: 5 },
  metrics: true,
  internetPorts: [443, 5432],
  secretKeys: {
    DATABASE_URL: "DATABASE_URL",
    DATABASE_DIRECT_URL: "DATABASE_DIRECT_URL",
    REDIS_URL: "REDIS_URL",
    JWT_SECRET: "JWT_SECRET",
    AWS_ACCESS_KEY_ID: "AWS_ACCESS_KEY_ID",
    AWS_SECRET_ACCESS_KEY: "AWS_SECRET_ACCESS_KEY",
  },
});

export const backend = {
  type: "object",
  description: "The NestJS API with its Socket.IO notifications.",
  properties: {
    ...shared,
    realtime: {
      type: "object",
      title: "Notifications (Socket.IO)",
      description: "A Service of its own for Socket.IO, so that only its clients carry a sticky cookie.",
      default: {},
      properties: {
        enabled: { type: "boolean", description: "Render the Service and its Ingress path.", default: true },
        path: {
          type: "string",
          description: "Path of the Socket.IO server. A namespace such as `/notifications` is no path.",
          pattern: patterns.path,
          default: "/socket.io",
        },
        sticky: {
          type: "object",
          description: "Bind a client to a pod by cookie. Needed only for clients that fall back to HTTP long-polling.",
          default: {},
          properties: {
            enabled: { type: "boolean", description: "Set the cookie.", default: false },
            cookieName: { type: "string", description: "Its name.", pattern: "^[A-Za-z0-9_-]+$", default: "xpeditis-realtime" },
            maxAgeSeconds: seconds("Its lifetime; 0: until the browser closes.", 0),
          },
        },
      },
    },
    database: {
      type: "object",
      title: "Database",
      description: "Connections to PostgreSQL.",
      default: {},
      properties: {
        poolSize: { type: "integer", description: "Connections per pod (`DB_POOL_MAX`).", minimum: 1, maximum: 1000, default: 10 },
        maxConnections: {
          type: "integer",
          description:
            "Connections that `DATABASE_URL` offers; the most pods together, and a migration, must need no more. 0: not checked. With `global.postgresql.mode: cloudnativePG` the pooler's are checked in any case.",
          minimum: 0,
          maximum: 100000,
          default: 0,
        },
      },
    },
    migrations: {
      type: "object",
      title: "Migrations",
      description: "Who migrates the database.",
      default: {},
      properties: {
        mode: {
          type: "string",
          description:
            "`job`: a Job per image and configuration, beside the rollout; right with Helm, Argo CD and Flux. `hook`: before anything else is installed or upgraded (Argo CD: PreSync); the Secret must exist by then. `initContainer`: in every pod; the migration must take a lock, TypeORM's does not. `none`.",
          enum: ["job", "hook", "initContainer", "none"],
          default: "job",
        },
        command: {
          type: "array",
          description: "Command that migrates, in the backend's image, with `DATABASE_URL` set to the direct connection.",
          items: { type: "string", description: "A word." },
          minItems: 1,
          default: ["node", "node_modules/typeorm/cli.js", "migration:run", "-d", "dist/data-source.js"],
        },
        connectSeconds: seconds("How long to wait for the database to accept connections.", 60, 1),
        deadlineSeconds: seconds("How long a migration may take.", 600, 1),
        backoffLimit: { type: "integer", description: "How often it is tried again.", minimum: 0, maximum: 20, default: 2 },
        keepSeconds: seconds("How long a finished Job is kept.", 86400, 60),
      },
    },
    uploads: {
      type: "object",
      description: "Documents that users send.",
      default: {},
      properties: {
        maxBytes: {
          type: "integer",
          description: "Largest document (`MAX_UPLOAD_BYTES`).",
          minimum: 1024,
          maximum: 1073741824,
          default: 10485760,
        },
      },
    },
    trustProxyHops: {
      type: "integer",
      description:
        "Proxies in front whose `X-Forwarded-For` the application believes (`TRUST_PROXY_HOPS`). 0: Traefik, and Cloudflare with `global.cloudflare.enabled`.",
      minimum: 0,
      maximum: 10,
      default: 0,
    },
  },
} as const satisfies ObjectSchema;
