import { annotationMap, patterns } from "./common.ts";

const label = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?";
const labelKey = `([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?${label}`;
const requirement = `(!${labelKey}|${labelKey}((=|==|!=)(${label})?| (in|notin) \\(${label}(,${label})*\\))?)`;

/** An address, or nothing. */
const ipv4OrEmpty = "^(((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9]))?$";
const ipv4RangeOrEmpty = patterns.ipv4Range.replace("^", "^(").replace("$", ")?$");

const http = {
  type: "object",
  description:
    "Where the load balancer itself speaks HTTP (`global.tls.mode: loadBalancer` or `cloudflare`); refused otherwise, since it passes connections through unread.",
  default: {},
  properties: {
    redirectHttp: {
      type: "boolean",
      description:
        "Mode `loadBalancer` only: answer on port 80 with a redirect. Left out: yes. `false` where Cloudflare redirects, and while the mode is changed: docs/load-balancer.md.",
    },
    stickySessions: { type: "boolean", description: "Bind a client to a node by cookie. Left out: yes." },
    cookieName: {
      type: "string",
      description: "Name of that cookie. Left out: `HCLBSTICKY`.",
      pattern: "^[A-Za-z0-9_-]{1,64}$",
      examples: ["xpeditis-node"],
    },
    cookieLifetimeSeconds: {
      type: "integer",
      description: "Its lifetime. Left out: 300.",
      minimum: 1,
      maximum: 604800,
      examples: [3600],
    },
    idleTimeoutSeconds: {
      type: "integer",
      description: "Idle connections are closed after this time. Left out: 300, the longest; WebSockets send something every 25 s.",
      minimum: 30,
      maximum: 300,
      examples: [300],
    },
  },
} as const;

