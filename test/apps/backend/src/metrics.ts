import { Injectable, type NestMiddleware, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import type { NextFunction, Request, Response } from "express";
import { createServer } from "node:http";
import { collectDefaultMetrics, Histogram, register } from "prom-client";

import { settings } from "./settings.js";

const duration = new Histogram({
  name: "http_request_duration_seconds",
  help: "Time to answer a request",
  labelNames: ["method", "route", "status_code"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** Measures requests, and shows the metrics on a port of their own, which no Ingress routes to. */
@Injectable()
export class Metrics implements NestMiddleware, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly server = createServer((request, response) => {
    if (request.url !== settings.metrics?.path) return void response.writeHead(404).end();
    void register.metrics().then((text) => response.writeHead(200, { "content-type": register.contentType }).end(text));
  });

  use(request: Request, response: Response, next: NextFunction): void {
    const stop = duration.startTimer({ method: request.method });
    // The route and never the path, which has as many values as there are bookings.
    response.once("finish", () => stop({ route: request.route?.path ?? "none", status_code: response.statusCode }));
    next();
  }

  onApplicationBootstrap(): void {
    if (settings.metrics === undefined) return;
    collectDefaultMetrics();
    this.server.listen(settings.metrics.port);
  }

  onApplicationShutdown(): void {
    this.server.close();
  }
}
