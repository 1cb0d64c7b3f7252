import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";

import { mergeFiles } from "../../generator/values/coalesce.ts";
import { next } from "../apps/sockets.ts";
import { untilGone } from "./leaving.ts";
import { startLoadBalancer, type LoadBalancer } from "./load-balancer.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";
import { breakAll, goneOn, host, lasting, openClient, openClients, references, transports, users, type Client } from "./socket-clients.ts";
import { connectTo, type Connection } from "./visitor.ts";

const count = Number(process.env["SOCKETS"] ?? "200");
let production: Production;
let balancer: LoadBalancer;
let chart: string;
let publisher: Connection;
let clients: readonly Client[] = [];

beforeAll(async () => {
  production = await startProduction({ traefik: true });
  const { cluster, packages, release } = production;
  chart = await packages.pack();
  await cluster.apply(databaseObjects());
  await release.install(chart);
  await cluster.kubectl(["--namespace", "kube-system", "rollout", "status", "deployment/traefik", "--timeout=120s"]);
  balancer = await startLoadBalancer(cluster, cluster.realNodes);
  publisher = connectTo(balancer);
});
beforeEach(() => onTestFailed(async () => console.error(await production.cluster.diagnose())));
afterAll(async () => {
  for (const client of clients) client[Symbol.dispose]();
  publisher?.[Symbol.dispose]();
  await balancer?.[Symbol.asyncDispose]();
  await production?.[Symbol.asyncDispose]();
});

test("clients stay with one pod across reconnects, by polling and by WebSocket", async () => {
  clients = await openClients(balancer, count, (index) => ({ network: "198.51.100", transport: transports[index % 2] ?? "polling" }));
  const cookies = clients.map(({ browser }) => browser.cookie);
  expect(new Set(cookies).size).toBe(2);
  for (let turn = 0; turn < 2; turn += 1) await breakAll(clients);
  expect(clients.filter(({ socket }) => !socket.recovered).map(({ name }) => name)).toEqual([]);
  expect(clients.map(({ browser }) => browser.cookie)).toEqual(cookies);

  const pods = await podsOf(clients);
  expect(clients.filter(({ address }) => pods.get(address)?.size !== 1).map(({ name }) => name)).toEqual([]);
  const pairs = clients.map(({ address, browser }) => `${browser.cookie} ${[...(pods.get(address) ?? [])].join()}`);
  expect(new Set(pairs).size).toBe(2);
});

test("clients that keep no cookie are seen to change their pod by WebSocket, and to be refused by polling", async () => {
  const forgetful = await openClients(balancer, 20, () => ({ network: "198.51.101", transport: "websocket", keepsCookies: false }));
  for (let turn = 0; turn < 2; turn += 1) await breakAll(forgetful);
  const pods = await podsOf(forgetful);
  for (const client of forgetful) client[Symbol.dispose]();
  expect(forgetful.filter(({ address }) => (pods.get(address)?.size ?? 0) > 1)).not.toEqual([]);

  const polling = Array.from({ length: 10 }, (_, index) =>
    openClient(balancer, index, { network: "198.51.102", transport: "polling", keepsCookies: false }),
  );
  const outcomes = await Promise.allSettled(polling);
  for (const outcome of outcomes) if (outcome.status === "fulfilled") outcome.value[Symbol.dispose]();
  expect(outcomes.filter(({ status }) => status === "rejected")).not.toEqual([]);
});

test("what one pod tells a user reaches the sockets on both, and nobody else's", async () => {
  for (const user of users) {
    const members = clients.filter((client) => client.user === user);
    expect(new Set(members.map(({ browser }) => browser.cookie)).size).toBe(2);
  }
  for (const client of clients) client.events.length = 0;
  for (const user of users) await tell(user, `for ${user}`);
  await expect
    .poll(() => clients.filter(({ user, events }) => references({ events }).join() !== `for ${user}`).length, { timeout: 20_000 })
    .toBe(0);
});

test("a client that does not go on with its session is seen to miss what was told meanwhile", async () => {
  const [client] = await openClients(balancer, 1, () => ({ network: "198.51.103", transport: "websocket", user: "emma" }));
  if (client === undefined) throw new Error("no client");
  using _ = client;
  const back = next(client.socket, "ready");
  const gone = next(client.socket, "disconnect");
  // By it the server knows a session.
  Object.assign(client.socket, { _pid: undefined });
  client.socket.io.engine.close();
  await gone;
  await tell(client.user, "while away");
  await back;
  await tell(client.user, "after");
  await expect.poll(() => references(client)).toEqual(["after"]);
  expect(client.socket.recovered).toBe(false);
});

