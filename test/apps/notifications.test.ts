import { afterAll, beforeAll, expect, test } from "vitest";

import { freePort } from "../programs/ports.ts";
import { listen, next } from "./sockets.ts";
import { migrate, startBackend, startSystem, token, type Backend, type System } from "./system.ts";

let system: System;
let one: Backend;
let other: Backend;
beforeAll(async () => {
  system = await startSystem();
  await migrate(system);
  [one, other] = await Promise.all([startBackend(system), startBackend(system)]);
});
afterAll(async () => {
  await Promise.all([one, other].map((backend) => backend?.[Symbol.asyncDispose]()));
  await system[Symbol.asyncDispose]();
});

/** Has an instance tell a user of a new booking. */
async function book(reference: string, { on = one, user = "anna" } = {}): Promise<void> {
  const response = await fetch(`${on.url}/api/v1/csv-bookings`, {
    method: "POST",
    headers: { authorization: `Bearer ${token({ sub: user })}`, "content-type": "application/json" },
    body: JSON.stringify({ reference }),
  });
  expect(response.status).toBe(201);
}

const references = (events: readonly { content: unknown }[]) => events.map(({ content }) => (content as { reference: string }).reference);

test.each([
  ["none", undefined],
  ["no token", "anna"],
  ["one that is out of date", token({ exp: 1 })],
  ["one signed with another secret", token({}, "another secret")],
  ["one that is not signed", token({}, "", { alg: "none", typ: "JWT" })],
  ["one that names nobody", token({ sub: "" })],
])("who shows %s as token is sent away", async (_, shown) => {
  await expect(listen(one.url, { auth: shown === undefined ? {} : { token: shown } })).rejects.toThrow("unauthorized");
});

test.each(["websocket", "polling"])(
  "what one instance tells a user reaches sockets on the other, by %s, and nobody else",
  async (transport) => {
    const options = { transports: [transport] };
    using here = await listen(one.url, { ...options, auth: { token: token() } });
    using there = await listen(other.url, { ...options, auth: { token: token() } });
    using stranger = await listen(other.url, { ...options, auth: { token: token({ sub: "berta" }) } });
    expect(there.socket.io.engine.transport.name).toBe(transport);
    const arrived = next(there.socket, "booking-created");
    await book(`by ${transport}`);
    expect(await arrived).toMatchObject({ reference: `by ${transport}` });
    await book("for Berta", { user: "berta" });
    await expect.poll(() => references(stranger.events)).toEqual(["for Berta"]);
    expect(references(here.events)).toEqual([`by ${transport}`]);
    expect(references(there.events)).toEqual([`by ${transport}`]);
  },
);

test("a client whose connection breaks is sent what it missed, once", async () => {
  using client = await listen(other.url, { auth: { token: token({ sub: "carla" }) } });
  await book("before", { user: "carla" });
  await expect.poll(() => references(client.events)).toEqual(["before"]);
  const back = next(client.socket, "connect");
  client.socket.io.engine.close();
  await book("while away", { user: "carla" });
  await back;
  await book("after", { user: "carla" });
  await expect.poll(() => references(client.events)).toEqual(["before", "while away", "after"]);
  expect(client.socket.recovered).toBe(true);
});

test("a client whose pod is replaced misses nothing either", async () => {
  const values = { port: await freePort(), shutdown: { drainSeconds: 0 } };
  await using before = await startBackend(system, values);
  using client = await listen(before.url, { auth: { token: token({ sub: "dora" }) } });
  const [gone, back] = [next(client.socket, "disconnect"), next(client.socket, "connect")];
  before.running.process.kill("SIGTERM");
  await gone;
  expect(await before.running.ended).toMatchObject({ code: 0 });
  await book("while the pod was away", { user: "dora" });
  await using after = await startBackend(system, values);
  expect(after.url).toBe(before.url);
  await back;
  await expect.poll(() => references(client.events)).toEqual(["while the pod was away"]);
  expect(client.socket.recovered).toBe(true);
});

test('who loads after each "ready" what there is misses nothing, however often the connection breaks while it is told', async () => {
  const authorization = `Bearer ${token({ sub: "gina" })}`;
  const load = async () => {
    const response = await fetch(`${other.url}/api/v1/csv-bookings`, { headers: { authorization } });
    return ((await response.json()) as readonly { reference: string }[]).map(({ reference }) => reference);
  };
  using client = await listen(other.url, { auth: { token: token({ sub: "gina" }) } });
  const known = new Set<string>();
  client.socket.on("booking-created", (content) => known.add((content as { reference: string }).reference));
  const told: string[] = [];
  let breaking = true;
  const telling = (async () => {
    for (; breaking; told.push(`told ${told.length}`)) await book(`told ${told.length}`, { user: "gina" });
  })();
  for (let turn = 0; turn < 10; turn += 1) {
    const back = next(client.socket, "ready");
    client.socket.io.engine.close();
    await back;
    for (const reference of await load()) known.add(reference);
  }
  breaking = false;
  await telling;
  await expect.poll(() => [...known].toSorted()).toEqual(told.toSorted());
  await book("for somebody else", { user: "helga" });
  expect((await load()).toSorted()).toEqual(told.toSorted());
});

test("a client that comes back with another user's token does not go on as the first", async () => {
  using client = await listen(one.url, { auth: { token: token({ sub: "emma" }) } });
  await book("before", { user: "emma" });
  await expect.poll(() => references(client.events)).toEqual(["before"]);
  client.socket.auth = { token: token({ sub: "frieda" }) };
  const refused = next(client.socket, "connect_error");
  client.socket.io.engine.close();
  expect(await refused).toMatchObject({ message: "unauthorized" });
  // The session is used up: what follows is a new one, of whoever the token names.
  const back = next(client.socket, "ready");
  client.socket.connect();
  await back;
  expect(client.socket.recovered).toBe(false);
  await book("for Emma", { user: "emma" });
  await book("for Frieda", { user: "frieda" });
  await expect.poll(() => references(client.events)).toEqual(["before", "for Frieda"]);
});

test("what is told while Redis is away arrives when it is back, on every instance", async () => {
  await using own = await startSystem();
  await migrate(own);
  await using first = await startBackend(own);
  await using second = await startBackend(own);
  using here = await listen(first.url, { auth: { token: token() } });
  using there = await listen(second.url, { auth: { token: token() } });
  own.redis.redis.process.kill("SIGKILL");
  await own.redis.redis.ended;
  await book("without Redis", { on: first });
  await own.redis.pod.start("redis");
  await expect
    .poll(() => [here, there].map(({ events }) => references(events)), { timeout: 30_000 })
    .toEqual([["without Redis"], ["without Redis"]]);
  expect([first, second].map(({ running }) => running.process.exitCode)).toEqual([null, null]);
});
