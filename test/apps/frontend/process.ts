import { subscribe } from "node:diagnostics_channel";
import { createServer, type Server, type ServerResponse } from "node:http";
import { collectDefaultMetrics, register } from "prom-client";

/** Next.js writes plain text; the chart expects one JSON object per line (docs/application-contract.md). */
export function logAsJson(): void {
  const write = console.log;
  for (const level of ["log", "info", "warn", "error"] as const) {
    console[level] = (...words: unknown[]) => {
      const message = words.map((word) => (word instanceof Error ? word.stack : String(word))).join(" ");
      write(JSON.stringify({ level, time: new Date().toISOString(), message }));
    };
  }
}

/** Metrics on a port of their own, if the chart says so. */
export function serveMetrics(): void {
  const { METRICS_PORT, METRICS_PATH } = process.env;
  if (METRICS_PORT === undefined) return;
  collectDefaultMetrics();
  const server = createServer((request, response) => {
    if (request.url !== METRICS_PATH) return void response.writeHead(404).end();
    void register.metrics().then((text) => response.writeHead(200, { "content-type": register.contentType }).end(text));
  });
  server.listen(Number(METRICS_PORT)).unref();
}

/**
 * After SIGTERM Next.js closes its server, which waits for every connection: one that a proxy keeps would be waited for until the pod is killed.
 * So answers ask the proxy to drop it, and idle ones are closed.
 */
export function leaveInPeace(): void {
  const servers = new Set<Server>();
  let isLeaving = false;
  subscribe("http.server.request.start", (message) => {
    const { server, response } = message as { server: Server; response: ServerResponse };
    servers.add(server);
    if (isLeaving) response.setHeader("Connection", "close");
  });
  process.once("SIGTERM", () => {
    isLeaving = true;
    setInterval(() => servers.forEach((server) => server.closeIdleConnections()), 500).unref();
  });
}
