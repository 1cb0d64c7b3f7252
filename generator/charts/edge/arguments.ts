import { add, defineString, each, include, join, mul, str, when, spread, type Expr, type Item } from "../../dsl/index.ts";
import { traefikEndsTls } from "../../kubernetes/tls.ts";
import { healthCheckArguments } from "./health-check.ts";
import { values as v } from "./values.ts";

const { cloudflare, hetzner } = v.global;
const { timeouts, accessLog, trustedProxies } = v.traefik;
const { healthCheck, privateNetwork } = v.loadBalancer;

const entryPoints = ["web", "websecure"] as const;

const proxies = defineString(
  "trustedProxies",
  "Ranges whose PROXY protocol headers Traefik believes.",
  when<unknown>(
    trustedProxies,
    join(",", trustedProxies),
    // Its own address says more than the network's range, if it is fixed.
    when<unknown>(privateNetwork.ipv4, str`${privateNetwork.ipv4}/32`, hetzner.networkRange),
  ),
);

const cloudflareRanges = defineString(
  "cloudflareRanges",
  "Addresses of Cloudflare's edge, with commas.",
  str`${join(",", cloudflare.ranges.ipv4)},${join(",", cloudflare.ranges.ipv6)}`,
);

/** How long the load balancer goes on sending connections to a node that no longer passes its check, and a little more. */
const noticeSeconds = add(mul(healthCheck.intervalSeconds, healthCheck.retries), 5);

/** How long a pod may take to end: until it is noticed, until its requests are done, and a little more. */
export const terminationSeconds: Expr<number> = add(noticeSeconds, timeouts.drainSeconds, 5);

const onEach = (setting: string, value: Expr<string | number> | string, unit = ""): Item<string>[] =>
  entryPoints.map((name) => str`--entryPoints.${name}.${setting}=${value}${unit}`);

/** Static settings of Traefik's. They read the same in all versions of its chart; the values for them were renamed again and again. */
export const staticArguments: Item<string>[] = [
  // The peer of a connection is the load balancer; PROXY protocol says who it speaks for.
  ...onEach("proxyProtocol.trustedIPs", include(proxies)),
  // By then the peer is Cloudflare, or a visitor, whose X-Forwarded-* headers are thrown away.
  ...onEach("forwardedHeaders.trustedIPs", include(cloudflareRanges)).map((argument) =>
    when<string>(cloudflare.enabled, argument as never),
  ),
  when(traefikEndsTls, "--entryPoints.web.http.redirections.entryPoint.to=:443"),
  when(traefikEndsTls, "--entryPoints.web.http.redirections.entryPoint.scheme=https"),
  when(traefikEndsTls, "--entryPoints.web.http.redirections.entryPoint.permanent=true"),
  ...onEach("transport.respondingTimeouts.readTimeout", timeouts.readSeconds, "s"),
  ...onEach("transport.respondingTimeouts.idleTimeout", timeouts.idleSeconds, "s"),
  ...onEach("transport.lifeCycle.requestAcceptGraceTimeout", noticeSeconds, "s"),
  ...onEach("transport.lifeCycle.graceTimeOut", timeouts.drainSeconds, "s"),
  // A pod that shuts down must pass its readiness probe, which is answered on the entry point `traefik`, or kube-proxy drops what
  // still arrives for it.
  str`--entryPoints.traefik.transport.lifeCycle.requestAcceptGraceTimeout=${noticeSeconds}s`,
  "--ping.terminatingStatusCode=200",
  ...healthCheckArguments,
  "--metrics.prometheus.addRoutersLabels=true",
  when(accessLog.enabled, "--accesslog=true"),
  when(accessLog.enabled, "--accesslog.format=json"),
  when(accessLog.enabled, "--accesslog.fields.headers.defaultMode=drop"),
  when(
    accessLog.enabled,
    each(accessLog.keepHeaders, (header) => str`--accesslog.fields.headers.names.${header}=keep`),
  ),
  spread(v.traefik.arguments),
];
