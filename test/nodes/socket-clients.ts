import { listen, next, type Listener } from "../apps/sockets.ts";
import { token } from "../apps/system.ts";
import { openBrowser, type Browser } from "./browser.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import { jwtSecret } from "./secrets.ts";

/** The backend's. */
export const host = "api.xpeditis.com";
export const transports = ["polling", "websocket"] as const;
/** Whom the tests tell of bookings. */
export const users = ["anna", "berta", "carla", "dora"] as const;

/** A client of `/notifications` through the load balancer. */
export interface Client extends Listener {
  readonly name: string;
  readonly transport: (typeof transports)[number];
  readonly user: string;
  /** As Cloudflare tells it; of this client only. */
  readonly address: string;
  readonly browser: Browser;
  /** Each time that it came back: how long it was away, in seconds, and whether it went on with its session. */
  readonly returns: { readonly seconds: number; readonly recovered: boolean }[];
}

export interface ClientOptions {
  /** First three numbers of the addresses. */
  readonly network: string;
  readonly transport: (typeof transports)[number];
  readonly keepsCookies?: boolean;
  readonly user?: string;
}

/** Some at a time: a browser more makes a TLS handshake more, all of them here. */
export async function openClients(balancer: LoadBalancer, number: number, options: (index: number) => ClientOptions): Promise<Client[]> {
  const open: Client[] = [];
  while (open.length < number) {
    const batch = Array.from({ length: Math.min(20, number - open.length) }, (_, index) => open.length + index);
    open.push(...(await Promise.all(batch.map((index) => openClient(balancer, index, options(index))))));
  }
  return open;
}

export async function openClient(balancer: LoadBalancer, index: number, options: ClientOptions): Promise<Client> {
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
export async function breakAll(broken: readonly Client[]): Promise<void> {
  await Promise.all(
    broken.map(async ({ socket }) => {
      const back = next(socket, "connect");
      socket.io.engine.close();
      await back;
    }),
  );
}

/** Whether it went on with its session each time. */
export const goneOn = ({ returns }: Client) => returns.every(({ recovered }) => recovered);

/** References of the bookings that it was told of. */
export const references = ({ events }: Pick<Client, "events">) => events.map(({ content }) => (content as { reference: string }).reference);

/** A token of a user for two hours. */
export const lasting = (user: string) => token({ sub: user, exp: Math.floor(Date.now() / 1000) + 7200 }, jwtSecret);
