import { Controller, Get, ServiceUnavailableException } from "@nestjs/common";

import { Database } from "./database.js";
import { Draining } from "./draining.js";

/** What the kubelet asks. */
@Controller("health")
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly draining: Draining,
  ) {}

  /** Nothing but the event loop: a restart mends neither the database nor Redis. */
  @Get("live")
  live(): { status: string } {
    return { status: "ok" };
  }

  /** Redis is not asked: without it searches are slower and notifications late, which is better than no service. */
  @Get("ready")
  ready(): { status: string } {
    if (this.draining.isOn) throw new ServiceUnavailableException("shutting down");
    if (!this.database.isMigrated) throw new ServiceUnavailableException("waiting for the database and its migrations");
    return { status: "ok" };
  }
}
