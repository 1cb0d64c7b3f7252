import { createRequire } from "node:module";
import { join } from "node:path";

import { sourceFolder } from "./build.ts";

/** What the tests need of a Socket.IO client, which comes with the backend's packages. */
export interface Socket {
  auth: { readonly token?: string };
  readonly recovered: boolean;
  readonly connected: boolean;
  readonly io: { readonly engine: { close(): void; readonly transport: { readonly name: string } } };
  on(event: string, listener: (content: unknown) => void): this;
  off(event: string, listener: (content: unknown) => void): this;
  once(event: string, listener: (content: unknown) => void): this;
  connect(): this;
  disconnect(): this;
}

interface Options {
  readonly auth?: { readonly token?: string };
  readonly transports?: readonly string[];
}

const { io } = createRequire(join(sourceFolder("backend"), "package.json"))("socket.io-client") as {
  io(url: string, options: object): Socket;
};

/** A client of the namespace, until it is disposed of, and the events it got beside `ready`. */
export interface Listener extends Disposable {
  readonly socket: Socket;
  readonly events: { readonly name: string; readonly content: unknown }[];
}

/** Connects to `/notifications` and waits for the first message. Rejects with what the server says. */
export async function listen(url: string, options: Options = {}): Promise<Listener> {
  const socket = io(`${url}/notifications`, { transports: ["websocket"], forceNew: true, reconnectionDelay: 200, ...options });
  const events: { name: string; content: unknown }[] = [];
  for (const name of ["booking-created", "document-added"]) socket.on(name, (content) => events.push({ name, content }));
  await new Promise<void>((resolve, reject) => {
    const refused = (error: unknown) => {
      socket.disconnect();
      reject(error);
    };
    socket.once("connect_error", refused);
    // Later ones are of a client that tries again by itself.
    socket.once("ready", () => resolve(void socket.off("connect_error", refused)));
  });
  return { socket, events, [Symbol.dispose]: () => void socket.disconnect() };
}

/** Resolves with what the next event of that name carries. */
export const next = (socket: Socket, event: string): Promise<unknown> => new Promise((resolve) => socket.once(event, resolve));
