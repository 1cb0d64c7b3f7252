import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { withBackend } from "./backend.ts";
import { startBackend, statusOf, token } from "./system.ts";

const its = withBackend();

const lines = () =>
  its.backend.running
    .output()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** The line about a request, once it is there. */
async function lineOf(request: string): Promise<Record<string, unknown> | undefined> {
  const find = () => lines().find(({ message }) => String(message).startsWith(request));
  await expect.poll(find).toBeDefined();
  return find();
}

test("serves every metric that rules and dashboards know of, on a port of their own", async () => {
  await fetch(`${its.backend.url}/api/v1/rates/search?origin=FSN&destination=HAM&container=20ft`);
  await fetch(`${its.backend.url}/api/v1/csv-bookings/6f1c1f9e-0000-4000-8000-000000000000/documents`, { method: "POST" });
  await fetch(`${its.backend.url}/no/such/path`);
  const text = await (await fetch(`${its.backend.metricsUrl}/metrics`)).text();
  const served = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const known = readFileSync("test/monitoring/catalogue/prom-client.txt", "utf8")
    .split("\n")
    .filter((line) => /^[a-z]/.test(line));
  expect(known.length).toBeGreaterThan(25);
  expect(served.toSorted()).toEqual(known.toSorted());

  expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/api/v1/rates/search",status_code="200"} 1');
  expect(text).toContain('{method="POST",route="/api/v1/csv-bookings/:id/documents",status_code="401"} 1');
  expect(text).toContain('{method="GET",route="none",status_code="404"} 1');
  expect(await statusOf(`${its.backend.url}/metrics`)).toBe(404);
  expect(await statusOf(`${its.backend.metricsUrl}/api/v1/ports`)).toBe(404);
});

test("serves none if the chart says so", async () => {
  await using without = await startBackend(its.system, { metrics: { enabled: false } });
  expect(await statusOf(`${without.metricsUrl}/metrics`)).toBe(0);
});

test("every line is a JSON object with a level that the collector knows", async () => {
  await fetch(`${its.backend.url}/api/v1/ports?name=${"x".repeat(101)}`);
  await lineOf("GET /api/v1/ports");
  for (const line of lines())
    expect(line).toMatchObject({ level: expect.stringMatching(/^(log|warn|error|debug|verbose|fatal)$/), message: expect.any(String) });
});

test("lines of a request name its trace: the caller's, or a new one", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  its.system.carriers.answer = (_carrier, _request, response) => response.writeHead(500).end();
  await fetch(`${its.backend.url}/api/v1/rates/search?origin=FSN&destination=SIN&container=20ft`, {
    headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
  });
  its.system.carriers.reset();
  expect(await lineOf("GET /api/v1/rates/search?origin=FSN&destination=SIN")).toMatchObject({
    trace_id: trace,
    span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  // Of what happened on the way too.
  expect(
    lines()
      .filter(({ trace_id }) => trace_id === trace)
      .map(({ level }) => level),
  ).toContain("warn");

  await fetch(`${its.backend.url}/api/v1/ports?name=a`, { headers: { traceparent: "nonsense" } });
  expect(await lineOf("GET /api/v1/ports?name=a")).toMatchObject({ trace_id: expect.stringMatching(/^(?!0{32})[0-9a-f]{32}$/) });
});

test("the client's address is taken from as many proxies as the chart says, and no more", async () => {
  const headers = { "x-forwarded-for": "192.0.2.9, 198.51.100.7, 203.0.113.5" };
  await fetch(`${its.backend.url}/api/v1/ports?name=hops-1`, { headers });
  expect(await lineOf("GET /api/v1/ports?name=hops-1")).toMatchObject({ client: "203.0.113.5" });
  await using behindTwo = await startBackend(its.system, { trustProxyHops: 2 });
  await fetch(`${behindTwo.url}/api/v1/ports?name=hops-2`, { headers });
  await expect.poll(behindTwo.running.output).toContain('"client":"198.51.100.7"');
});

test("probes are told apart by their user agent", async () => {
  await fetch(`${its.backend.url}/health/live`, { headers: { "user-agent": "kube-probe/1.36" } });
  expect(await lineOf("GET /health/live")).toMatchObject({ userAgent: expect.any(String) });
  // What the collector drops lines by.
  expect(its.backend.running.output()).toMatch(/(kube-probe|Prometheus)\/[0-9]/);
});

test("no secret is in any line", async () => {
  await fetch(`${its.backend.url}/api/v1/csv-bookings`, { method: "POST", headers: { authorization: `Bearer ${token()}` } });
  const { secrets } = (await its.system.pod("server")).world;
  const all = Object.values(secrets).flatMap((data) => Object.entries(data));
  const leaked = all.filter(([, value]) => its.backend.running.output().includes(value)).map(([key]) => key);
  expect(leaked.filter((key) => !["username", "dbname"].includes(key))).toEqual([]);
});

test("a variable that is missing ends the process at once, by name", async () => {
  await expect(startBackend(its.system, { secrets: { keys: { JWT_SECRET: null } } })).rejects.toThrow(
    "the environment variable JWT_SECRET is not set",
  );
});
