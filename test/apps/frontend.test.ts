import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { frontend as chart } from "../../generator/charts/frontend/index.ts";
import { find, installation, manifestsOf, ofKind } from "../charts/releases.ts";
import { createPod, type Pod, type Running } from "../programs/container.ts";
import { freePort } from "../programs/ports.ts";
import { imageConfig, imageFolder } from "./build.ts";
import { statusOf, untilAnswered } from "./system.ts";

/** The API, as far as the frontend asks it. That the real one answers so, the tests of the backend say. */
let api: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: IncomingMessage[] = [];
const rates = (response: ServerResponse) => response.end(JSON.stringify([{ carrier: "msc", price: 1003, days: 20 }]));

let url: string;
let metricsUrl: string;
let pod: Pod;
let running: Running;

beforeAll(async () => {
  const [port, metricsPort, apiPort] = [await freePort(), await freePort(), await freePort()];
  api = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  }).listen(apiPort, "127.0.0.1");
  await once(api, "listening");
  const values = {
    fullnameOverride: "frontend",
    port,
    backend: { serviceName: "backend-svc", port: apiPort },
    metrics: { enabled: true, port: metricsPort },
  };
  const manifests = manifestsOf(values, installation, chart);
  const spec = find(manifests, "Deployment", "frontend").spec?.template.spec;
  if (spec === undefined) throw new Error("the chart renders no pod");
  pod = await createPod(spec, {
    configMaps: Object.fromEntries(ofKind(manifests, "ConfigMap").map(({ metadata, data }) => [metadata?.name ?? "", data ?? {}])),
    secrets: {},
    claims: {},
    services: ["backend-svc"],
    programs: [process.execPath],
    images: { "xpeditis-frontend": { ...(await imageConfig("frontend")), folder: imageFolder("frontend") } },
  });
  running = await pod.start("frontend");
  url = `http://127.0.0.1:${port}`;
  metricsUrl = `http://127.0.0.1:${metricsPort}`;
  await untilAnswered(`${url}${spec.containers[0]?.startupProbe?.httpGet?.path}`, running);
});
afterAll(async () => {
  await pod?.[Symbol.asyncDispose]();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});
afterEach(() => void asked.splice(0));

test("a page is rendered with what the API answers within the cluster, in the caller's trace", async () => {
  answer = (_, response) => void rates(response);
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const response = await fetch(`${url}/?destination=RTM`, { headers: { traceparent } });
  const page = await response.text();
  expect(response.status).toBe(200);
  expect(page).toContain("<td>msc</td>");
  expect(asked.map((request) => request.url)).toEqual(["/api/v1/rates/search?origin=FSN&destination=RTM&container=20ft"]);
  expect(asked[0]?.headers).toMatchObject({ traceparent, host: expect.stringMatching(/^backend-svc:/) });
});

test("without the API a page fails, and the probes do not", async () => {
  answer = (_, response) => response.destroy();
  expect(await statusOf(url)).toBe(500);
  asked.splice(0);
  expect(await statusOf(`${url}/api/health`)).toBe(200);
  expect(await statusOf(`${url}/api/health?probe=readiness`)).toBe(200);
  expect(asked).toEqual([]);
});

test("assets are served for good, and images from a cache that is the one place it writes to", async () => {
  answer = (_, response) => void rates(response);
  const asset = /\/_next\/static\/[^"]+?\.js/.exec(await (await fetch(url)).text())?.[0];
  expect((await fetch(`${url}${asset}`)).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const image = async () => {
    const { status, headers } = await fetch(`${url}/_next/image?url=%2Fship.png&w=64&q=75`, { headers: { accept: "image/webp" } });
    return [status, headers.get("content-type"), headers.get("x-nextjs-cache")];
  };
  expect(await image()).toEqual([200, "image/webp", "MISS"]);
  await expect.poll(image).toEqual([200, "image/webp", "HIT"]);
  expect(await readdir(join(pod.volume("next-cache"), "images"))).toHaveLength(1);
  expect(running.output()).not.toMatch(/EROFS|EACCES|ENOENT/);
});

test("metrics of the process are on a port of their own", async () => {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  for (const name of ["nodejs_eventloop_lag_p99_seconds", "nodejs_heap_size_used_bytes", "nodejs_gc_duration_seconds_sum"])
    expect(text).toContain(`\n${name}`);
  expect(await statusOf(`${url}/metrics`)).toBe(404);
});

test("idle connections are kept for as long as the chart says", async () => {
  expect((await fetch(`${url}/api/health`)).headers.get("keep-alive")).toBe("timeout=95");
});

test("every line about a request is a JSON object with a level", async () => {
  answer = (_, response) => void response.writeHead(500).end();
  await statusOf(url);
  await expect.poll(running.output).toContain("the API answers 500");
  const lines = running
    .output()
    .split("\n")
    .filter((line) => line !== "");
  // Before the application's own code runs, Next.js says where it listens.
  for (const line of lines.filter((each) => !/^(▲|- |✓)/.test(each))) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
});

test("after SIGTERM a page that is being made is sent to its end, and its connection does not keep the process", async () => {
  let finish = () => {};
  answer = (_, response) => void (finish = () => rates(response));
  const agent = new Agent({ keepAlive: true });
  const page = once(get(url, { agent }), "response");
  await expect.poll(() => asked.length).toBe(1);
  running.process.kill("SIGTERM");
  await expect.poll(() => statusOf(`${url}/api/health`), { timeout: 10_000 }).toBe(0);
  expect(running.process.exitCode).toBeNull();
  finish();
  const [response] = (await page) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  expect((await response.setEncoding("utf8").toArray()).join("")).toContain("<td>msc</td>");
  const start = performance.now();
  // 128 + the number of SIGTERM: how Next.js ends.
  expect(await running.ended).toMatchObject({ code: 143 });
  expect(performance.now() - start).toBeLessThan(5000);
  agent.destroy();
});
