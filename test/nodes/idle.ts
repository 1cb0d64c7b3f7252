import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

import type { Client } from "../cluster/harness/client.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import { namespace } from "./production.ts";

/** Milliseconds after which a pod of the backend closes a connection on which nobody asks, as the frontend sees it. */
export async function closesIdleAfter(cluster: Client): Promise<number> {
  return Number(await cluster.kubectl(["--namespace", namespace, "exec", "deployment/frontend", "--", "node", "-e", idleProgram]));
}

const idleProgram = `
const { hostname, port } = new URL(process.env.API_INTERNAL_URL);
const socket = require("node:net").connect(port, hostname);
let answered;
socket.write("GET /health/live HTTP/1.1\\r\\nHost: " + hostname + "\\r\\n\\r\\n");
socket.on("data", () => (answered ??= performance.now()));
socket.on("end", () => console.log(performance.now() - answered));
`;

/**
 * Makes Traefik open a number of connections to the backend, leaves them idle, and then sends a booking over each, one after
 * the other, around the moment at which the backend closes them. A proxy must not send those again: only requests that change
 * nothing may be repeated (RFC 9110, 9.2.2).
 *
 * @param moment milliseconds of idleness around which they are sent, a tenth of a second before and after.
 * @returns statuses of the answers and the number of each.
 */
export async function bookAfterPause(balancer: LoadBalancer, moment: number): Promise<Readonly<Record<number, number>>> {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  const visitors = Array.from({ length: 200 }, (_, number) => `198.51.250.${number}`);
  const all = (pause: (number: number) => number) =>
    Promise.all(visitors.map((visitor, number) => sleep(pause(number)).then(() => book(agent, balancer, visitor))));
  await all(() => 0);
  const statuses = await all((number) => moment - 100 + number);
  agent.destroy();
  return Object.fromEntries(Object.entries(Object.groupBy(statuses, String)).map(([status, each]) => [status, each?.length ?? 0]));
}

const host = "api.xpeditis.com";

/** A booking of nobody's, which the backend answers with 401. */
function book(agent: Agent, balancer: LoadBalancer, visitor: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host, "cf-connecting-ip": visitor, "content-type": "application/json" };
    const options = {
      agent,
      port: balancer.port,
      host: "127.0.0.1",
      servername: host,
      method: "POST",
      path: "/api/v1/csv-bookings",
      headers,
    };
    const call = request(options, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    call.once("error", reject);
    call.end(JSON.stringify({ origin: "HAM" }));
  });
}
