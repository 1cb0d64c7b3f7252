import type { IToleration } from "kubernetes-models/v1/Toleration";

import type { ObjectSchema } from "../generator/values/json-schema.ts";
import { annotationMap, extraObjects, fullnameOverride, labelMap, names, passList, patterns } from "./common.ts";
import { global } from "./global.ts";
import { secretSource } from "./secrets.ts";

const secretName = <const Name extends string>(description: string, value: Name) =>
  ({ type: "string", description, pattern: patterns.objectOrEmpty, minLength: 1, maxLength: 253, default: value }) as const;

const externalAccountBinding = {
  type: "object",
  description: "The customer's account at a certificate authority that wants one beside the ACME account; Let's Encrypt does not.",
  properties: {
    keyID: { type: "string", description: "Identifier of the key.", pattern: "^[A-Za-z0-9._~:/+=-]+$" },
    secretName: {
      type: "string",
      description: "Secret with the key, base64url-encoded, where cert-manager reads Secrets for the issuer.",
      pattern: patterns.objectOrEmpty,
      minLength: 1,
      maxLength: 253,
    },
    secretKey: { type: "string", description: "Its key.", ...names.secretKey },
  },
  required: ["keyID", "secretName", "secretKey"],
} as const;

const accounts = {
  type: "object",
  title: "Issuers",
  description:
    "Issuers by name, each an account at an ACME server; `null` removes one of the chart's own. `global.tls.issuerKind` decides whether they serve the cluster (`ClusterIssuer`) or the namespace (`Issuer`). A ClusterIssuer can be in one release of a cluster: others use it without rendering it.",
  additionalProperties: {
    type: "object",
    description: "An issuer.",
    properties: {
      server: { type: "string", description: "Directory URL of the ACME server.", pattern: "^https://[A-Za-z0-9._~:/-]+$" },
      profile: {
        type: "string",
        description: "Kind of certificate, of those that the server lists. Absent: its default, `classic` at Let's Encrypt.",
        pattern: "^[A-Za-z0-9._-]+$",
      },
      preferredChain: {
        type: "string",
        description: "Common name of the root to prefer, where the server offers several chains. Absent: its default.",
        pattern: "^[A-Za-z0-9 ._-]+$",
        maxLength: 64,
      },
      caBundle: {
        type: "string",
        description: "Base64-encoded PEM certificates to check the server by. Absent: the public ones.",
        pattern: "^[A-Za-z0-9+/]+={0,2}$",
      },
      externalAccountBinding,
    },
    required: ["server"],
  },
  propertyNames: names.label,
  default: {
    "letsencrypt-prod": { server: "https://acme-v02.api.letsencrypt.org/directory" },
    "letsencrypt-staging": { server: "https://acme-staging-v02.api.letsencrypt.org/directory" },
  },
} as const;

const amount = (description: string, pattern: string, value: string) => ({ type: "string", description, pattern, default: value }) as const;

const http01 = {
  type: "object",
  description:
    "A file below `/.well-known/acme-challenge/`, which a pod of cert-manager's serves for a minute behind an Ingress of its own.",
  default: {},
  properties: {
    ingressClassName: {
      type: "string",
      description: "Ingress class that the hosts' requests arrive by.",
      pattern: patterns.objectOrEmpty,
      minLength: 1,
      maxLength: 253,
      default: "traefik",
    },
    acceptCloudflare: {
      type: "boolean",
      description:
        "Refused with `global.cloudflare.enabled` without it: Cloudflare must neither redirect nor challenge `/.well-known/acme-challenge/`, and in SSL mode Full (strict) the first certificate never comes.",
      default: false,
    },
    resources: {
      type: "object",
      description: "Requests and limits of the pod.",
      default: {},
      properties: {
        requests: {
          type: "object",
          description: "What the scheduler reserves.",
          default: {},
          properties: { cpu: amount("CPU.", patterns.cpu, "10m"), memory: amount("Memory.", patterns.bytes, "64Mi") },
        },
        limits: {
          type: "object",
          description: "What the kernel enforces.",
          default: {},
          properties: { cpu: amount("CPU.", patterns.cpu, "100m"), memory: amount("Memory.", patterns.bytes, "64Mi") },
        },
      },
    },
    nodeSelector: labelMap("Labels of nodes that the pod may run on."),
    tolerations: passList<IToleration>("Tolerations of the pod."),
  },
} as const;

