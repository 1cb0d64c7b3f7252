import {
  all,
  any,
  each,
  eq,
  fail,
  ge,
  include,
  isOneOf,
  ne,
  not,
  str,
  when,
  type Expr,
  type Guard,
  type Refused,
} from "../../dsl/index.ts";
import { apiHost, appHost } from "../../kubernetes/hosts.ts";
import { tlsGuards } from "../../kubernetes/tls.ts";
import { serviceName } from "../../kubernetes/service.ts";
import { redisSecretName, redisServiceName } from "../backend/redis.ts";
import { backendServiceName } from "../frontend/application.ts";
import { namespace as monitoringNamespace } from "../monitoring/values.ts";
import { secretName as redisSecret, serviceName as redisService } from "../redis/names.ts";
import { postgresqlGuards } from "./guards-postgresql.ts";
import { backend, frontend, monitoringChart, redis, values as v } from "./values.ts";

const { cloudflare, traefik } = v.global;

/** Who asks for certificates, and by which way in the hosts are proved. */
const certificateGuards: Guard[] = [
  each(v.ingress.annotations, (_, name) =>
    when<Refused>(
      isOneOf(name, "cert-manager.io/cluster-issuer", "cert-manager.io/issuer", "kubernetes.io/tls-acme"),
      fail(
        str`ingress.annotations holds ${name}: each Ingress would ask for the same certificate, and cert-manager makes it for one; remove it, set global.tls.mode to "certManager" and choose with global.tls.issuer and issuerKind`,
      ),
    ),
  ),
  when(
    all(
      v.ingress.enabled,
      v.issuers.enabled,
      eq(v.issuers.challenge.type, "http01"),
      ne(v.issuers.challenge.http01.ingressClassName, v.ingress.className),
    ),
    fail(
      str`issuers.challenge.http01.ingressClassName is "${v.issuers.challenge.http01.ingressClassName}", but the hosts' requests arrive by ingress.className "${v.ingress.className}": set both to the same class`,
    ),
  ),
];

const both = all(v.backend.enabled, v.frontend.enabled);

/** The backend looks for Redis by names that the release's own has to have. */
const sameName = (value: "serviceName" | "secretName", kind: string, own: Expr<string>, expected: Expr<string>): Guard =>
  when(
    all(v.backend.enabled, v.redis.enabled, eq(v.global.redis.mode, "internal"), ne(own, expected)),
    fail(
      str`global.redis.${value} is empty: the backend looks for the ${kind} "${expected}", but redis.fullnameOverride makes it "${own}"; set the value, or clear the override`,
    ),
  );

const redisGuards: Guard[] = [
  when(
    all(v.redis.enabled, eq(v.global.redis.mode, "external")),
    fail(
      'redis.enabled is true while global.redis.mode is "external": nothing would use that Redis; set redis.enabled to false, or the mode to "internal"',
    ),
  ),
  when(
    all(v.backend.enabled, not(v.redis.enabled), eq(v.global.redis.mode, "internal")),
    fail(
      'global.redis.mode is "internal" while redis.enabled is false: the backend would look for a Redis that nobody installs; set redis.enabled to true, or the mode to "external" (a URL in the backend\'s Secret)',
    ),
  ),
  sameName("serviceName", "Service", include(redisService, redis), include(redisServiceName, backend)),
  sameName("secretName", "Secret", include(redisSecret, redis), include(redisSecretName, backend)),
];

const { monitoring } = v;
const isMonitored = all(monitoring.enabled, eq(monitoring.mode, "bundled"), monitoring.prometheus.enabled);
const asksPrometheus = (app: typeof v.backend | typeof v.frontend) =>
  all(app.enabled, app.autoscaling.enabled, eq(app.autoscaling.memory.mode, "external"));

