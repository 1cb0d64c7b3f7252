import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

import type { LoadBalancer } from "./load-balancer.ts";

/** Requests of visitors, again and again. */
export interface LoadOptions {
  readonly balancer: LoadBalancer;
  readonly perSecond: number;
  /** Host and path of each request, in turn. */
  readonly targets: readonly { readonly host: string; readonly path: string }[];
  /** One of so many requests comes on a connection of its own. Those that are kept hide that a new one finds nobody. */
  readonly newConnectionEvery: number;
}

export interface LoadResult {
  readonly sent: number;
  readonly seconds: number;
  /** What each request that failed got instead of an answer of 200, and when, in seconds. */
  readonly failures: readonly string[];
  /** Milliseconds that 99 of 100 requests took at most. */
  readonly p99: number;
}

/**
 * Sends requests at a steady rate, whether the ones before are answered or not, until the work is done and at least
 * `minimum` requests are sent. Each visitor has an address of its own, as Cloudflare tells them.
 */
export async function underLoad(
  { balancer, perSecond, targets, newConnectionEvery }: LoadOptions,
  minimum: number,
  work: () => Promise<unknown>,
): Promise<LoadResult> {
  const kept = new Agent({ keepAlive: true, maxSockets: 100, rejectUnauthorized: false });
  const unkept = new Agent({ keepAlive: false, maxSockets: 100, rejectUnauthorized: false });
  const failures: string[] = [];
  const times: number[] = [];
  const start = performance.now();
  let [sent, running, done] = [0, 0, false];
  const send = () => {
    const { host, path } = targets[sent % targets.length] ?? { host: "", path: "" };
    const visitor = `198.51.${Math.floor(sent / 200) % 250}.${sent % 200}`;
    sent += 1;
    running += 1;
    const agent = sent % newConnectionEvery === 0 ? unkept : kept;
    const began = performance.now();
    let finished = false;
    const finish = (problem?: string) => {
      if (finished) return;
      finished = true;
      running -= 1;
      times.push(performance.now() - began);
      if (problem !== undefined) failures.push(`${((began - start) / 1000).toFixed(1)} s: ${host}${path}: ${problem}`);
    };
    const attempt = () => {
      const headers = { host, "cf-connecting-ip": visitor };
      const call = request(
        { agent, port: balancer.port, host: "127.0.0.1", servername: host, path, headers, timeout: 20_000 },
        (response) => {
          response.resume().once("end", () => finish(response.statusCode === 200 ? undefined : `answers ${response.statusCode}`));
          response.once("error", (error) => finish(error.message));
        },
      );
      call.once("timeout", () => call.destroy(new Error("no answer within 20 s")));
      call.once("error", (error: NodeJS.ErrnoException) => {
        // A server may close an idle connection at any time; HTTP's clients then ask again on another (RFC 9110, 9.2.2), at last
        // on a new one.
        if (call.reusedSocket && error.code === "ECONNRESET") attempt();
        else finish(error.message);
      });
      call.end();
    };
    attempt();
  };
  const working = work().finally(() => (done = true));
  while (!done || sent < minimum) {
    const due = ((performance.now() - start) / 1000) * perSecond;
    while (sent < due) send();
    await sleep(10);
  }
  await working;
  const seconds = (performance.now() - start) / 1000;
  while (running > 0) await sleep(50);
  kept.destroy();
  unkept.destroy();
  return { sent, seconds, failures, p99: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0 };
}