const dns01 = {
  type: "object",
  description: "A record `_acme-challenge` in the hosts' zone at Cloudflare, which cert-manager makes with an API token.",
  default: {},
  properties: {
    mode: { ...secretSource.mode, description: `Where the token comes from. ${secretSource.mode.description}` },
    secretName: secretName(
      "Secret with the token, in `clusterResourceNamespace` for ClusterIssuers and in the release's namespace for Issuers.",
      "cloudflare-api-token",
    ),
    secretKey: { type: "string", description: "Its key.", ...names.secretKey, default: "api-token" },
    literal: {
      type: "string",
      description: "Mode `literal`: the token.",
      pattern: "^[A-Za-z0-9_-]*$",
      default: "",
    },
    external: {
      ...secretSource.external,
      properties: {
        ...secretSource.external.properties,
        remoteKey: {
          ...secretSource.external.properties.remoteKey,
          description: "Entry of the store with a property that is called like `secretKey`.",
          examples: ["xpeditis/production/cloudflare"],
        },
      },
    },
  },
} as const;

const certificate = {
  type: "object",
  title: "Certificate",
  description:
    "A Certificate for the hosts, called like `global.tls.secretName`, in place of the one that cert-manager makes from an annotation of the Ingress. For what no annotation can say: wildcards, renewal, the kind of key.",
  default: {},
  properties: {
    enabled: { type: "boolean", description: "Render it; the Ingress then has no annotation.", default: false },
    hosts: {
      type: "array",
      description: "Names in it. Empty: the hosts of the application and of the API.",
      items: {
        type: "string",
        description: "A host, or a wildcard (challenge `dns01` only).",
        pattern: "^(\\*\\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$",
        maxLength: 253,
      },
      uniqueItems: true,
      examples: [["xpeditis.com", "*.xpeditis.com"]],
      default: [],
    },
    keyAlgorithm: { type: "string", description: "Kind of its key. Absent: cert-manager's default, RSA.", enum: ["RSA", "ECDSA"] },
    renewBeforePercentage: {
      type: "integer",
      description:
        "Renewed when this percentage of its life is left. Absent: cert-manager's default, a third. A percentage, because certificates live shorter and shorter: 30 days before the end is all the life of some.",
      minimum: 1,
      maximum: 99,
    },
  },
} as const;

/** Who issues certificates, and how it is convinced that the hosts are ours. */
export const issuers = {
  type: "object",
  description: "cert-manager's issuers for Let's Encrypt, and how they prove that the hosts are yours.",
  properties: {
    global,
    fullnameOverride,
    accounts,
    email: {
      type: "string",
      description: "Contact of the accounts. Empty: none; Let's Encrypt no longer warns of certificates that expire.",
      pattern: "^([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+)?$",
      maxLength: 254,
      default: "",
    },
    annotations: annotationMap(
      "Annotations of the issuers, such as `helm.sh/resource-policy: keep`, where other releases depend on ClusterIssuers of this one.",
    ),
    clusterResourceNamespace: {
      type: "string",
      description:
        "Namespace that cert-manager reads and writes Secrets of ClusterIssuers in (`--cluster-resource-namespace`; its own, unless told otherwise).",
      ...names.label,
      default: "cert-manager",
    },
    challenge: {
      type: "object",
      title: "Challenge",
      description: "How the issuers prove that the hosts are yours.",
      default: {},
      properties: {
        type: {
          type: "string",
          description:
            "`http01`: by a file that the hosts serve. `dns01`: by a record in their zone at Cloudflare, which needs no way in, works behind Cloudflare's proxy and for wildcards.",
          enum: ["http01", "dns01"],
          default: "http01",
        },
        http01,
        dns01,
      },
    },
    certificate,
    extraObjects,
  },
} as const satisfies ObjectSchema;
