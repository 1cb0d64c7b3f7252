import { subscribe } from "node:diagnostics_channel";
import type { Server, ServerResponse } from "node:http";

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

/**
 * After SIGTERM Next.js closes its server, which waits for every connection: one that a proxy keeps would be waited for until the pod is killed.
 * So answers ask the proxy to drop it, and idle ones are closed.
 */
export function leaveInPeace(): void {
  let server: Server | undefined;
  let isLeaving = false;
  subscribe("http.server.request.start", (message) => {
    const request = message as { server: Server; response: ServerResponse };
    server = request.server;
    if (isLeaving) request.response.setHeader("Connection", "close");
  });
  process.once("SIGTERM", () => {
    isLeaving = true;
    setInterval(() => server?.closeIdleConnections(), 500).unref();
  });
}
