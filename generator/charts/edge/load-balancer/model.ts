/**
 * A load balancer of Hetzner's, as its API describes one. The charts say what they mean in these words; the annotations of
 * Traefik's Service, which the cloud controller manager reads, are printed from it (`annotations.ts`) and read back to it
 * (`reader.ts`).
 */
export interface LoadBalancer extends Frame {
  /** One per port of the Service, in order of the ports. The controller gives all of them the same settings. */
  readonly services: readonly (Listener & { readonly port: number })[];
}

/** Everything but what listens. */
export interface Frame {
  readonly name: string;
  readonly type: string;
  /** One of the two is needed to create one; ignored afterwards. */
  readonly location?: string;
  readonly networkZone?: string;
  readonly algorithm: Algorithm;
  readonly publicNetwork: boolean;
  readonly privateNetwork: {
    /** Its address there; any, if not given. */
    readonly ipv4?: string;
    /** The subnet it joins; any, if not given. */
    readonly subnetRange?: string;
  };
  /** What the Service's status tells of it. */
  readonly status: { readonly privateAddress: boolean; readonly ipv6: boolean; readonly hostname?: string };
  readonly targets: {
    /** Label selector of the nodes; all, if not given. */
    readonly nodeSelector?: string;
    /** Reached by their private addresses. */
    readonly privateAddress: boolean;
  };
}

/** What listens on a port. */
export interface Listener {
  readonly protocol: Protocol;
  /** Whether targets are told the client's address by PROXY protocol. */
  readonly proxyProtocol: boolean;
  /** With the protocols `http` and `https` only. */
  readonly http?: HttpSettings;
  readonly healthCheck: HealthCheck;
}

export type Protocol = "tcp" | "http" | "https";
export type Algorithm = "round_robin" | "least_connections";

/** What a load balancer that reads requests does with them. */
export interface HttpSettings {
  readonly stickySessions: boolean;
  readonly cookieName: string;
  readonly cookieLifetimeSeconds: number;
  /** The API's own, if not given. */
  readonly idleTimeoutSeconds?: number;
  /** With the protocol `https` only. */
  readonly tls?: {
    readonly certificate: Certificate;
    /** It then also listens on port 80 and redirects. */
    readonly redirectHttp: boolean;
  };
}

/** Where the certificate comes from: uploaded ones by name or number, or one that Hetzner issues for domains in its own DNS. */
export type Certificate =
  | { readonly type: "uploaded"; readonly names: readonly string[] }
  | { readonly type: "managed"; readonly name?: string; readonly domains: readonly string[] };

export interface HealthCheck {
  readonly protocol: Protocol;
  /** That of the nodes that traffic goes to, if not given. */
  readonly port?: number;
  /** The API's own, if not given. */
  readonly intervalSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly retries?: number;
  /** With the protocols `http` and `https` only; the API's own settings, if not given. */
  readonly http?: {
    readonly domain?: string;
    readonly path?: string;
    readonly tls?: boolean;
    readonly statusCodes?: readonly string[];
  };
}

/** What the API takes where nothing is said. */
export const apiDefaults = {
  type: "lb11",
  algorithm: "round_robin",
  cookieName: "HCLBSTICKY",
  cookieLifetimeSeconds: 300,
} as const;
