/**
 * The subset of JSON Schema (draft-07) in which the values of every chart are written down.
 *
 * A literal of type {@link ObjectSchema} in `schemas/*.ts` is the only source of the values' TypeScript types, their
 * defaults, the commented `values.yaml`, `values.schema.json` and the README table. Only what Helm's validators (gojsonschema
 * up to Helm 3.18.4, santhosh-tekuri/jsonschema after) and ajv all read alike is allowed; patterns must be valid RE2.
 */
export type JsonSchema = StringSchema | NumberSchema | BooleanSchema | UnionSchema | ObjectSchema | MapSchema | ArraySchema;

interface Described {
  /**
   * One or more sentences in Markdown; becomes the comment in values.yaml and the README row. Not optional: a build refuses
   * a schema without it. The type does not say so, because one forgotten line would then break the types of all templates.
   */
  readonly description?: string;
  /** Heading of a group of values: this value and its following siblings without a title of their own. */
  readonly title?: string;
  readonly examples?: readonly unknown[];
}

export interface StringSchema extends Described {
  readonly type: "string";
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: string;
}

export interface NumberSchema extends Described {
  readonly type: "integer" | "number";
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly number[];
  readonly default?: number;
}

export interface BooleanSchema extends Described {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** A scalar of several types: a nullable string (map entries that a later file may remove), an int-or-string. */
export interface UnionSchema extends Described {
  readonly type: readonly ("string" | "integer" | "number" | "boolean" | "null")[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly default?: string | number | boolean;
}

/** A closed object: keys that are not in `properties` are refused (the emitter writes `additionalProperties: false`). */
export interface ObjectSchema extends Described {
  readonly type: "object";
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** `{}`: the object is always there. A non-empty default is merged over the defaults of the properties. */
  readonly default?: Readonly<Record<string, unknown>>;
}

/** Entries under names that the user chooses; `true` passes anything through (Kubernetes checks it). */
export interface MapSchema extends Described {
  readonly type: "object";
  readonly additionalProperties: JsonSchema | true;
  readonly propertyNames?: { readonly pattern: string; readonly maxLength?: number };
  readonly default?: Readonly<Record<string, unknown>>;
}

export interface ArraySchema extends Described {
  readonly type: "array";
  readonly items: JsonSchema | Readonly<Record<string, never>>;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly default?: readonly unknown[];
}

/** What a value is, for readers. A build has made sure that it is there. */
export function descriptionOf({ description = "" }: JsonSchema): string {
  return description.trim();
}

/** True for an object whose keys are declared (and which is therefore closed). */
export function isObjectSchema(schema: JsonSchema): schema is ObjectSchema {
  return schema.type === "object" && "properties" in schema;
}

/** True for an object whose keys the user chooses. */
export function isMapSchema(schema: JsonSchema): schema is MapSchema {
  return schema.type === "object" && "additionalProperties" in schema;
}

/** True if a value under `key` is always present: it has a default, or its parent requires it. */
export function isSure(parent: ObjectSchema, key: string): boolean {
  return parent.properties[key]?.default !== undefined || (parent.required?.includes(key) ?? false);
}

/** What a schema says about scalars beyond their type; each keyword is undefined where its type has none. */
export interface Limits {
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The limits of a value, without asking for its type first. */
export function limitsOf(schema: JsonSchema): Limits {
  return schema as Limits;
}
