import type { BeforeApplicationShutdown } from "@nestjs/common";
import { OnGatewayConnection, OnGatewayInit, WebSocketGateway, WebSocketServer } from "@nestjs/websockets";
import type { Namespace, Socket } from "socket.io";

import { Authentication } from "./authentication.js";

/** Tells users what happens to their bookings, on whichever pod their sockets are. */
@WebSocketGateway({ namespace: "/notifications" })
export class Notifications implements OnGatewayInit<Namespace>, OnGatewayConnection<Socket>, BeforeApplicationShutdown {
  @WebSocketServer()
  private readonly namespace!: Namespace;

  constructor(private readonly authentication: Authentication) {}

  /** Every connection shows a token, also one that goes on where another broke off. */
  afterInit(namespace: Namespace): void {
    namespace.use((socket, next) => {
      try {
        const { sub } = this.authentication.verify(socket.handshake.auth.token);
        if (socket.recovered && socket.data.user !== sub) return next(new Error("unauthorized"));
        socket.data.user = sub;
        next();
      } catch {
        next(new Error("unauthorized"));
      }
    });
  }

  handleConnection(socket: Socket): void {
    void socket.join(`user:${socket.data.user}`);
    // A client can only ask for what it missed after a message: the first one is this.
    socket.emit("ready");
  }

  /**
   * The next request of a client by polling goes to another pod as soon as this one is not ready: what that pod needs to go on has to be in
   * Redis before. By WebSocket clients stay until the servers close, when Socket.IO does the same.
   */
  beforeApplicationShutdown(): void {
    for (const socket of this.namespace.sockets.values()) {
      const { id: sid, rooms, data, pid } = socket as unknown as Omit<Socket, "pid"> & { readonly pid: string };
      this.namespace.adapter.persistSession({ sid, pid, rooms: [...rooms], data });
    }
  }

  tell(user: string, event: string, content: object): void {
    this.namespace.to(`user:${user}`).emit(event, content);
  }
}
