/**
 * What the compiler promises about values, given their schema. Compiled by `tsc`, never run: an error that is expected and
 * does not come is an error itself.
 */
import type { FromSchema, Typed } from "../generator/values/infer.ts";
import type { JsonSchema, MapSchema, ObjectSchema } from "../generator/values/json-schema.ts";

interface Probe {
  readonly path: string;
}

const schema = {
  type: "object",
  description: "Values.",
  required: ["host"],
  properties: {
    host: { type: "string", description: "Required." },
    tag: { type: "string", description: "With a default.", default: "" },
    digest: { type: "string", description: "Optional." },
    policy: { type: "string", description: "Closed choice.", enum: ["Always", "Never"], default: "Never" },
    replicas: { type: "integer", description: "Number.", default: 1 },
    enabled: { type: "boolean", description: "Switch.", default: false },
    text: { type: ["string", "null"], description: "Text or nothing.", default: "" },
    image: {
      type: "object",
      description: "Always there.",
      default: {},
      properties: { name: { type: "string", description: "Name.", default: "x" }, size: { type: "number", description: "Optional." } },
    },
    tls: {
      type: "object",
      description: "Optional.",
      required: ["secret"],
      properties: { secret: { type: "string", description: "Name." } },
    },
    env: {
      type: "object",
      description: "Map.",
      default: {},
      additionalProperties: { type: "object", description: "Entry.", properties: { value: { type: "string", description: "Text." } } },
    },
    open: { type: "object", description: "Pass-through.", default: {}, additionalProperties: true },
    ports: { type: "array", description: "List.", default: [], items: { type: "integer", description: "Port." } },
    probe: { type: "object", description: "A type of Kubernetes.", additionalProperties: true } as MapSchema & Typed<Probe>,
  },
} as const satisfies ObjectSchema;

type Values = FromSchema<typeof schema>;
declare const values: Values;

/** True if the two types are the same, not just assignable. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const proven = <T extends true>(): T | undefined => undefined;

// a default or `required` makes a key sure; nothing else does
proven<Same<Values["host"], string>>();
proven<Same<Values["tag"], string>>();
proven<Same<Values["digest"], string | undefined>>();
proven<Same<Extract<Values["tls"], undefined>, undefined>>();
proven<Same<NonNullable<Values["tls"]>["secret"], string>>();

// types of leaves
proven<Same<Values["policy"], "Always" | "Never">>();
proven<Same<Values["replicas"], number>>();
proven<Same<Values["enabled"], boolean>>();
proven<Same<Values["text"], string | null>>();
proven<Same<Values["image"]["size"], number | undefined>>();

// maps, lists, and what is passed through
proven<Same<Values["env"][string]["value"], string | undefined>>();
proven<Same<Values["open"], Readonly<Record<string, unknown>>>>();
proven<Same<Values["ports"][number], number>>();
proven<Same<NonNullable<Values["probe"]>, Probe>>();

// @ts-expect-error a value that the schema does not declare
export const misspelt = values.image.nmae;
// @ts-expect-error a value below an optional one
export const unsure = values.tls.secret;
// @ts-expect-error the wrong type
export const wrong: string = values.replicas;
// @ts-expect-error an optional value used as sure
export const optional: string = values.digest;
// @ts-expect-error a choice that does not exist
export const choice: "Sometimes" = values.policy;

// the schema language itself
// @ts-expect-error a default of the wrong type
export const badDefault = { type: "integer", description: "Number.", default: "1" } as const satisfies JsonSchema;
// @ts-expect-error a keyword that Helm's validators and ajv do not read alike
export const format = { type: "string", description: "Text.", format: "uri" } as const satisfies JsonSchema;
// @ts-expect-error alternatives have no single type, and no single message
export const either = { anyOf: [{ type: "string", description: "Text." }], description: "Either." } as const satisfies JsonSchema;
