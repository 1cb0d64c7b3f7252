import { afterEach, expect, test } from "vitest";

import { withBackend } from "./backend.ts";
import { startBackend } from "./system.ts";

const its = withBackend();
afterEach(() => its.system.carriers.reset());

async function search(query: string, { url } = its.backend) {
  const response = await fetch(`${url}/api/v1/rates/search?${query}`);
  return { status: response.status, cache: response.headers.get("x-cache"), body: (await response.json()) as { carrier: string }[] };
}

const route = (destination: string) => `origin=FSN&destination=${destination}&container=20ft`;

test("a search asks five carriers once; for 15 minutes Redis answers", async () => {
  const first = await search(route("HAM"));
  expect(first).toMatchObject({ status: 200, cache: "miss" });
  expect(first.body[0]).toEqual({ carrier: "msc", price: 1003, days: 20 });
  expect(its.system.carriers.asked.toSorted()).toEqual(["cma-cgm", "hapag-lloyd", "maersk", "msc", "one"]);

  await using another = await startBackend(its.system);
  expect(await search(route("HAM"), another)).toEqual({ ...first, cache: "hit" });
  expect(its.system.carriers.asked).toHaveLength(5);

  await using app = await its.system.redis.as("app");
  const seconds = Number(await app.send("TTL", "rate:FSN:HAM:20ft"));
  expect(seconds).toBeGreaterThan(15 * 60 - 60);
  expect(seconds).toBeLessThanOrEqual(15 * 60);
  // The last of the 15 minutes, as it were.
  await app.send("PEXPIRE", "rate:FSN:HAM:20ft", 1);
  await expect.poll(() => app.send("EXISTS", "rate:FSN:HAM:20ft")).toBe(0);
  expect(await search(route("HAM"))).toMatchObject({ cache: "miss" });
  expect(its.system.carriers.asked).toHaveLength(10);
});

test("what differs in anything is another search", async () => {
  await search(route("RTM"));
  for (const other of ["origin=ANR&destination=RTM&container=20ft", "origin=FSN&destination=RTM&container=40hc"]) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await search(other)).toMatchObject({ status: 200, cache: "miss" });
  }
});

test("a carrier that fails is left out", async () => {
  its.system.carriers.answer = (carrier, _, response) => {
    response.statusCode = carrier === "msc" ? 500 : 200;
    response.end(JSON.stringify({ price: 1, days: 1 }));
  };
  const { status, body } = await search(route("LEH"));
  expect(status).toBe(200);
  expect(body.map(({ carrier }) => carrier)).not.toContain("msc");
  expect(body).toHaveLength(4);
});

test("if all of them fail there is no answer, and none is kept", async () => {
  its.system.carriers.answer = (_carrier, _request, response) => response.destroy();
  expect(await search(route("NYC"))).toMatchObject({ status: 502 });
  its.system.carriers.reset();
  expect(await search(route("NYC"))).toMatchObject({ status: 200, cache: "miss" });
});

test.each([
  ["origin=fsn&destination=HAM&container=20ft", 400],
  ["origin=FSN&destination=HAM%3A20ft&container=20ft", 400],
  ["origin=FSN&destination=HAM&container=30ft", 400],
  ["origin=FSN", 400],
])("%s is answered %d, and nobody is asked", async (query, status) => {
  expect(await search(query)).toMatchObject({ status });
  expect(its.system.carriers.asked).toEqual([]);
});

test("ports are found by names that are spelled wrong (pg_trgm)", async () => {
  const found = await (await fetch(`${its.backend.url}/api/v1/ports?name=roterdam`)).json();
  expect(found).toEqual([{ code: "RTM", name: "Rotterdam" }]);
  expect((await fetch(`${its.backend.url}/api/v1/ports`)).status).toBe(400);
});

test("without Redis searches are answered all the same, and the pod stays ready", async () => {
  // Away for the whole test: at the port, nobody listens.
  await using alone = await startBackend(its.system, { global: { redis: { port: 1024 } } });
  const started = performance.now();
  expect(await search(route("SIN"), alone)).toMatchObject({ status: 200, cache: "miss" });
  expect(await search(route("SIN"), alone)).toMatchObject({ status: 200, cache: "miss" });
  expect(performance.now() - started).toBeLessThan(5000);
  expect((await fetch(`${alone.url}/health/ready`)).status).toBe(200);
  expect(alone.running.process.exitCode).toBeNull();
});
