import {
  apiDefaults,
  type Certificate,
  type HealthCheck,
  type HttpSettings,
  type Listener,
  type LoadBalancer,
  type Protocol,
} from "./model.ts";
import { annotationPrefix, type UsableName } from "./names.ts";
import { parseBool, parseDuration, parseInteger, parseList, parseWord } from "./parse.ts";

/** What the controller sees of a Service. */
export interface ServiceView {
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly port: number; readonly protocol?: string }[];
}

/**
 * The load balancer that hcloud-cloud-controller-manager v1.35 makes for a Service (`internal/annotation/load_balancer.go`,
 * `internal/hcops/load_balancer.go`), without defaults from its environment. It ignores annotations that it does not know, and
 * those that the protocol has no use for.
 *
 * @throws SyntaxError that names the annotation, where the controller would retry for ever.
 */
export function readLoadBalancer({ uid, annotations, ports }: ServiceView): LoadBalancer {
  const read = readerOf(annotations);
  const location = read("location", nonEmpty);
  const listener = readListener(read);
  return compact({
    name: read("name", asIs) ?? `a${uid.replaceAll("-", "")}`.slice(0, 32),
    type: read("type", asIs) ?? apiDefaults.type,
    location,
    // The location wins.
    networkZone: location === undefined ? read("network-zone", nonEmpty) : undefined,
    algorithm: read("algorithm-type", (text) => parseWord(text, ["round_robin", "least_connections"])) ?? apiDefaults.algorithm,
    publicNetwork: !(read("disable-public-network", parseBool) ?? false),
    privateNetwork: compact({ ipv4: read("private-ipv4", asIs), subnetRange: read("private-subnet-ip-range", asIs) }),
    status: compact({
      privateAddress: !(read("disable-private-ingress", parseBool) ?? false),
      ipv6: !(read("ipv6-disabled", parseBool) ?? false),
      hostname: read("hostname", nonEmpty),
    }),
    targets: compact({ nodeSelector: read("node-selector", nonEmpty), privateAddress: read("use-private-ip", parseBool) ?? false }),
    // Ports of other protocols are skipped, with an event.
    services: ports.filter(({ protocol = "TCP" }) => protocol === "TCP").map(({ port }) => ({ port, ...listener })),
  });
}

// ── internal ────────────────────────────────────────────────────────────────

type Read = <T>(name: UsableName, parse: (text: string) => T) => T | undefined;

const protocols = ["tcp", "http", "https"] as const;
const asIs = (text: string): string => text;
const nonEmpty = (text: string): string | undefined => (text === "" ? undefined : text);

function readerOf(annotations: Readonly<Record<string, string>>): Read {
  return (name, parse) => {
    const text = annotations[annotationPrefix + name];
    if (text === undefined) return undefined;
    try {
      return parse(text);
    } catch (error) {
      throw new SyntaxError(`${annotationPrefix}${name}: ${(error as Error).message}`, { cause: error });
    }
  };
}

function readListener(read: Read): Listener {
  const protocol = read("protocol", (text) => parseWord(text, protocols)) ?? "tcp";
  return compact({
    protocol,
    proxyProtocol: read("uses-proxyprotocol", parseBool) ?? false,
    http: protocol === "tcp" ? undefined : readHttp(read, protocol),
    healthCheck: readHealthCheck(read, protocol),
  });
}

function readHttp(read: Read, protocol: Protocol): HttpSettings {
  return compact({
    stickySessions: read("http-sticky-sessions", parseBool) ?? false,
    cookieName: read("http-cookie-name", asIs) ?? apiDefaults.cookieName,
    cookieLifetimeSeconds: read("http-cookie-lifetime", parseDuration) ?? apiDefaults.cookieLifetimeSeconds,
    idleTimeoutSeconds: read("http-timeout-idle", parseDuration),
    tls:
      protocol === "https"
        ? { redirectHttp: read("http-redirect-http", parseBool) ?? false, certificate: readCertificate(read) }
        : undefined,
  });
}

function readCertificate(read: Read): Certificate {
  // This one is compared as it is written.
  const type = read("certificate-type", asIs) ?? "uploaded";
  if (type !== "managed") return { type: "uploaded", names: read("http-certificates", parseList) ?? [] };
  const domains = read("http-managed-certificate-domains", parseList);
  if (domains === undefined) throw new SyntaxError(`${annotationPrefix}http-managed-certificate-domains is missing`);
  return compact({ type: "managed" as const, name: read("http-managed-certificate-name", asIs), domains });
}

/** Without any of the first five a plain TCP check, whatever the other annotations say. */
function readHealthCheck(read: Read, protocol: Protocol): HealthCheck {
  const given = {
    protocol: read("health-check-protocol", (text) => parseWord(text, protocols)),
    port: read("health-check-port", parseInteger),
    intervalSeconds: read("health-check-interval", parseDuration),
    timeoutSeconds: read("health-check-timeout", parseDuration),
    retries: read("health-check-retries", parseInteger),
  };
  if (Object.values(given).every((value) => value === undefined)) return { protocol: "tcp" };
  const checked = given.protocol ?? protocol;
  const http = compact({
    domain: read("health-check-http-domain", asIs),
    path: read("health-check-http-path", asIs),
    tls: read("health-check-http-validate-certificate", parseBool),
    statusCodes: read("http-status-codes", parseList),
  });
  return compact({ ...given, protocol: checked, http: checked === "tcp" || Object.keys(http).length === 0 ? undefined : http });
}

/** Without the fields that are undefined. */
function compact<T extends object>(
  fields: T,
): { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
