/** Parts of values schemas that several charts share. Patterns are RE2 and anchored, so that a value can stand in a template unescaped. */
import type { MapSchema } from "../generator/values/json-schema.ts";
import type { Typed } from "../generator/values/infer.ts";

export const patterns = {
  /** A DNS label, or nothing. */
  nameOrEmpty: "^([a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?)?$",
  /** A name of a Kubernetes object (a DNS subdomain), or nothing. */
  objectOrEmpty: "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$",
  /** A DNS name with at least one dot, or nothing. */
  hostOrEmpty: "^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?$",
  host: "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$",
  /** Registry host with an optional port, or nothing. */
  registryOrEmpty: "^([a-zA-Z0-9][a-zA-Z0-9.-]*(:[0-9]+)?)?$",
  repository: "^[a-z0-9]+([._/-]+[a-z0-9]+)*$",
  tagOrEmpty: "^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$",
  digestOrEmpty: "^(sha256:[a-f0-9]{64})?$",
  /** A whole number of bytes with a unit, as in `512Mi`: what the chart can compute with. */
  bytes: "^[1-9][0-9]*(Ki|Mi|Gi|K|M|G)$",
  cpu: "^([1-9][0-9]*m?|[0-9]+\\.[0-9]+)$",
  path: "^/[A-Za-z0-9._~/-]*$",
  /** A path with an optional query. */
  request: "^/[A-Za-z0-9._~/?&=-]*$",
  url: "^https?://[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+$",
  cidr: "^([0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}|[0-9a-fA-F:]+/[0-9]{1,3})$",
  environmentName: "^[A-Za-z_][A-Za-z0-9_]*$",
  percentOrCount: "^[0-9]+%$",
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

/** Entries under names of the user's choice, each handed to Kubernetes as it is; `null` removes one that an earlier file set. */
export function passEntries<T = Readonly<Record<string, unknown>>>(description: string) {
  return { type: "object", description, additionalProperties: passMap<T>("Handed to Kubernetes as it is."), default: {} } as const;
}

/** A map of strings, such as labels. */
export function stringMap(description: string) {
  return { type: "object", description, additionalProperties: { type: "string", description: "The value." }, default: {} } as const;
}

export const port = (description: string, number: number) =>
  ({ type: "integer", description, minimum: 1024, maximum: 65535, default: number }) as const;

export const seconds = (description: string, number: number, minimum = 0) =>
  ({ type: "integer", description, minimum, maximum: 86400, default: number }) as const;

export const fullnameOverride = {
  type: "string",
  description: "Name of the chart's objects. Empty: the release's name, a dash and the chart's name.",
  pattern: patterns.nameOrEmpty,
  default: "",
} as const;

export const extraObjects = {
  type: "object",
  title: "Anything else",
  description: "Further manifests, by a name of your choice, rendered as they are. Template expressions in their strings are expanded.",
  additionalProperties: passMap("A manifest."),
  default: {},
} as const;
