import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { names, patterns } from "./common.ts";
import { workload } from "./workload.ts";

const shared = workload({
  repository: "xpeditis/xpeditis-frontend",
  port: 3000,
  replicas: { min: 1, max: 8 },
  cpu: "250m",
  memory: "512Mi",
  disk: "1536Mi",
  heapPercent: 75,
  livePath: "/api/health",
  readyPath: "/api/health?probe=readiness",
  shutdown: { drain: 0, request: 25, grace: 45 },
  minReadySeconds: 5,
  idle: { traefik: 90, node: 95 },
  metrics: false,
  internetPorts: [],
  secretKeys: {},
});

export const frontend = {
  type: "object",
  description: "The Next.js application, built with `output: 'standalone'`.",
  properties: {
    ...shared,
    apiUrl: {
      type: "string",
      title: "Connection to the backend",
      description: "URL that server-side code calls the API at (`API_INTERNAL_URL`). Empty: the backend's Service in the same release.",
      pattern: "^(https?://[A-Za-z0-9._:/-]+)?$",
      default: "",
    },
    backend: {
      type: "object",
      description: "Where the backend is, for the URL above and the network policy.",
      default: {},
      properties: {
        serviceName: {
          type: "string",
          description: "Name of its Service. Empty: the release's name with `-backend-svc`.",
          ...names.serviceOrEmpty,
          default: "",
        },
        port: { type: "integer", description: "Its port.", minimum: 1, maximum: 65535, default: 4000 },
      },
    },
    cache: {
      type: "object",
      title: "Cache",
      description: "Next.js' image and data cache, an emptyDir in each pod.",
      default: {},
      properties: {
        path: { type: "string", description: "Where the image expects it.", pattern: patterns.path, default: "/app/.next/cache" },
        sizeLimit: { type: "string", description: "Size.", pattern: patterns.bytes, default: "512Mi" },
      },
    },
  },
} as const satisfies ObjectSchema;