/** What the monitoring has to know of the rest. */
const monitoringGuards: Guard[] = [
  when(
    monitoring.enabled,
    when(
      ne(include(monitoringNamespace, monitoringChart), v.global.monitoring.namespace),
      fail(
        str`monitoring.namespaceOverride puts the monitoring into "${include(monitoringNamespace, monitoringChart)}", but global.monitoring.namespace is "${v.global.monitoring.namespace}", which the network policies admit: set both to the same`,
      ),
    ),
  ),
  when(
    all(isMonitored, any(asksPrometheus(v.backend), asksPrometheus(v.frontend)), not(monitoring.prometheus.keda.enabled)),
    fail(
      'autoscaling.memory.mode is "external", so KEDA asks Prometheus, whose network policy does not admit it: set monitoring.prometheus.keda.enabled to true',
    ),
  ),
  ...(["backend", "frontend"] as const).map((app): Guard =>
    when(
      all(isMonitored, v[app].enabled, monitoring.prometheus.applications[app], not(v[app].metrics.enabled)),
      fail(
        `monitoring.prometheus.applications.${app} is true while ${app}.metrics.enabled is false: an alert would fire for ever; set both to the same`,
      ),
    ),
  ),
  ...(["backend", "frontend"] as const).map((app): Guard =>
    when(
      all(
        monitoring.enabled,
        eq(monitoring.mode, "operator"),
        monitoring.prometheus.applications[app],
        v[app].enabled,
        v[app].metrics.enabled,
        v[app].metrics.monitor.enabled,
      ),
      fail(
        `${app}.metrics.monitor.enabled is true while monitoring.mode is "operator" and monitoring.prometheus.applications.${app} is true: every series would be there twice; switch one of them off`,
      ),
    ),
  ),
];

export const guards: Guard[] = [
  ...monitoringGuards,
  ...tlsGuards,
  when(
    all(eq(v.global.environment, "production"), v.ingress.enabled, eq(v.global.tls.mode, "none")),
    fail(
      'global.environment is "production" while global.tls.mode is "none": visitors would send passwords in clear text; set the mode to "certManager" or "secret"',
    ),
  ),
  when(
    all(v.edge.enabled, eq(v.global.tls.mode, "none")),
    fail(
      'edge.enabled is true while global.tls.mode is "none": a load balancer on the internet would offer no TLS; set the mode to "certManager", "secret", "loadBalancer" or "cloudflare"',
    ),
  ),
  when(
    all(v.ingress.enabled, cloudflare.enabled, not(traefik.enabled)),
    fail(
      "global.cloudflare.enabled is true while global.traefik.enabled is false: nothing would keep others than Cloudflare out; set global.traefik.enabled to true, or protect the origin yourself and set global.cloudflare.enabled to false",
    ),
  ),
  when(
    all(both, not(v.frontend.apiUrl)),
    when(
      ne(include(serviceName, backend), include(backendServiceName, frontend)),
      fail(
        str`frontend.backend.serviceName is "${include(backendServiceName, frontend)}", but the backend's Service is called "${include(serviceName, backend)}": set it to that, or set frontend.apiUrl`,
      ),
    ),
  ),
  when(
    all(both, ne(v.frontend.backend.port, v.backend.port)),
    fail(str`frontend.backend.port (${v.frontend.backend.port}) is not backend.port (${v.backend.port}): set both to the same port`),
  ),
  ...postgresqlGuards,
  ...redisGuards,
  when(
    all(v.ingress.enabled, v.backend.enabled, v.backend.realtime.enabled, eq(v.backend.realtime.path, v.ingress.apiPath)),
    fail(
      str`backend.realtime.path (${v.backend.realtime.path}) is ingress.apiPath too: two routes for one path; change one, or set backend.realtime.enabled to false`,
    ),
  ),
  when(
    all(v.ingress.enabled, both, eq(v.ingress.apiPath, "/"), eq(include(apiHost), include(appHost))),
    fail(
      str`global.hosts.api and global.hosts.app are both "${include(apiHost)}", and both answer at "/": choose two hosts, or set ingress.apiPath to a path of the API's own`,
    ),
  ),
  when(
    all(v.ingress.enabled, v.backend.enabled, ge(v.backend.uploads.maxBytes, v.ingress.uploads.maxBytes)),
    fail(
      str`backend.uploads.maxBytes (${v.backend.uploads.maxBytes}) must be less than ingress.uploads.maxBytes (${v.ingress.uploads.maxBytes}), or Traefik refuses what the application allows: a form around a document has a size, too; raise the latter`,
    ),
  ),
  ...certificateGuards,
];
