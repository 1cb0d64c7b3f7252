import { isMap } from "./defaults.ts";
import type { Values } from "./defaults.ts";
import { isMapSchema, isObjectSchema, limitsOf } from "./json-schema.ts";
import type { ArraySchema, JsonSchema, MapSchema, ObjectSchema } from "./json-schema.ts";

/** Where a value breaks its schema, and how; `path` is relative to the value, empty for the value itself. */
export interface Violation {
  readonly path: string;
  readonly reason: string;
}

/**
 * The first way in which `value` breaks `schema`, or undefined if it satisfies it. Keys of objects may be missing where a
 * default fills them.
 *
 * Serves the build, which checks hundreds of defaults and examples: ajv takes 50 ms to load and 0.1 ms per value to compile,
 * this takes nothing. Values files are checked with ajv (check/values.ts), and a test holds the two to the same verdict.
 */
export function violationOf(schema: JsonSchema, value: unknown): Violation | undefined {
  const types: readonly string[] = typeof schema.type === "string" ? [schema.type] : schema.type;
  if (!types.some((type) => hasType(value, type)))
    return {
      path: "",
      reason: `is ${JSON.stringify(value)}, must be of type ${types.join(" or ")}`,
    };
  if (isObjectSchema(schema)) return isMap(value) ? objectViolation(schema, value) : undefined;
  if (isMapSchema(schema)) return isMap(value) ? mapViolation(schema, value) : undefined;
  if (schema.type === "array") return Array.isArray(value) ? arrayViolation(schema, value) : undefined;
  const reason = typeof value === "string" ? textFault(schema, value) : typeof value === "number" ? numberFault(schema, value) : undefined;
  return reason === undefined ? undefined : { path: "", reason: `is ${JSON.stringify(value)}, ${reason}` };
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isMap(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function textFault(schema: JsonSchema, value: string): string | undefined {
  const { enum: allowed, pattern, minLength = 0, maxLength = Infinity } = limitsOf(schema);
  const length = [...value].length;
  if (allowed !== undefined && !allowed.includes(value)) return `must be one of ${JSON.stringify(allowed)}`;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) return `must match ${pattern}`;
  if (length < minLength) return `must have at least ${minLength} characters`;
  return length > maxLength ? `must have at most ${maxLength} characters` : undefined;
}

function numberFault(schema: JsonSchema, value: number): string | undefined {
  const { enum: allowed, minimum = -Infinity, maximum = Infinity } = limitsOf(schema);
  if (allowed !== undefined && !allowed.includes(value)) return `must be one of ${JSON.stringify(allowed)}`;
  if (value < minimum) return `must be at least ${minimum}`;
  return value > maximum ? `must be at most ${maximum}` : undefined;
}

function objectViolation(schema: ObjectSchema, value: Values): Violation | undefined {
  const missing = schema.required?.find((key) => value[key] === undefined && schema.properties[key]?.default === undefined);
  if (missing !== undefined) return { path: missing, reason: "is missing, but required" };
  return first(Object.entries(value), ([key, child]) => {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    return property === undefined ? { path: key, reason: "is not a key of this object" } : below(key, violationOf(property, child));
  });
}

function mapViolation(schema: MapSchema, value: Values): Violation | undefined {
  const { additionalProperties: entry, propertyNames } = schema;
  return first(Object.entries(value), ([key, child]) => {
    const fault = propertyNames && textFault({ type: "string", ...propertyNames }, key);
    if (fault !== undefined) return { path: key, reason: `is a name that ${fault}` };
    return entry === true ? undefined : below(key, violationOf(entry, child));
  });
}

function arrayViolation(schema: ArraySchema, value: readonly unknown[]): Violation | undefined {
  if (value.length < (schema.minItems ?? 0)) return { path: "", reason: `must have at least ${schema.minItems} items` };
  if (schema.uniqueItems === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length)
    return { path: "", reason: "must not repeat an item" };
  const items = "type" in schema.items ? (schema.items as JsonSchema) : undefined;
  return items && first([...value.entries()], ([index, item]) => below(String(index), violationOf(items, item)));
}

function below(key: string, violation: Violation | undefined): Violation | undefined {
  return (
    violation && {
      path: violation.path === "" ? key : `${key}.${violation.path}`,
      reason: violation.reason,
    }
  );
}

function first<T>(items: readonly T[], find: (item: T) => Violation | undefined): Violation | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
