import { block, blockOf, nodeOf, type Block, type Expr, type Optional } from "../../../dsl/expr.ts";
import { join, merge, not, str, use, type Tpl } from "../../../dsl/index.ts";
import type { Certificate, Frame, HealthCheck, HttpSettings, Listener } from "./model.ts";
import { annotationPrefix, type UsableName } from "./names.ts";

/** Annotations of the Service: none but those that the controller reads. Their values are text, whatever they mean. */
export type Annotations = { readonly [K in `${typeof annotationPrefix}${UsableName}`]?: string };

type Part = Tpl<Annotations> | Block<Tpl<Annotations>>;

/** The annotations that say what a load balancer is like, apart from what listens on it. */
export function frameAnnotations(frame: Tpl<Frame>): Part {
  const { name, type, location, networkZone, algorithm, publicNetwork, privateNetwork, status, targets } = frame as Leaves<Frame>;
  return annotations({
    name: text(name),
    type: text(type),
    location: text(location),
    "network-zone": text(networkZone),
    "algorithm-type": text(algorithm),
    "disable-public-network": opposite(publicNetwork),
    "use-private-ip": text(targets.privateAddress),
    "private-ipv4": text(privateNetwork.ipv4),
    "private-subnet-ip-range": text(privateNetwork.subnetRange),
    "disable-private-ingress": opposite(status.privateAddress),
    "ipv6-disabled": opposite(status.ipv6),
    hostname: text(status.hostname),
    "node-selector": text(targets.nodeSelector),
  });
}

/** The annotations that say what listens on each port of the Service, and with what certificate. */
export function listenerAnnotations(listener: Tpl<Omit<Listener, "healthCheck">>): Part {
  const { protocol, proxyProtocol, http } = listener as Leaves<Listener>;
  const own = { protocol: text(protocol), "uses-proxyprotocol": text(proxyProtocol) };
  const { tls } = (http ?? {}) as Partial<Leaves<HttpSettings>>;
  if (tls === undefined) return annotations(own);
  const redirect = { "http-redirect-http": text(tls.redirectHttp) };
  return merge<Tpl<Annotations>>(annotations({ ...own, ...redirect }), inBranches(tls.certificate, certificateAnnotations));
}

/** The annotations that say what a load balancer which reads requests does with them. */
export function httpAnnotations(http: Tpl<Omit<HttpSettings, "tls">>): Part {
  const { stickySessions, cookieName, cookieLifetimeSeconds, idleTimeoutSeconds } = http as Leaves<HttpSettings>;
  return annotations({
    "http-sticky-sessions": text(stickySessions),
    "http-cookie-name": text(cookieName),
    "http-cookie-lifetime": text(cookieLifetimeSeconds, "s"),
    "http-timeout-idle": text(idleTimeoutSeconds, "s"),
  });
}

/** The annotations of the health check. */
export function healthCheckAnnotations(check: Tpl<HealthCheck>): Part {
  const { protocol, port, intervalSeconds, timeoutSeconds, retries, http } = check as Leaves<HealthCheck>;
  return annotations({
    "health-check-protocol": text(protocol),
    "health-check-port": text(port),
    "health-check-interval": text(intervalSeconds, "s"),
    "health-check-timeout": text(timeoutSeconds, "s"),
    "health-check-retries": text(retries),
    "health-check-http-domain": text(http?.domain),
    "health-check-http-path": text(http?.path),
    "health-check-http-validate-certificate": text(http?.tls),
    "http-status-codes": text(http?.statusCodes),
  });
}

// ── internal ────────────────────────────────────────────────────────────────

/** A leaf of a model: known, known at install time, or there only under a condition. */
type Leaf = unknown;
type Leaves<T> = { readonly [K in keyof T]: NonNullable<T[K]> extends Scalar | readonly unknown[] ? Leaf : Leaves<NonNullable<T[K]>> };
type Scalar = string | number | boolean;
type Text = string | Expr<string> | Block<string> | undefined;

function certificateAnnotations(certificate: Tpl<Certificate>): Part {
  const { type, names, name, domains } = certificate as Leaves<{ type: string; names?: string[]; name?: string; domains?: string[] }>;
  return annotations({
    "certificate-type": text(type),
    "http-certificates": text(names),
    "http-managed-certificate-name": text(name),
    "http-managed-certificate-domains": text(domains),
  });
}

function annotations(values: { readonly [K in UsableName]?: Text }): Part {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [annotationPrefix + name, value])) as Part;
}

/** A leaf as text, with a unit. Lists are written with commas and no blanks: the controller would take those for part of a name. */
function text(leaf: Leaf, unit = ""): Text {
  if (leaf === undefined) return undefined;
  if (blockOf(leaf) !== undefined) return inBranches(leaf, (branch) => text(branch, unit)) as Block<string>;
  if (Array.isArray(leaf)) return leaf.join(",");
  const node = nodeOf(leaf);
  if (node === undefined) return `${String(leaf)}${unit}`;
  if (node.op === "path" && node.optional)
    return use<never, never, string>(leaf as Optional<never, never>, (value) => text(value, unit) as never);
  if (node.type === "array") return join(",", leaf as Expr<string[]>);
  return node.type === "string" ? (leaf as Expr<string>) : str`${leaf as Expr<number>}${unit}`;
}

function opposite(leaf: Leaf): Text {
  return nodeOf(leaf) === undefined ? String(leaf !== true) : str`${not(leaf as Expr<boolean>)}`;
}

/** Applies `change` to a value, or to each branch of a block that yields one. */
function inBranches<T, R>(value: unknown, change: (branch: T) => R): R {
  const inner = blockOf(value);
  if (inner === undefined) return change(value as T);
  if (inner.kind !== "if" && inner.kind !== "with") throw new TypeError(`a ${inner.kind} block cannot stand for one value`);
  const { body, otherwise } = inner;
  return block({
    ...inner,
    body: inBranches(body, change),
    ...(otherwise === undefined ? {} : { otherwise: inBranches(otherwise, change) }),
  }) as R;
}
