import type { NestExpressApplication } from "@nestjs/platform-express";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { createAdapter } from "@socket.io/redis-streams-adapter";
import type { Server, ServerOptions } from "socket.io";

import { RedisClients } from "./redis.js";
import { settings } from "./settings.js";

/**
 * Socket.IO over Redis. Of the adapters for Redis, the one over streams is taken: a client that was away for less than two minutes, because its
 * connection broke or its pod was replaced, is sent what it missed.
 */
export class RedisSocketAdapter extends IoAdapter {
  constructor(private readonly app: NestExpressApplication) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
      ...options,
      path: settings.socketPath,
      serveClient: false,
      cors: { origin: settings.appUrl, credentials: true },
      connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: false },
      adapter: createAdapter(this.app.get(RedisClients).sockets),
    } as ServerOptions);
  }
}
