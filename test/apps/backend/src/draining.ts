import { Injectable, Logger, type BeforeApplicationShutdown, type NestMiddleware } from "@nestjs/common";
import { HttpAdapterHost } from "@nestjs/core";
import type { NextFunction, Request, Response } from "express";
import type { Server } from "node:http";
import { setTimeout } from "node:timers/promises";

import { settings } from "./settings.js";

/**
 * What happens after SIGTERM. Nest closes the servers when `beforeApplicationShutdown` returns: until then requests are served, readiness
 * fails, and every answer asks the proxy to drop its connection. Nothing that requests need may be closed in `onModuleDestroy`, which comes first.
 */
@Injectable()
export class Draining implements BeforeApplicationShutdown, NestMiddleware {
  isOn = false;
  private readonly logger = new Logger(Draining.name);
  private readonly running = new Set<Response>();

  constructor(private readonly host: HttpAdapterHost) {}

  use(_request: Request, response: Response, next: NextFunction): void {
    if (this.isOn) response.setHeader("Connection", "close");
    this.running.add(response);
    response.once("close", () => this.running.delete(response));
    next();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isOn = true;
    this.logger.log(`not ready any more; serving for ${settings.drainMs} ms, ${this.running.size} requests are running`);
    for (const response of this.running) if (!response.headersSent) response.setHeader("Connection", "close");
    await setTimeout(settings.drainMs);
    // A closing server waits for every connection, also for those a proxy opened and never used. This ends them with the last request.
    const server: Server = this.host.httpAdapter.getHttpServer();
    setInterval(() => {
      if (this.running.size === 0) server.closeAllConnections();
    }, 100).unref();
  }
}
