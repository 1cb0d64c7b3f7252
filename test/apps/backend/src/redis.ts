import { Injectable, Logger, type OnApplicationShutdown } from "@nestjs/common";
import { Redis, type RedisOptions } from "ioredis";

import { settings } from "./settings.js";

/** Connections to Redis. Each has a listener for errors: without one Node.js ends when Redis goes away. */
@Injectable()
export class RedisClients implements OnApplicationShutdown {
  private readonly logger = new Logger("Redis");

  /** For the cache: fails at once when Redis is away, because the answer can be had without it. */
  readonly cache = this.connect({ enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 500 });

  /** For Socket.IO's adapter: waits until Redis is back. */
  readonly sockets = this.connect({ maxRetriesPerRequest: null });

  /** Sends what is still to be sent: sessions of the sockets that were just closed. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.cache, this.sockets].map((client) => (client.status === "ready" ? client.quit() : client.disconnect())));
  }

  private connect(options: RedisOptions): Redis {
    const client = new Redis(settings.redisUrl, { ...options, retryStrategy: (attempt) => Math.min(attempt * 100, 2000) });
    client.on("error", (error) => this.logger.warn(`Redis: ${error.message}`));
    return client;
  }
}
