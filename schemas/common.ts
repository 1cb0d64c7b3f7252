/**
 * Parts of values schemas that several charts share. Patterns are RE2 and anchored, so that a value can stand in a template
 * unescaped. Lengths stand beside them: Helm compiles every pattern in every rendering, and Go writes `{0,251}` out 251 times.
 */
import type { MapSchema } from "../generator/values/json-schema.ts";
import type { Typed } from "../generator/values/infer.ts";

/** Names whose length is limited, too; for `...names.label`, or as `propertyNames` as they are. */
export const names = {
  /** A DNS label: a namespace, a container, a volume. */
  label: { pattern: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", maxLength: 63 },
  /** Name of a Service, which must start with a letter, or nothing. */
  serviceOrEmpty: { pattern: "^([a-z]([a-z0-9-]*[a-z0-9])?)?$", maxLength: 63 },
  /** The same with room for the longest suffix, `-migrate-` and a hash: names of Jobs have 63 characters at most. */
  fullnameOrEmpty: { pattern: "^([a-z]([a-z0-9-]*[a-z0-9])?)?$", maxLength: 45 },
  labelValue: { pattern: "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$", maxLength: 63 },
  /** Key of a Secret. */
  secretKey: { pattern: "^\\.?[A-Za-z0-9_-][A-Za-z0-9._-]*$", maxLength: 253 },
  /** Tag of an image, or nothing. */
  tagOrEmpty: { pattern: "^([A-Za-z0-9_][A-Za-z0-9._-]*)?$", maxLength: 128 },
} as const;

export const patterns = {
  /** A name of a Kubernetes object (a DNS subdomain; 253 characters at most), or nothing. */
  objectOrEmpty: "^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?$",
  /** Key of a label or an annotation. */
  qualifiedName: "^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
  /** A DNS name with at least one dot, or nothing. */
  hostOrEmpty: "^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?$",
  host: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$",
  /** Registry host with an optional port, or nothing. */
  registryOrEmpty: "^([a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]+)?)?$",
  repository: "^[a-z0-9]+([._/-]+[a-z0-9]+)*$",
  digestOrEmpty: "^(sha256:[a-f0-9]{64})?$",
  /** A whole number of bytes with a unit, as in `512Mi`: what the chart can compute with. */
  bytes: "^[1-9][0-9]{0,6}(Ki|Mi|Gi|k|M|G)$",
  /** Whole CPUs or thousandths. The API server would rewrite `0.5`, and GitOps tools would see a difference. */
  cpu: "^[1-9][0-9]{0,6}m?$",
  /** Without `//`, `/./` and `/../`, which Ingress paths must not have. */
  path: "^/((\\.?[A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*\\.?[A-Za-z0-9_~-][A-Za-z0-9._~-]*/?)?$",
  /** A path with an optional query. */
  request: "^/[A-Za-z0-9._~/?&=-]*$",
  url: "^https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+$",
  /** Ranges that can be left out of 0.0.0.0/0 and ::/0. */
  ipv4Range: "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])/([1-9]|[12][0-9]|3[0-2])$",
  ipv6Range: "^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){0,6}::?/([1-9]|[1-9][0-9]|1[01][0-9]|12[0-8])$",
  environmentName: "^[A-Za-z_][A-Za-z0-9_]*$",
} as const;

/**
 * A map or list that is handed to Kubernetes as it is, with the type of what it holds. The chart's schema stays open there;
 * Kubernetes checks it.
 */
export function passMap<T = Readonly<Record<string, unknown>>>(description: string, fallback: Readonly<Record<string, unknown>> = {}) {
  return { type: "object", description, additionalProperties: true, default: fallback } as const satisfies MapSchema as {
    readonly type: "object";
    readonly description: string;
    readonly additionalProperties: true;
    readonly default: Readonly<Record<string, unknown>>;
  } & Typed<T>;
}

/** A list that is handed to Kubernetes as it is. */
export function passList<T = Readonly<Record<string, unknown>>>(description: string) {
  return { type: "array", description, items: {}, default: [] } as unknown as {
    readonly type: "array";
    readonly description: string;
    readonly items: Readonly<Record<string, never>>;
    readonly default: readonly unknown[];
  } & Typed<T[]>;
}

/** Entries under names of the user's choice, each handed to Kubernetes as it is; `propertyNames` says what these may be. */
export function passEntries<T = Readonly<Record<string, unknown>>>(
  description: string,
  propertyNames: { readonly pattern: string; readonly maxLength?: number },
) {
  return {
    type: "object",
    description,
    additionalProperties: passMap<T>("Handed to Kubernetes as it is."),
    propertyNames,
    default: {},
  } as const;
}

/** Labels, or a selection by labels. */
export function labelMap(description: string) {
  return {
    type: "object",
    description,
    additionalProperties: { type: "string", description: "The value.", ...names.labelValue },
    propertyNames: { pattern: patterns.qualifiedName },
    default: {},
  } as const;
}

export function annotationMap(description: string) {
  return {
    type: "object",
    description,
    additionalProperties: { type: "string", description: "The value." },
    propertyNames: { pattern: patterns.qualifiedName },
    default: {},
  } as const;
}

export const port = (description: string, number: number) =>
  ({ type: "integer", description, minimum: 1024, maximum: 65535, default: number }) as const;

export const seconds = (description: string, number: number, minimum = 0) =>
  ({ type: "integer", description, minimum, maximum: 86400, default: number }) as const;

export const fullnameOverride = {
  type: "string",
  description: "Name of the chart's objects, up to 45 characters. Empty: the release's name, a dash and the chart's name.",
  ...names.fullnameOrEmpty,
  default: "",
} as const;

export const extraObjects = {
  type: "object",
  title: "Anything else",
  description: "Further manifests, by a name of your choice, rendered as they are. Template expressions in their strings are expanded.",
  additionalProperties: passMap("A manifest."),
  default: {},
} as const;
