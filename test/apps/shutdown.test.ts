import { once } from "node:events";
import { Agent, get, type IncomingMessage, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { listen, next } from "./sockets.ts";
import { migrate, startBackend, startSystem, statusOf, token, type System } from "./system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem();
  await migrate(system);
});
afterAll(() => system[Symbol.asyncDispose]());
afterEach(() => system.carriers.reset());

/** Carriers that answer when they are told to. */
function slowCarriers(): () => void {
  const waiting: ServerResponse[] = [];
  system.carriers.answer = (_carrier, _request, response) => void waiting.push(response);
  return () => waiting.splice(0).forEach((response) => response.end(JSON.stringify({ price: 1, days: 1 })));
}

/** A request by an agent that keeps its connection. */
async function ask(url: string, agent: Agent): Promise<{ status: number | undefined; connection: string | undefined }> {
  const [response] = (await once(get(url, { agent }), "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return { status: response.statusCode, connection: response.headers.connection };
}

const search = (destination: string) => `/api/v1/rates/search?origin=FSN&destination=${destination}&container=20ft`;

test("after SIGTERM readiness fails, requests are served for the time to drain, and running ones to their end", async () => {
  await using backend = await startBackend(system, { shutdown: { drainSeconds: 3 } });
  const agent = new Agent({ keepAlive: true });
  const answerCarriers = slowCarriers();
  const running = ask(`${backend.url}${search("HAM")}`, agent);
  await expect.poll(() => system.carriers.asked.length).toBe(5);

  const start = performance.now();
  backend.running.process.kill("SIGTERM");
  await expect.poll(() => statusOf(`${backend.url}/health/ready`)).toBe(503);
  expect(performance.now() - start).toBeLessThan(2000);
  expect(await statusOf(`${backend.url}/health/live`)).toBe(200);
  system.carriers.reset();
  // Answered, and the proxy is told not to use the connection again.
  expect(await ask(`${backend.url}${search("RTM")}`, agent)).toEqual({ status: 200, connection: "close" });

  await expect.poll(() => statusOf(`${backend.url}/health/live`), { timeout: 10_000 }).toBe(0);
  expect(performance.now() - start).toBeGreaterThan(2900);
  expect(backend.running.process.exitCode).toBeNull();
  answerCarriers();
  expect(await running).toEqual({ status: 200, connection: "close" });
  const ended = performance.now();
  expect(await backend.running.ended).toMatchObject({ code: 0 });
  expect(performance.now() - ended).toBeLessThan(2000);
});

test("connections that are kept, or were never used, do not keep the process", async () => {
  await using backend = await startBackend(system, {
    shutdown: { drainSeconds: 0 },
    keepAlive: { nodeIdleSeconds: 95, traefikIdleSeconds: 90 },
  });
  const agent = new Agent({ keepAlive: true });
  expect(await ask(`${backend.url}/health/live`, agent)).toEqual({ status: 200, connection: "keep-alive" });
  const unused = connect(Number(new URL(backend.url).port), "127.0.0.1");
  await once(unused, "connect");
  const start = performance.now();
  backend.running.process.kill("SIGTERM");
  expect(await backend.running.ended).toMatchObject({ code: 0 });
  expect(performance.now() - start).toBeLessThan(3000);
  unused.destroy();
  agent.destroy();
});

test("an idle connection is kept for as long as the chart says", async () => {
  await using backend = await startBackend(system, { keepAlive: { nodeIdleSeconds: 95, traefikIdleSeconds: 90 } });
  expect((await fetch(`${backend.url}/health/live`)).headers.get("keep-alive")).toBe("timeout=95");
  await using usual = await startBackend(system);
  expect((await fetch(`${usual.url}/health/live`)).headers.get("keep-alive")).toBe("timeout=5");
});

test("sockets are served while the pod drains, and closed after it", async () => {
  await using backend = await startBackend(system, { shutdown: { drainSeconds: 2 } });
  using client = await listen(backend.url, { auth: { token: token() } });
  const gone = next(client.socket, "disconnect");
  const start = performance.now();
  backend.running.process.kill("SIGTERM");
  await expect.poll(() => statusOf(`${backend.url}/health/ready`)).toBe(503);
  expect(client.socket.connected).toBe(true);
  expect(await gone).toMatch(/transport close|io server disconnect/);
  expect(performance.now() - start).toBeGreaterThan(1900);
  expect(await backend.running.ended).toMatchObject({ code: 0 });
});

test("a pod that never became ready ends as well", async () => {
  system.database = "nowhere";
  await using backend = await startBackend(system, { shutdown: { drainSeconds: 0 } }, "startupProbe");
  system.database = "xpeditis";
  await expect.poll(backend.running.output).toContain("the database does not answer");
  backend.running.process.kill("SIGTERM");
  expect(await backend.running.ended).toMatchObject({ code: 0 });
});
