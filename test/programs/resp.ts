import { connect, type Socket } from "node:net";

/** What Redis answers. Errors are data: most tests are about them. */
export type Reply = string | number | null | RedisError | readonly Reply[];

/** An error reply, e.g. `NOPERM this user has no permissions to run the 'keys' command`. */
export class RedisError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** A connection that speaks RESP 2. Commands may be sent before earlier ones are answered. */
export interface Client extends AsyncDisposable {
  send(...command: readonly (string | number)[]): Promise<Reply>;
  /** Messages of subscriptions, as they arrived. */
  readonly messages: readonly Reply[];
}

/** Connects and, if a user is given, signs in. Rejects if Redis is not there or refuses the password. */
export async function client(port: number, user?: readonly [name: string, password: string], host = "127.0.0.1"): Promise<Client> {
  const socket = connect(port, host);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const made = speak(socket);
  if (user !== undefined) {
    const reply = await made.send("AUTH", ...user);
    if (reply !== "OK") throw new Error(reply instanceof RedisError ? reply.message : String(reply));
  }
  return made;
}

function speak(socket: Socket): Client {
  const waiting: { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void }[] = [];
  const messages: Reply[] = [];
  let buffer = Buffer.alloc(0);
  const fail = (error: Error) => waiting.splice(0).forEach(({ reject }) => reject(error));
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the connection is closed")));
  socket.on("data", (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (let parsed = parse(buffer, 0); parsed !== undefined; parsed = parse(buffer, 0)) {
      buffer = buffer.subarray(parsed.end);
      const kind = Array.isArray(parsed.reply) ? parsed.reply[0] : undefined;
      if (kind === "message" || kind === "pmessage") messages.push(parsed.reply);
      else waiting.shift()?.resolve(parsed.reply);
    }
  });
  return {
    messages,
    send: (...command) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("the connection is closed"));
        waiting.push({ resolve, reject });
        const words = command.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
        socket.write(`*${command.length}\r\n${words.join("")}`);
      }),
    [Symbol.asyncDispose]: () => new Promise((resolve) => (socket.destroyed ? resolve() : socket.once("close", () => resolve()).destroy())),
  };
}

/** The reply that starts at an offset, if it is all there. */
function parse(buffer: Buffer, start: number): { readonly reply: Reply; readonly end: number } | undefined {
  const line = buffer.indexOf("\r\n", start);
  if (line === -1) return undefined;
  const text = buffer.toString("utf8", start + 1, line);
  const after = line + 2;
  switch (String.fromCharCode(buffer[start] ?? 0)) {
    case "+":
      return { reply: text, end: after };
    case "-":
      return { reply: new RedisError(text), end: after };
    case ":":
      return { reply: Number(text), end: after };
    case "$": {
      const end = after + Number(text);
      if (Number(text) === -1) return { reply: null, end: after };
      return buffer.length < end + 2 ? undefined : { reply: buffer.toString("utf8", after, end), end: end + 2 };
    }
    case "*": {
      const replies: Reply[] = [];
      let end = after;
      for (let count = Number(text); count > 0; count -= 1) {
        const item = parse(buffer, end);
        if (item === undefined) return undefined;
        replies.push(item.reply);
        end = item.end;
      }
      return { reply: replies, end };
    }
    default:
      throw new Error(`no reply starts with ${JSON.stringify(text)}`);
  }
}
