import { ifSet, number, text } from "./environment.js";

/** What the chart tells the process, read once: a variable that is missing ends it at once (docs/application-contract.md). */
export const settings = {
  port: number("PORT"),
  appUrl: text("APP_URL"),
  jwtSecret: text("JWT_SECRET"),
  redisUrl: text("REDIS_URL"),
  socketPath: text("SOCKET_IO_PATH"),
  maxUploadBytes: number("MAX_UPLOAD_BYTES"),
  proxyHops: number("TRUST_PROXY_HOPS"),
  drainMs: number("SHUTDOWN_DRAIN_MS"),
  /** Node.js' own time is 5 seconds. */
  keepAliveMs: ifSet("KEEP_ALIVE_TIMEOUT", () => number("KEEP_ALIVE_TIMEOUT")) ?? 5000,
  metrics: ifSet("METRICS_PORT", () => ({ port: number("METRICS_PORT"), path: text("METRICS_PATH") })),
  /** The SDK reads the credentials and the two settings for checksums itself. */
  storage: ifSet("AWS_S3_BUCKET", () => ({
    endpoint: text("AWS_S3_ENDPOINT"),
    bucket: text("AWS_S3_BUCKET"),
    region: text("AWS_REGION"),
  })),
  /** Not of the chart: where the carriers' APIs are. Without it the application makes up prices. */
  carriersUrl: process.env.CARRIERS_URL,
};