test("in a rollout each client is back within 5 s, goes on with its session, and misses nothing that it does not find when it is back", async () => {
  using reader = connectTo(balancer);
  const found = new Map(clients.map(({ name }) => [name, new Set<string>()]));
  const loads: Promise<void>[] = [];
  for (const client of clients) {
    client.events.length = 0;
    client.returns.length = 0;
    const load = async () => {
      for (const reference of await bookings(reader, client)) found.get(client.name)?.add(reference);
    };
    client.socket.on("ready", () => loads.push(load()));
  }
  const told = new Map<string, string[]>(users.map((user) => [user, []]));
  let done = false;
  const telling = (async () => {
    for (let turn = 0; !done; turn += 1) {
      const user = users[turn % users.length] ?? "";
      const reference = `rollout ${turn}`;
      await tell(user, reference);
      told.get(user)?.push(reference);
      await sleep(250);
    }
  })();
  const { cluster, release } = production;
  try {
    await release.upgrade(chart, [], mergeFiles([release.environment.values, { backend: { rolloutRevision: "2" } }]));
    await untilGone(cluster, namespace, "app.kubernetes.io/name=backend,app.kubernetes.io/component=server");
    await sleep(5000);
  } finally {
    done = true;
    await telling;
  }
  const returns = clients.flatMap((client) => client.returns);
  const away = returns.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const at = (part: number) => (away[Math.floor((away.length - 1) * part)] ?? 0).toFixed(1);
  const sum = [...told.values()].flat().length;
  console.log(`rollout: ${returns.length} returns after ${at(0.5)} s (median) to ${at(1)} s, ${sum} messages`);
  for (const transport of transports) {
    const these = clients.filter((client) => client.transport === transport);
    console.log(`${transport}: ${these.filter(goneOn).length} of ${these.length} clients went on with their session`);
  }

  // Every pod was replaced, so that every client was away.
  expect(clients.filter((client) => client.returns.length === 0).map(({ name }) => name)).toEqual([]);
  expect(clients.filter(({ socket }) => !socket.connected).map(({ name }) => name)).toEqual([]);
  expect(away.at(-1)).toBeLessThanOrEqual(5);
  expect(clients.filter((client) => !goneOn(client)).map(({ name }) => name)).toEqual([]);
  await Promise.all(loads);
  expect(loads).toHaveLength(returns.length);
  // What is told in the moment of a return can get lost (docs/application-contract.md): that is there to be loaded.
  const lost = () =>
    clients.flatMap((client) => {
      const got = new Set(references(client));
      return (told.get(client.user) ?? []).filter((each) => !got.has(each)).map((reference) => ({ name: client.name, reference }));
    });
  await expect.poll(() => lost().filter(({ name, reference }) => !found.get(name)?.has(reference)), { timeout: 20_000 }).toEqual([]);
  const losses = lost().length;
  console.log(`${losses} of ${sum * (count / users.length)} notifications came in the moment of a return, and were found by loading`);
  expect(losses).toBeLessThanOrEqual(returns.length / 20);
  for (const client of clients) {
    const got = references(client);
    const inOrder = (told.get(client.user) ?? []).filter((each) => got.includes(each));
    expect({ name: client.name, got }).toEqual({ name: client.name, got: inOrder });
  }
});

/** Tells a user of a new booking. */
async function tell(user: string, reference: string): Promise<void> {
  const { status, text } = await publisher.ask({
    host,
    path: "/api/v1/csv-bookings",
    method: "POST",
    headers: {
      authorization: `Bearer ${lasting(user)}`,
      "cf-connecting-ip": "198.51.104.1",
      "content-type": "application/json",
    },
    body: Buffer.from(JSON.stringify({ reference })),
  });
  if (status !== 201) throw new Error(`telling ${user} of ${reference}: ${status} ${text}`);
}

/** References of the bookings that a client's user has. */
async function bookings(connection: Connection, { user, address }: Client): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${lasting(user)}`, "cf-connecting-ip": address };
  const { status, text } = await connection.ask({ host, path: "/api/v1/csv-bookings", headers });
  if (status !== 200) throw new Error(`loading the bookings of ${user}: ${status} ${text}`);
  return (JSON.parse(text) as readonly { reference: string }[]).map(({ reference }) => reference);
}

/** Pods that have answered each address at Socket.IO's path, as the log of Traefik says: of a WebSocket, when it has ended. */
async function podsOf(asking: readonly Client[]): Promise<Map<string, Set<string>>> {
  const { cluster } = production;
  const traefik = await cluster.list("pods", "kube-system", "app.kubernetes.io/name=traefik");
  const logs = await Promise.all(
    traefik.map(({ metadata }) => cluster.kubectl(["--namespace", "kube-system", "logs", metadata.name, "--tail=-1"])),
  );
  const pods = new Map(asking.map(({ address }) => [address, new Set<string>()]));
  for (const line of logs.flatMap((log) => log.split("\n")).filter((each) => each.includes("/socket.io"))) {
    const entry = JSON.parse(line) as { ServiceAddr?: string; "request_Cf-Connecting-Ip"?: string };
    if (entry.ServiceAddr !== undefined) pods.get(entry["request_Cf-Connecting-Ip"] ?? "")?.add(entry.ServiceAddr);
  }
  return pods;
}
