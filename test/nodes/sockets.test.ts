import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";

import { mergeFiles } from "../../generator/values/coalesce.ts";
import { listen, next, type Listener } from "../apps/sockets.ts";
import { token } from "../apps/system.ts";
import { openBrowser, type Browser } from "./browser.ts";
import { untilGone } from "./leaving.ts";
import { startLoadBalancer, type LoadBalancer } from "./load-balancer.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";
import { jwtSecret } from "./secrets.ts";
import { connectTo, type Connection } from "./visitor.ts";

const host = "api.xpeditis.com";
const count = Number(process.env["SOCKETS"] ?? "200");
const transports = ["polling", "websocket"] as const;
const users = ["anna", "berta", "carla", "dora"] as const;

interface Client extends Listener {
  readonly name: string;
  readonly transport: (typeof transports)[number];
  readonly user: string;
  /** As Cloudflare tells it; of this client only. */
  readonly address: string;
  readonly browser: Browser;
  /** Each time that it came back: how long it was away, in seconds, and whether it went on with its session. */
  readonly returns: { readonly seconds: number; readonly recovered: boolean }[];
}

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
  clients = await openClients(count, (index) => ({ network: "198.51.100", transport: transports[index % 2] ?? "polling" }));
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
  const forgetful = await openClients(20, () => ({ network: "198.51.101", transport: "websocket", keepsCookies: false }));
  for (let turn = 0; turn < 2; turn += 1) await breakAll(forgetful);
  const pods = await podsOf(forgetful);
  for (const client of forgetful) client[Symbol.dispose]();
  expect(forgetful.filter(({ address }) => (pods.get(address)?.size ?? 0) > 1)).not.toEqual([]);

  const polling = Array.from({ length: 10 }, (_, index) =>
    openClient(index, { network: "198.51.102", transport: "polling", keepsCookies: false }),
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
  const [client] = await openClients(1, () => ({ network: "198.51.103", transport: "websocket", user: "emma" }));
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

test("in a rollout each client is back within 5 s, goes on with its session, and misses nothing", async () => {
  for (const client of clients) {
    client.events.length = 0;
    client.returns.length = 0;
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
  const missing = () =>
    clients.flatMap(({ name, user, events }) => {
      const got = references({ events });
      return got.join() === told.get(user)?.join() ? [] : [`${name} got ${got.length} of ${told.get(user)?.length}: ${got.join()}`];
    });
  await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
});

const goneOn = ({ returns }: Client) => returns.every(({ recovered }) => recovered);

const references = ({ events }: Pick<Client, "events">) => events.map(({ content }) => (content as { reference: string }).reference);

interface ClientOptions {
  /** First three numbers of the addresses. */
  readonly network: string;
  readonly transport: (typeof transports)[number];
  readonly keepsCookies?: boolean;
  readonly user?: string;
}

/** Some at a time: a browser more makes a TLS handshake more, all of them here. */
async function openClients(number: number, options: (index: number) => ClientOptions): Promise<Client[]> {
  const open: Client[] = [];
  while (open.length < number) {
    const batch = Array.from({ length: Math.min(20, number - open.length) }, (_, index) => open.length + index);
    open.push(...(await Promise.all(batch.map((index) => openClient(index, options(index))))));
  }
  return open;
}

async function openClient(index: number, options: ClientOptions): Promise<Client> {
  // Pods take turns with new clients: users must not do so in the same step.
  const { network, transport, keepsCookies = true, user = users[Math.floor(index / 4) % users.length] ?? "" } = options;
  const browser = openBrowser(balancer, keepsCookies);
  const address = `${network}.${index + 1}`;
  const connection = {
    auth: { token: lasting(user) },
    transports: [transport],
    agent: browser.agent,
    rejectUnauthorized: false,
    extraHeaders: { "cf-connecting-ip": address },
    // Socket.IO's own.
    reconnectionDelay: 1000,
  };
  const listener = await listen(browser.url(host), connection).catch((error: unknown) => {
    browser[Symbol.dispose]();
    throw error;
  });
  const returns: Client["returns"] = [];
  let gone = 0;
  listener.socket.on("disconnect", () => (gone = performance.now()));
  listener.socket.on("connect", () => returns.push({ seconds: (performance.now() - gone) / 1000, recovered: listener.socket.recovered }));
  return {
    ...listener,
    name: `client ${index} (${user}, ${transport})`,
    transport,
    user,
    address,
    browser,
    returns,
    [Symbol.dispose]() {
      listener[Symbol.dispose]();
      browser[Symbol.dispose]();
    },
  };
}

/** Breaks the connection of each, and waits until each has come back by itself. */
async function breakAll(broken: readonly Client[]): Promise<void> {
  await Promise.all(
    broken.map(async ({ socket }) => {
      const back = next(socket, "connect");
      socket.io.engine.close();
      await back;
    }),
  );
}

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

const lasting = (user: string) => token({ sub: user, exp: Math.floor(Date.now() / 1000) + 7200 }, jwtSecret);

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
