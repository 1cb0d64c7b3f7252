import {
  all,
  any,
  contains,
  each,
  eq,
  fail,
  gt,
  hasKey,
  hasPrefix,
  isOneOf,
  isSet,
  lt,
  not,
  regexFind,
  str,
  toJson,
  when,
  type Guard,
  type Refused,
} from "../../dsl/index.ts";
import { tlsEndedBefore, tlsGuards } from "../../kubernetes/tls.ts";
import { ownKeys } from "./helm-chart-config.ts";
import { annotationPrefix, readOnlyNames } from "./load-balancer/names.ts";
import { values as v } from "./values.ts";

const { loadBalancer: lb, traefik, global } = v;
const { tls, cloudflare } = global;
const { http, certificates, healthCheck } = lb;

const annotationGuards: Guard = each(lb.annotations, (_, name) =>
  when<Refused>(
    isOneOf(name, ...readOnlyNames.map((readOnly) => annotationPrefix + readOnly)),
    fail(str`edge.loadBalancer.annotations holds ${name}, which only the cloud controller manager may write: remove it`),
    when<Refused>(
      hasPrefix(annotationPrefix, name),
      fail(
        str`edge.loadBalancer.annotations holds ${name}: the chart writes the annotations that the cloud controller manager knows, and it ignores others without a word; use the other values of edge.loadBalancer`,
      ),
    ),
  ),
);

/** What the API of Hetzner would refuse, or the controller misunderstand, once the release is installed. */
const loadBalancerGuards: Guard[] = [
  annotationGuards,
  when(
    all(lb.networkZone, lb.location),
    fail(
      str`edge.loadBalancer.location ("${lb.location}") and edge.loadBalancer.networkZone ("${lb.networkZone}") are both set: the location would win; clear one`,
    ),
  ),
  when(
    all(not(lb.publicNetwork), not(lb.privateNetwork.targets)),
    fail(
      "edge.loadBalancer.publicNetwork and edge.loadBalancer.privateNetwork.targets are both false: the load balancer could reach no node; set one to true",
    ),
  ),
  when(
    all(not(lb.privateNetwork.targets), not(traefik.trustedProxies)),
    fail(
      "edge.loadBalancer.privateNetwork.targets is false, so connections come from the load balancer's public address: name it in edge.traefik.trustedProxies, or Traefik believes none of its PROXY protocol headers",
    ),
  ),
  when(
    all(
      not(tlsEndedBefore),
      any(
        isSet(http.redirectHttp),
        isSet(http.stickySessions),
        isSet(http.cookieName),
        isSet(http.cookieLifetimeSeconds),
        isSet(http.idleTimeoutSeconds),
      ),
    ),
    fail(
      str`edge.loadBalancer.http is set while global.tls.mode is "${tls.mode}": the load balancer passes connections through and sees no HTTP; remove it (the sticky cookie is Traefik's: backend.realtime.sticky), or use mode "loadBalancer"`,
    ),
  ),
  when(
    all(eq(tls.mode, "cloudflare"), isSet(http.redirectHttp)),
    fail(
      'edge.loadBalancer.http.redirectHttp is set while global.tls.mode is "cloudflare": the load balancer has no HTTPS to redirect to; remove it, and let Cloudflare redirect (Always Use HTTPS)',
    ),
  ),
  when(
    all(not(eq(tls.mode, "loadBalancer")), any(certificates.names, certificates.managedDomains)),
    fail(
      str`edge.loadBalancer.certificates is set while global.tls.mode is "${tls.mode}": the load balancer ends no TLS; remove it, or use mode "loadBalancer"`,
    ),
  ),
  when(
    all(eq(tls.mode, "loadBalancer"), not(any(certificates.names, certificates.managedDomains))),
    fail(
      'global.tls.mode is "loadBalancer", but the load balancer has no certificate: upload one to the Hetzner project and set edge.loadBalancer.certificates.names',
    ),
  ),
  when(
    all(certificates.names, certificates.managedDomains),
    fail(
      "edge.loadBalancer.certificates.names and edge.loadBalancer.certificates.managedDomains are both set: a load balancer has one kind of certificate; clear one",
    ),
  ),
  when(
    all(certificates.managedDomains, cloudflare.enabled),
    fail(
      "edge.loadBalancer.certificates.managedDomains needs zones on Hetzner's name servers, but global.cloudflare.enabled is true: upload a certificate (Cloudflare's origin certificate will do) and set edge.loadBalancer.certificates.names",
    ),
  ),
  when(
    all(certificates.managedName, not(certificates.managedDomains)),
    fail(
      "edge.loadBalancer.certificates.managedName is set without managedDomains: there is no managed certificate; remove it or set the domains",
    ),
  ),
  when(
    gt(healthCheck.timeoutSeconds, healthCheck.intervalSeconds),
    fail(
      str`edge.loadBalancer.healthCheck.timeoutSeconds (${healthCheck.timeoutSeconds}) is more than edge.loadBalancer.healthCheck.intervalSeconds (${healthCheck.intervalSeconds}): Hetzner refuses that; lower one or raise the other`,
    ),
  ),
  when(
    all(gt(healthCheck.port, 0), any(lt(healthCheck.port, 30000), gt(healthCheck.port, 32767))),
    fail(
      str`edge.loadBalancer.healthCheck.port (${healthCheck.port}) is no node port: Kubernetes gives 30000 to 32767; choose one of those, or 0 for the port of the traffic`,
    ),
  ),
  when(
    all(eq(healthCheck.protocol, "http"), gt(healthCheck.port, 0)),
    fail(
      str`edge.loadBalancer.healthCheck.protocol is "http", but on edge.loadBalancer.healthCheck.port (${healthCheck.port}) no request is answered: set the port to 0, which asks the port of the traffic, or the protocol to "tcp"`,
    ),
  ),
  when(
    all(
      eq(healthCheck.protocol, "tcp"),
      any(isSet(healthCheck.http.domain), isSet(healthCheck.http.path), isSet(healthCheck.http.tls), isSet(healthCheck.http.statusCodes)),
    ),
    fail(
      'edge.loadBalancer.healthCheck.http is set while edge.loadBalancer.healthCheck.protocol is "tcp": nothing would be asked; remove it, or set the protocol to "http"',
    ),
  ),
];

