import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";

import { overlaid, rendered } from "../cluster/chart/environments.ts";
import { token } from "../apps/system.ts";
import { untilGone } from "./leaving.ts";
import { cloudflareAddress, startLoadBalancer, type LoadBalancer } from "./load-balancer.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";
import { jwtSecret } from "./secrets.ts";
import { traefikObjects } from "./traefik.ts";
import { connectTo, type Answer, type Connection } from "./visitor.ts";

/** A budget that a test can use up. */
const rateLimit = { average: 1, burst: 5 };
/** What the chart has by default: of a document for the application, and of a form around it for Traefik. */
const limits = { document: 10 * 1024 * 1024, form: 11 * 1024 * 1024 };
const strangerAddresses = ["203.0.113.7", "203.0.113.8"] as const;

const api = "api.xpeditis.com";
const search = "/api/v1/rates/search?origin=HAM&destination=SHA&container=20ft";

let production: Production;
let chart: string;
/** Of connections that come from Cloudflare, and from two addresses that are not Cloudflare's. */
let cloudflare: LoadBalancer;
let strangers: readonly [LoadBalancer, LoadBalancer];

beforeAll(async () => {
  production = await startProduction({ traefik: true, values: { ingress: { rateLimit } } });
  const { cluster, packages, release } = production;
  chart = await packages.pack();
  await cluster.apply(databaseObjects());
  await release.install(chart);
  await cluster.kubectl(["--namespace", "kube-system", "rollout", "status", "deployment/traefik", "--timeout=120s"]);
  const balancer = (address: string) => startLoadBalancer(cluster, cluster.realNodes, { client: address });
  cloudflare = await balancer(cloudflareAddress);
  strangers = [await balancer(strangerAddresses[0]), await balancer(strangerAddresses[1])];
});
beforeEach(() => onTestFailed(async () => console.error(await production.cluster.diagnose())));
afterAll(async () => {
  await Promise.all([cloudflare, ...(strangers ?? [])].map((balancer) => balancer?.[Symbol.asyncDispose]()));
  await production?.[Symbol.asyncDispose]();
});

test("an upload up to the limit of its route passes, one byte more is refused by Traefik, and on no other route", async () => {
  const authorization = `Bearer ${token({}, jwtSecret)}`;
  using visitor = connectTo(cloudflare);
  const post = (path: string, from: string, type: string, body: Buffer, length: Record<string, string> = lengthOf(body)) =>
    visitor.ask({
      host: api,
      path,
      method: "POST",
      headers: { authorization, "cf-connecting-ip": from, "content-type": type, ...length },
      body,
    });
  const bookings = "/api/v1/csv-bookings";
  const booking = await post(bookings, "198.51.100.1", "application/json", Buffer.from(JSON.stringify({ reference: "documents" })));
  expect(booking.status).toBe(201);
  const documents = `${bookings}/${(JSON.parse(booking.text) as { id: string }).id}/documents`;
  const upload = (from: string, body: Buffer, path = documents, length = lengthOf(body)) =>
    post(path, from, `multipart/form-data; boundary=${boundary}`, body, length);

  const largest = await upload("198.51.100.2", form(limits.document, limits.form));
  expect([largest.status, JSON.parse(largest.text)]).toEqual([201, expect.objectContaining({ size: limits.document })]);

  const byTraefik = { status: 413, text: "Request Entity Too Large" };
  const larger = form(limits.document, limits.form + 1);
  expect(await upload("198.51.100.3", larger)).toEqual(byTraefik);
  // Nobody says beforehand how large it is.
  expect(await upload("198.51.100.3", larger, documents, { "transfer-encoding": "chunked" })).toEqual(byTraefik);
  // Express takes the path in upper case, too.
  const upper = documents.replace("/api/v1/csv-bookings", "/API/v1/CSV-Bookings");
  expect((await upload("198.51.100.4", form(1000, 2000), upper)).status).toBe(201);
  expect(await upload("198.51.100.4", larger, upper)).toEqual(byTraefik);

  // The application has a limit of its own for the document, and says so in its own words.
  const tooLarge = await upload("198.51.100.5", form(limits.document + 1, limits.form));
  expect(tooLarge.status).toBe(413);
  expect(JSON.parse(tooLarge.text)).toMatchObject({ message: "File too large" });

  const other = await visitor.ask({
    host: api,
    path: bookings,
    method: "POST",
    headers: { authorization, "cf-connecting-ip": "198.51.100.6", "content-type": "application/octet-stream", ...lengthOf(larger) },
    body: larger,
    withheld: true,
  });
  expect(other.status).toBe(400);
  expect(JSON.parse(other.text)).toMatchObject({ message: "reference is missing" });
});

test("behind Cloudflare a visitor's requests are counted by the address that Cloudflare tells, whatever the visitor writes", async () => {
  // Cloudflare appends the visitor to what it was sent.
  const headers = (visitor: string, turn: number) => ({
    "cf-connecting-ip": visitor,
    "x-forwarded-for": `192.0.2.${turn}, ${visitor}`,
    "x-real-ip": `192.0.2.${turn}`,
  });
  using edge = connectTo(cloudflare);
  await exhaust(edge, (turn) => headers("198.51.100.10", turn));
  // Visitors of the same connection have a budget of their own.
  const [other, first] = [await ask(edge, headers("198.51.100.11", 1), "cloudflare"), await ask(edge, headers("198.51.100.10", 100))];
  expect([other.status, first.status]).toEqual([200, 429]);
  expect(await logged("cloudflare")).toEqual([{ client: "198.51.100.11", cfConnectingIp: "198.51.100.11" }]);
});

