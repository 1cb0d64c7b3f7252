import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent } from "node:https";
import type { LookupFunction } from "node:net";

import type { LoadBalancer } from "./load-balancer.ts";

/** The connections of one browser. Whatever host it asks, it comes to the load balancer. */
export interface Browser extends Disposable {
  readonly agent: Agent;
  /** The cookie it was given last, as `name=value`. */
  readonly cookie: string | undefined;
  /** URL of a host as the browser sees it. */
  url(host: string): string;
}

const lookup: LookupFunction = (_, { all }, found) => {
  const here = { address: "127.0.0.1", family: 4 };
  if (all) found(null, [here]);
  else found(null, here.address, here.family);
};

/** What Node.js calls an agent by; not among its types. */
interface Requests {
  addRequest(request: ClientRequest, options: object): void;
}

/** @param keepsCookies whether it sends a cookie back, as browsers do and Socket.IO's client for Node.js does not after a reconnect. */
export function openBrowser(balancer: LoadBalancer, keepsCookies = true): Browser {
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, lookup });
  let cookie: string | undefined;
  const keep = ({ headers }: IncomingMessage) => {
    cookie = headers["set-cookie"]?.[0]?.split(";")[0] ?? cookie;
  };
  const requests = agent as unknown as Requests;
  const addRequest = requests.addRequest.bind(agent);
  requests.addRequest = (request, options) => {
    if (keepsCookies && cookie !== undefined) request.setHeader("cookie", cookie);
    request.once("response", keep).once("upgrade", keep);
    addRequest(request, options);
  };
  return {
    agent,
    get cookie() {
      return cookie;
    },
    url: (host) => `https://${host}:${balancer.port}`,
    [Symbol.dispose]: () => agent.destroy(),
  };
}