/** Values of Traefik's chart that are elsewhere in some of the majors that k3s brings along: before 41 `logs`, from 41 the others. */
const movedKeys = ["logs", "log", "accessLog"];

/** The first label that the load balancer's nodes are selected by. */
const label = regexFind("[A-Za-z0-9][A-Za-z0-9./_-]*", lb.nodeSelector);

const traefikGuards: Guard[] = [
  when(
    all(lb.nodeSelector, not(contains(label, toJson(traefik.affinity))), not(hasKey(traefik.values, "nodeSelector"))),
    fail(
      str`edge.loadBalancer.nodeSelector is "${lb.nodeSelector}", but edge.traefik.affinity says nothing of that label: Traefik would also run where the load balancer sends nothing; keep it on the same nodes, by that or by edge.traefik.values.nodeSelector`,
    ),
  ),
  each(traefik.values, (_, name) =>
    when(
      isOneOf(name as never, ...movedKeys),
      fail(
        str`edge.traefik.values.${name} is known to some versions of Traefik's chart only, and k3s drops what it does not know without a word: use edge.traefik.accessLog, or edge.traefik.arguments (--log.level=DEBUG)`,
      ),
    ),
  ),
  each(traefik.values, (_, name) =>
    when(
      isOneOf(name as never, ...ownKeys),
      fail(
        str`edge.traefik.values.${name} is written by the chart: use its own values (see the chart's README), or edge.traefik.arguments`,
      ),
    ),
  ),
];

export const guards: Guard[] = [...tlsGuards, ...traefikGuards, ...loadBalancerGuards].map((guard) =>
  when<Refused>(traefik.enabled, guard),
);
