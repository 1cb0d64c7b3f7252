import type { HealthCheck, HttpSettings, Listener, LoadBalancer } from "./model.ts";

/** A Markdown table of load balancers, one per column, under the headings given: what each is like in the words of Hetzner's API. */
export function loadBalancerTable(columns: Readonly<Record<string, LoadBalancer>>): string {
  const balancers = Object.values(columns);
  const rows = Object.entries(facts).map(([name, fact]) => [name, ...balancers.map((balancer) => fact(balancer))]);
  return [["", ...Object.keys(columns)], ["", ...balancers].map(() => "---"), ...rows]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

// ── internal ────────────────────────────────────────────────────────────────

const facts: Readonly<Record<string, (balancer: LoadBalancer) => string>> = {
  name: ({ name }) => code(name),
  type: ({ type }) => code(type),
  place: ({ location, networkZone }) => code(location ?? networkZone ?? "none"),
  algorithm: ({ algorithm }) => code(algorithm),
  "public addresses": ({ publicNetwork }) => yes(publicNetwork),
  "private address": ({ privateNetwork: { ipv4 = "any", subnetRange } }) =>
    subnetRange === undefined ? ipv4 : `${ipv4} in ${subnetRange}`,
  targets: ({ targets: { nodeSelector, privateAddress } }) =>
    `nodes ${nodeSelector === undefined ? "" : `${code(nodeSelector)} `}by their ${privateAddress ? "private" : "public"} addresses`,
  "the Service's status tells": ({ status: { hostname, ipv6, privateAddress } }) =>
    hostname ?? ["IPv4", ...(ipv6 ? ["IPv6"] : []), ...(privateAddress ? ["the private address"] : [])].join(", "),
  "listens on": ({ services }) => services.map(({ port }) => port).join(", "),
  protocol: ofListener(({ protocol }) => code(protocol)),
  "PROXY protocol": ofListener(({ proxyProtocol }) => yes(proxyProtocol)),
  certificate: ofHttp(({ tls }) => (tls === undefined ? "none" : certificate(tls.certificate))),
  "redirects port 80": ofHttp(({ tls }) => yes(tls?.redirectHttp ?? false)),
  "sticky sessions": ofHttp(({ stickySessions, cookieName, cookieLifetimeSeconds }) =>
    stickySessions ? `cookie ${code(cookieName)} for ${cookieLifetimeSeconds} s` : "no",
  ),
  "idle connections": ofHttp(({ idleTimeoutSeconds }) => (idleTimeoutSeconds === undefined ? "API default" : `${idleTimeoutSeconds} s`)),
  "health check": ofListener(({ healthCheck }) => check(healthCheck)),
};

/** What all services have in common: the controller gives each port the same settings. */
function ofListener(fact: (listener: Listener) => string): (balancer: LoadBalancer) => string {
  return ({ services }) => [...new Set(services.map(fact))].join("; ");
}

function ofHttp(fact: (http: HttpSettings) => string): (balancer: LoadBalancer) => string {
  return ofListener(({ http }) => (http === undefined ? "passes through" : fact(http)));
}

function certificate(of: NonNullable<HttpSettings["tls"]>["certificate"]): string {
  return of.type === "uploaded" ? `uploaded: ${of.names.map(code).join(", ")}` : `issued by Hetzner for ${of.domains.map(code).join(", ")}`;
}

function check({ protocol, port, intervalSeconds, timeoutSeconds, retries, http }: HealthCheck): string {
  const where = port === undefined ? "the port of the traffic" : `port ${port}`;
  const request = http?.path === undefined ? "" : ` for ${code(http.path)}`;
  return `${code(protocol)}${request} on ${where} every ${intervalSeconds} s, ${timeoutSeconds} s to answer, out after ${retries} failures`;
}

const code = (text: string): string => `\`${text}\``;
const yes = (is: boolean): string => (is ? "yes" : "no");
