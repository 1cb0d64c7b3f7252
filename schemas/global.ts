import { cloudflare } from "./cloudflare.ts";
import { annotationMap, labelMap, names, patterns, port } from "./common.ts";
import { hetzner } from "./hetzner.ts";
import { storageClass } from "./storage.ts";
import { tls } from "./tls.ts";

/** Facts that every chart of the umbrella sees. A chart that is installed alone has the same ones, with these defaults. */
export const global = {
  type: "object",
  title: "Shared by all charts",
  description: "What all charts share. Hosts, URLs and image names derive from it; each can be overridden where it is used.",
  default: {},
  properties: {
    environment: {
      type: "string",
      description: "What this installation is. `production` turns on the checks that only production needs.",
      enum: ["local", "staging", "production"],
      default: "local",
    },
    domain: {
      type: "string",
      description: "Domain of the installation: the API answers at `api.<domain>`, the application at `app.<domain>`.",
      pattern: patterns.host,
      maxLength: 249,
      default: "xpeditis.localhost",
    },
    hosts: {
      type: "object",
      description: "Host names, where they are not to be derived from the domain.",
      default: {},
      properties: {
        api: {
          type: "string",
          description: "Host of the API. Empty: `api.<domain>`.",
          pattern: patterns.hostOrEmpty,
          maxLength: 253,
          default: "",
        },
        app: {
          type: "string",
          description: "Host of the application. Empty: `app.<domain>`.",
          pattern: patterns.hostOrEmpty,
          maxLength: 253,
          default: "",
        },
      },
    },
    tls,
    cloudflare,
    hetzner,
    storageClass,
    imageRegistry: {
      type: "string",
      description: "Registry to take all images from, instead of the one each image names.",
      pattern: patterns.registryOrEmpty,
      examples: ["registry.example.com:5000"],
      default: "",
    },
    imagePullSecrets: {
      type: "array",
      description: "Names of Secrets with registry credentials, for all pods.",
      items: { type: "string", description: "Name of a Secret.", pattern: patterns.objectOrEmpty, minLength: 1, maxLength: 253 },
      examples: [["ghcr-pull"]],
      default: [],
    },
    commonLabels: labelMap("Labels for every object. Never for selectors, so they may change at any time."),
    commonAnnotations: annotationMap("Annotations for every object that stays; hooks and tests have none."),
    traefik: {
      type: "object",
      description: "The ingress controller.",
      default: {},
      properties: {
        enabled: {
          type: "boolean",
          description: "Render objects of Traefik's own kinds (`traefik.io/v1alpha1`): middlewares and server transports. k3s ships them.",
          default: true,
        },
        namespace: {
          type: "string",
          description: "Namespace that Traefik runs in.",
          ...names.label,
          default: "kube-system",
        },
        podLabels: {
          type: "object",
          description: "Labels of Traefik's pods, for the network policies.",
          additionalProperties: { type: "string", description: "The value.", ...names.labelValue },
          propertyNames: { pattern: patterns.qualifiedName },
          default: { "app.kubernetes.io/name": "traefik" },
        },
      },
    },
    monitoring: {
      type: "object",
      description: "Who scrapes metrics.",
      default: {},
      properties: {
        namespace: {
          type: "string",
          description: "Namespace that Prometheus runs in: the network policies admit it to the metrics ports.",
          ...names.label,
          default: "monitoring",
        },
      },
    },
    postgresql: {
      type: "object",
      description: "PostgreSQL, as the backend reaches it and as the chart `postgresql` installs it.",
      default: {},
      properties: {
        mode: {
          type: "string",
          description:
            "`external`: any PostgreSQL, such as Neon: the keys `DATABASE_URL` (pooled) and `DATABASE_DIRECT_URL` of the backend's Secret, both with `sslmode=verify-full`, and its port in `backend.networkPolicy.internetPorts`. `cloudnativePG`: the chart `postgresql` of this release; the URLs are put together from what the operator writes.",
          enum: ["external", "cloudnativePG"],
          default: "external",
        },
        clusterName: {
          type: "string",
          description: "Name of the cluster, up to 45 characters. Empty: the release's name with `-postgresql`.",
          ...names.fullnameOrEmpty,
          default: "postgresql",
        },
      },
    },
    redis: {
      type: "object",
      description: "Redis, as the backend reaches it and as the chart `redis` installs it.",
      default: {},
      properties: {
        mode: {
          type: "string",
          description:
            "`internal`: the chart `redis` of this release; the backend's `REDIS_URL` is put together from the values below. `external`: any other Redis, such as Upstash (`rediss://…`): the key `REDIS_URL` of the backend's Secret, and its port in `backend.networkPolicy.internetPorts`.",
          enum: ["internal", "external"],
          default: "internal",
        },
        serviceName: {
          type: "string",
          description: "Service of the internal Redis. Empty: the release's name with `-redis-svc`.",
          ...names.serviceOrEmpty,
          default: "redis-svc",
        },
        port: port("Its port, and that of its pod.", 6379),
        secretName: {
          type: "string",
          description: "Secret with the passwords of its users. Empty: the release's name with `-redis-secrets`.",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "redis-secrets",
        },
        username: {
          type: "string",
          description: "User that the backend signs in as.",
          pattern: "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
          default: "app",
        },
        passwordKey: {
          type: "string",
          description:
            "Key of the Secret with that user's password. It becomes part of a URL: only letters, digits, `.`, `_`, `~` and `-`, as `openssl rand -hex 32` gives.",
          ...names.secretKey,
          default: "app-password",
        },
      },
    },
    tests: {
      type: "object",
      description: "What `helm test` does.",
      default: {},
      properties: {
        external: {
          type: "boolean",
          description: "Also try what is outside of the cluster: put an object into the object storage, get it and delete it.",
          default: true,
        },
      },
    },
    networkPolicy: {
      type: "object",
      description: "Network policies of all charts.",
      default: {},
      properties: {
        enabled: {
          type: "boolean",
          description: "Allow exactly the connections that the components need, and deny the rest.",
          default: true,
        },
        privateRanges: {
          type: "object",
          description:
            "Addresses that are not the internet: never reached by rules for outgoing traffic. They include the metadata service.",
          default: {},
          properties: {
            ipv4: {
              type: "array",
              description: "IPv4 ranges.",
              items: { type: "string", description: "A range.", pattern: patterns.ipv4Range },
              default: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
            },
            ipv6: {
              type: "array",
              description: "IPv6 ranges.",
              items: { type: "string", description: "A range.", pattern: patterns.ipv6Range },
              default: ["fc00::/7", "fe80::/10"],
            },
          },
        },
      },
    },
    objectStorage: {
      type: "object",
      description: "S3-compatible object storage (Hetzner Object Storage), spoken to with the bucket in the path of its URLs.",
      default: {},
      properties: {
        endpoint: {
          type: "string",
          description: "URL of the S3 API. Empty: derived from `location`.",
          pattern: "^(https?://[A-Za-z0-9._:/-]+)?$",
          default: "",
        },
        location: { type: "string", description: "Hetzner location of the bucket.", enum: ["fsn1", "nbg1", "hel1"], default: "fsn1" },
        region: { type: "string", description: "Region that requests are signed for.", pattern: "^[a-z0-9-]+$", default: "eu-central-1" },
        bucket: {
          type: "string",
          description: "Bucket for documents, one for each environment. Empty: the application gets no object storage settings.",
          pattern: "^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
          default: "",
        },
        existingSecret: {
          type: "string",
          description: "Secret with the credentials. Empty: they are keys of the backend's Secret, as `backend.secrets.keys` says.",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "",
        },
        accessKeyIdKey: {
          type: "string",
          description: "Key of `existingSecret` with the access key.",
          ...names.secretKey,
          default: "AWS_ACCESS_KEY_ID",
        },
        secretAccessKeyKey: {
          type: "string",
          description: "Key of `existingSecret` with the secret key.",
          ...names.secretKey,
          default: "AWS_SECRET_ACCESS_KEY",
        },
      },
    },
  },
} as const;
