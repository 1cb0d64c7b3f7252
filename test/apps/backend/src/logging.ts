import { ConsoleLogger, Injectable, Logger, type LogLevel, type NestMiddleware } from "@nestjs/common";
import type { NextFunction, Request, Response } from "express";
import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";

/** The request that the running code belongs to. */
const traces = new AsyncLocalStorage<{ trace_id: string; span_id: string }>();

/** One JSON object per line; lines of a request name its trace. Which levels are written says NEST_LOG_LEVEL, e.g. `>=warn`. */
export class JsonLogger extends ConsoleLogger {
  constructor() {
    super({ json: true, compact: true, colors: false });
  }

  protected override getJsonLogObject(message: unknown, options: { context: string; logLevel: LogLevel; errorStack?: unknown }) {
    const line = super.getJsonLogObject(message, options);
    const fields = typeof message === "object" && message !== null && !(message instanceof Error) ? { message: "", ...message } : {};
    return { ...line, ...fields, ...traces.getStore(), time: new Date().toISOString() };
  }
}

/** Continues the trace of a `traceparent` header (W3C), or begins one, and logs the request when it is answered. */
@Injectable()
export class RequestLog implements NestMiddleware {
  private readonly logger = new Logger("Request");

  use(request: Request, response: Response, next: NextFunction): void {
    const trace_id = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-/.exec(request.header("traceparent") ?? "")?.[1];
    const trace = { trace_id: trace_id ?? randomBytes(16).toString("hex"), span_id: randomBytes(8).toString("hex") };
    const start = performance.now();
    response.once("finish", () =>
      traces.run(trace, () =>
        this.logger.log({
          message: `${request.method} ${request.originalUrl} ${response.statusCode}`,
          durationMs: Math.round(performance.now() - start),
          // The client's address as far as the proxies of TRUST_PROXY_HOPS are believed, and what Cloudflare says of it.
          client: request.ip,
          cfConnectingIp: request.header("cf-connecting-ip"),
          // The collector drops lines of probes by it.
          userAgent: request.header("user-agent"),
        }),
      ),
    );
    traces.run(trace, next);
  }
}
