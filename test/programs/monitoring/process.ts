import { spawn } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A program that runs until it is disposed of (`await using`). */
export interface Running extends AsyncDisposable {
  /** What it has written so far. */
  output(): string;
}

/** Starts a program. Once it ends by itself, `output` tells so. */
export function start(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => void (text += part.toString()));
  const ended = new Promise<void>((done) =>
    child.on("close", (code) => {
      text += `\n(ended with ${code})`;
      done();
    }),
  );
  child.on("error", (error) => void (text += error.message));
  return {
    output: () => text,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** An HTTP server on a free port, which answers with the text that `answer` gives. */
export async function httpServer(
  answer: (request: IncomingMessage, body: string) => string | undefined,
): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => void (body += part.toString()));
    request.on("end", () => {
      const text = answer(request, body);
      response.writeHead(text === undefined ? 404 : 200, { "content-type": "text/plain; version=0.0.4" });
      response.end(text ?? "");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((closed) => void server.close(() => closed()).closeAllConnections()),
  };
}

/** Whether a URL is answered with 2xx. */
export const isOk = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** JSON of a GET request; throws unless it is answered with 200. */
export async function getJson<T>(url: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await fetch(`${url}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
