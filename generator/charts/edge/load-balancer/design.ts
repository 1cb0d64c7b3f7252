import { defineString, eq, fallback, gt, include, str, use, when, type Block, type Tpl } from "../../../dsl/index.ts";
import type { Field } from "../../../dsl/expr.ts";
import { fullname } from "../../../kubernetes/names.ts";
import { values as v } from "../values.ts";
import { apiDefaults, type Frame, type HealthCheck, type HttpSettings, type Listener } from "./model.ts";

const { loadBalancer: lb, global } = v;

/** Its name in the Hetzner project: two environments in one project must never be given the same. */
export const loadBalancerName = defineString(
  "loadBalancerName",
  "Name of the load balancer in the Hetzner project.",
  fallback(lb.name, str`${include(fullname)}-${global.environment}`),
);

/** The load balancer that the values ask for, apart from what listens on it. */
export const frame: Tpl<Frame> & object = {
  name: include(loadBalancerName),
  type: lb.type,
  // Written even if it says nothing: it cancels a default of the controller's, which would win over the zone.
  location: when(lb.networkZone, "", fallback(lb.location, global.hetzner.location)),
  networkZone: use(lb.networkZone, (zone) => zone),
  algorithm: lb.algorithm,
  publicNetwork: lb.publicNetwork,
  privateNetwork: {
    ipv4: use(lb.privateNetwork.ipv4, (address) => address),
    subnetRange: use(lb.privateNetwork.subnetRange, (range) => range),
  },
  status: {
    privateAddress: lb.status.privateAddress,
    ipv6: lb.status.ipv6,
    hostname: use(lb.status.hostname, (name) => name),
  },
  targets: { nodeSelector: use(lb.nodeSelector, (selector) => selector), privateAddress: lb.privateNetwork.targets },
};

export const healthCheck: Tpl<HealthCheck> & object = {
  protocol: lb.healthCheck.protocol,
  port: when(gt(lb.healthCheck.port, 0), lb.healthCheck.port),
  intervalSeconds: lb.healthCheck.intervalSeconds,
  timeoutSeconds: lb.healthCheck.timeoutSeconds,
  retries: lb.healthCheck.retries,
  http: lb.healthCheck.http,
};

/** What is different between the ways of ending TLS. */
export interface Ending {
  /** Entry points of Traefik's and the ports that the Service, and so the load balancer, has for them. */
  readonly ports: { readonly web?: number; readonly websecure?: number };
  readonly listener: Tpl<Omit<Listener, "healthCheck">> & object;
}

/** Where it reads requests. */
export const http: { readonly [K in Exclude<keyof HttpSettings, "tls">]: Exclude<Field<HttpSettings, K>, undefined> } = {
  stickySessions: use(lb.http.stickySessions, (sticky) => sticky, true),
  cookieName: fallback(lb.http.cookieName, apiDefaults.cookieName),
  cookieLifetimeSeconds: use(lb.http.cookieLifetimeSeconds, (time) => time, apiDefaults.cookieLifetimeSeconds),
  idleTimeoutSeconds: use(lb.http.idleTimeoutSeconds, (time) => time, 300),
};

/**
 * What listens, by who ends TLS. PROXY protocol is always on: otherwise Traefik would take the load balancer for the client, and
 * believing the load balancer would be believing everybody. It is written even where it is off elsewhere: an annotation that
 * disappears changes nothing.
 */
export const endings = {
  /** Connections pass through: to TLS at Traefik, or to none. */
  traefik: { ports: { web: 80, websecure: 443 }, listener: { protocol: "tcp", proxyProtocol: true } },
  /** Only 443 is a port of the Service: the controller would speak HTTPS on 80, too, which the redirect occupies. */
  loadBalancer: {
    ports: { web: 443 },
    listener: {
      protocol: "https",
      proxyProtocol: true,
      http: {
        ...http,
        tls: {
          redirectHttp: use(lb.http.redirectHttp, (redirect) => redirect, true),
          certificate: when(
            lb.certificates.managedDomains,
            { type: "managed", name: use(lb.certificates.managedName, (name) => name), domains: lb.certificates.managedDomains },
            { type: "uploaded", names: lb.certificates.names },
          ),
        },
      },
    },
  },
  /** Cloudflare connects to port 80 in its SSL mode Flexible. */
  cloudflare: { ports: { web: 80 }, listener: { protocol: "http", proxyProtocol: true, http } },
} satisfies Record<string, Ending>;

/** Whatever differs by who ends TLS. */
export function byEnding<T>(part: (ending: Ending) => unknown): Block<T> {
  const of = (ending: Ending) => part(ending) as NoInfer<T>;
  return when<T>(
    eq(global.tls.mode, "loadBalancer"),
    of(endings.loadBalancer),
    when<T>(eq(global.tls.mode, "cloudflare"), of(endings.cloudflare), of(endings.traefik)) as never,
  );
}
