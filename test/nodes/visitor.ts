import { Agent, request } from "node:https";

import type { LoadBalancer } from "./load-balancer.ts";

export interface Question {
  readonly host: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Tell the length of the body, and never send it: who has to refuse it can, and an answer cannot meet a connection that still sends. */
  readonly withheld?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One connection to the load balancer, and so to one pod of Traefik, until it is disposed of. */
export interface Connection extends Disposable {
  /** Sends a request when the ones before are answered. A body goes out when the server has asked for it, as curl does it. */
  ask(question: Question): Promise<Answer>;
}

export function connectTo(balancer: LoadBalancer): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  return {
    ask: ({ host, path, method = "GET", headers = {}, body, withheld = false }) =>
      new Promise((resolve, reject) => {
        const expect = body === undefined ? {} : { expect: "100-continue" };
        const call = request({
          agent,
          port: balancer.port,
          host: "127.0.0.1",
          servername: host,
          method,
          path,
          headers: { host, ...expect, ...headers },
          timeout: 60_000,
        });
        call.once("response", (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (part: string) => (text += part));
          response.once("end", () => {
            resolve({ status: response.statusCode ?? 0, text });
            // Nothing else can go over a connection that is owed a body.
            if (!call.writableEnded) call.destroy();
          });
          response.once("error", reject);
        });
        call.once("timeout", () => call.destroy(new Error("no answer within 60 s")));
        call.on("error", reject);
        if (body === undefined) call.end();
        else {
          if (!withheld) call.once("continue", () => call.end(body));
          call.flushHeaders();
        }
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}