const certificates = {
  type: "object",
  description: "Certificate of the load balancer, for `global.tls.mode: loadBalancer`; refused otherwise.",
  default: {},
  properties: {
    names: {
      type: "array",
      description: "Certificates in the Hetzner project, by name or number (in quotes): uploaded ones, or such as Hetzner issues.",
      items: { type: "string", description: "A name or a number.", pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$", maxLength: 128 },
      uniqueItems: true,
      examples: [["xpeditis-2027"]],
      default: [],
    },
    managedDomains: {
      type: "array",
      description:
        "Instead: domains of a certificate that Hetzner issues. Only for zones on Hetzner's own name servers, so never behind Cloudflare. They count when the certificate is made; for others make one yourself and name it in `names`.",
      items: {
        type: "string",
        description: "A domain.",
        pattern: "^(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$",
      },
      uniqueItems: true,
      examples: [["app.xpeditis.com", "api.xpeditis.com"]],
      default: [],
    },
    managedName: {
      type: "string",
      description: "Name of that certificate, for good: the controller fails at a second one. Empty: made from the Service's UID.",
      pattern: "^([A-Za-z0-9][A-Za-z0-9._-]*)?$",
      maxLength: 128,
      default: "",
    },
  },
} as const;

const healthCheck = {
  type: "object",
  description: "How the load balancer finds out that a node serves. A node without a Traefik pod fails the check, and gets no traffic.",
  default: {},
  properties: {
    protocol: {
      type: "string",
      description: "`tcp`: the port accepts connections. `http`: a request is answered as `http` below says.",
      enum: ["tcp", "http"],
      default: "tcp",
    },
    port: {
      type: "integer",
      description:
        "A port of the nodes, 30000 to 32767, for nothing but this check: a Traefik pod that shuts down closes it at once and serves on until the load balancer has noticed. The default is the last of those that Kubernetes gives nobody of its own accord. 0: the port that traffic goes to is asked, and for a while after the last Traefik pod of a node has ended connections to it fail; needed with protocol `http`.",
      minimum: 0,
      maximum: 65535,
      default: 30085,
    },
    intervalSeconds: { type: "integer", description: "Time between checks.", minimum: 3, maximum: 60, default: 15 },
    timeoutSeconds: { type: "integer", description: "Time to answer.", minimum: 1, maximum: 60, default: 10 },
    retries: { type: "integer", description: "Failures in a row until the node gets no more traffic.", minimum: 1, maximum: 5, default: 3 },
    http: {
      type: "object",
      description: "The request of protocol `http`; refused with `tcp`.",
      default: {},
      properties: {
        domain: {
          type: "string",
          description: "Host that is asked for.",
          pattern: patterns.host,
          maxLength: 253,
          examples: ["api.xpeditis.com"],
        },
        path: { type: "string", description: "Path.", pattern: patterns.request, maxLength: 255, examples: ["/health/ready"] },
        tls: { type: "boolean", description: "Ask by HTTPS.", examples: [false] },
        statusCodes: {
          type: "array",
          description: "Answers that count as good; `?` is any digit.",
          items: { type: "string", description: "A code.", pattern: "^[1-5][0-9?][0-9?]$" },
          minItems: 1,
          uniqueItems: true,
          examples: [["2??", "3??"]],
        },
      },
    },
  },
} as const;

/**
 * The Hetzner load balancer in front of Traefik. What depends on who ends TLS (protocol, ports, PROXY protocol, sessions,
 * redirect) is no value: `global.tls.mode` decides all of it.
 */
export const loadBalancer = {
  type: "object",
  title: "Load balancer",
  description:
    "The Hetzner load balancer that the cloud controller manager makes for Traefik's Service. Protocol, ports and redirect follow from `global.tls.mode`.",
  default: {},
  properties: {
    name: {
      type: "string",
      description:
        "Its name in the Hetzner project, which an existing one is adopted by: with delete protection it outlives the cluster. Empty: the chart's fullname and the environment.",
      pattern: "^([A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?)?$",
      default: "",
    },
    type: { type: "string", description: "Size.", pattern: "^lb[1-9][0-9]$", default: "lb11" },
    location: {
      type: "string",
      description: "Where it is; only read when it is created. Empty: `global.hetzner.location`.",
      enum: ["", "fsn1", "nbg1", "hel1", "ash", "hil", "sin"],
      default: "",
    },
    networkZone: {
      type: "string",
      description: "Instead of a location: any in this zone.",
      enum: ["", "eu-central", "us-east", "us-west", "ap-southeast"],
      default: "",
    },
    algorithm: {
      type: "string",
      description: "How it chooses a node.",
      enum: ["round_robin", "least_connections"],
      default: "round_robin",
    },
    publicNetwork: { type: "boolean", description: "Give it public addresses.", default: true },
    privateNetwork: {
      type: "object",
      description: "Its place in the private network.",
      default: {},
      properties: {
        targets: {
          type: "boolean",
          description: "Reach the nodes by their private addresses. The cloud controller manager must know the network (`HCLOUD_NETWORK`).",
          default: true,
        },
        ipv4: {
          type: "string",
          description: "Its private address. Empty: any. Changing it cuts all connections.",
          pattern: ipv4OrEmpty,
          default: "",
        },
        subnetRange: { type: "string", description: "Subnet that it joins. Empty: any.", pattern: ipv4RangeOrEmpty, default: "" },
      },
    },
    status: {
      type: "object",
      description: "What the Service's status tells external-dns and the nodes.",
      default: {},
      properties: {
        privateAddress: { type: "boolean", description: "The private address, too.", default: false },
        ipv6: { type: "boolean", description: "The IPv6 address. The load balancer has it either way.", default: true },
        hostname: {
          type: "string",
          description: "This name instead of addresses. Empty: addresses.",
          pattern: patterns.hostOrEmpty,
          maxLength: 253,
          default: "",
        },
      },
    },
    nodeSelector: {
      type: "string",
      description: "Label selector of the nodes that get traffic. Empty: all. Traefik must run there.",
      pattern: `^(${requirement}(,${requirement})*)?$`,
      default: "!node-role.kubernetes.io/control-plane",
    },
    http,
    certificates,
    healthCheck,
    annotations: annotationMap(
      "Further annotations of Traefik's Service. None below `load-balancer.hetzner.cloud/`: those are the values above.",
    ),
  },
} as const;