test("who comes past Cloudflare gets nothing, also with Cloudflare's headers", async () => {
  const forged = { "cf-connecting-ip": "198.51.100.20", "x-forwarded-for": cloudflareAddress, "x-real-ip": cloudflareAddress };
  const routes = [
    [api, search],
    [api, "/api/v1/csv-bookings/0/documents"],
    [api, "/socket.io/?EIO=4&transport=polling"],
    ["app.xpeditis.com", "/api/health"],
  ] as const;
  using past = connectTo(strangers[0]);
  using through = connectTo(cloudflare);
  for (const [host, path] of routes) {
    const { status, text } = await past.ask({ host, path, headers: forged });
    expect({ path, status, text }).toEqual({ path, status: 403, text: "Forbidden" });
    expect((await through.ask({ host, path, headers: forged })).status).not.toBe(403);
  }
});

test("without Cloudflare they are counted by the address of the PROXY protocol, and no header changes it", async () => {
  const { cluster, release } = production;
  const without = overlaid(release.environment, { global: { cloudflare: { enabled: false } } });
  await release.upgrade(chart, [], without.values);
  await cluster.apply(traefikObjects(rendered(without, namespace).objects));
  await cluster.kubectl(["--namespace", "kube-system", "rollout", "status", "deployment/traefik", "--timeout=120s"]);
  await untilGone(cluster, "kube-system", "app.kubernetes.io/name=traefik");

  const forged = (turn: number) => {
    const address = `192.0.2.${turn}`;
    return { "cf-connecting-ip": address, "true-client-ip": address, "x-forwarded-for": address, "x-real-ip": address };
  };
  using first = connectTo(strangers[0]);
  await exhaust(first, forged);
  // Further connections of both, until one of each is at the same pod of Traefik: pods count for themselves.
  const more = [connectTo(strangers[1]), connectTo(strangers[1])];
  for (const [index, second] of more.entries()) {
    using other = second;
    expect((await ask(other, forged(index), "direct")).status).toBe(200);
  }
  expect((await ask(first, forged(100))).status).toBe(429);
  const seen = { client: strangerAddresses[1], cfConnectingIp: undefined };
  expect(await logged("direct")).toEqual([seen, seen]);
});

const ask = (connection: Connection, headers: Readonly<Record<string, string>>, mark = ""): Promise<Answer> =>
  connection.ask({ host: api, path: `${search}&mark=${mark}`, headers });

/** Asks on one connection until the budget of whoever the headers are of must be used up, and expects exactly it to be granted. */
async function exhaust(connection: Connection, headers: (turn: number) => Readonly<Record<string, string>>): Promise<void> {
  const start = performance.now();
  const answers: number[] = [];
  for (let turn = 1; turn <= 30; turn += 1) answers.push((await ask(connection, headers(turn))).status);
  const seconds = (performance.now() - start) / 1000;
  const granted = answers.filter((status) => status === 200).length;
  console.log(`${answers.length} requests in ${seconds.toFixed(1)} s: ${granted} granted`);
  expect(new Set(answers)).toEqual(new Set([200, 429]));
  expect(answers.slice(0, rateLimit.burst)).toEqual(Array.from({ length: rateLimit.burst }, () => 200));
  expect(granted).toBeLessThanOrEqual(rateLimit.burst + Math.ceil(seconds * rateLimit.average));
}

/** Whom the backend takes the requests with that mark to be from. */
async function logged(mark: string): Promise<{ client: unknown; cfConnectingIp: unknown }[]> {
  const pods = await production.cluster.list("pods", namespace, "app.kubernetes.io/name=backend,app.kubernetes.io/component=server");
  const logs = await Promise.all(
    pods.map(({ metadata }) => production.cluster.kubectl(["--namespace", namespace, "logs", metadata.name, "--container", "backend"])),
  );
  return logs
    .flatMap((log) => log.split("\n"))
    .filter((line) => line.includes(`mark=${mark} `))
    .map((line) => JSON.parse(line) as { client: unknown; cfConnectingIp: unknown })
    .map(({ client, cfConnectingIp }) => ({ client, cfConnectingIp }));
}

const lengthOf = (body: Buffer): Record<string, string> => ({ "content-length": String(body.length) });

const boundary = "the-end-of-a-part";

/** A form with a document of that size, filled up to a size of its own by a second field. */
function form(document: number, size: number): Buffer {
  const part = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
  const pdf = Buffer.alloc(document, " ");
  pdf.write("%PDF");
  const [head, between, end] = [
    part('name="file"; filename="document.pdf"'),
    `\r\n${part('name="filler"')}`,
    `\r\n--${boundary}--\r\n`,
  ].map((text) => Buffer.from(text));
  const rest = [head, pdf, between, end].map((each) => each as Buffer);
  const filler = Buffer.alloc(size - Buffer.concat(rest).length, " ");
  return Buffer.concat([...rest.slice(0, 3), filler, ...rest.slice(3)]);
}
