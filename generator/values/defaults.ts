import { isMapSchema, isObjectSchema } from "./json-schema.ts";
import type { JsonSchema, ObjectSchema } from "./json-schema.ts";

/** Values of a chart: what a values file holds, what the defaults are, what templates see. */
export type Values = { readonly [key: string]: unknown };

/**
 * The defaults of a chart, as `values.yaml` states them: a fresh object, keys in the order of the schema.
 *
 * A key without a default is left out; an object's own `default` is merged over the defaults of its properties, as Helm
 * merges (maps merge, everything else is replaced). Keys that the schema does not declare are kept, so that the schema's
 * own check can report them.
 */
export function defaultsOf(schema: ObjectSchema): Values {
  return objectDefaults(schema, {});
}

function objectDefaults(schema: ObjectSchema, over: Values): Values {
  const given = mergeOver(schema.default ?? {}, over);
  const declared = Object.entries(schema.properties).map(([key, property]) => [key, defaultOf(property, given[key])] as const);
  const undeclared = Object.entries(given).filter(([key]) => !Object.hasOwn(schema.properties, key));
  return Object.fromEntries([...declared, ...undeclared].filter(([, value]) => value !== undefined));
}

/** The default of one value; `over` is what the defaults of the enclosing objects say about it. */
function defaultOf(schema: JsonSchema, over: unknown): unknown {
  if (over === undefined && schema.default === undefined) return undefined;
  if (isObjectSchema(schema) && (over === undefined || isMap(over))) return objectDefaults(schema, over ?? {});
  if (isMapSchema(schema) && isMap(over)) return mergeOver(schema.default ?? {}, over);
  return structuredClone(over ?? schema.default);
}

function mergeOver(base: Values, over: Values): Values {
  const merged: Record<string, unknown> = structuredClone(base);
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeOver(below, value) : structuredClone(value);
  }
  return merged;
}

/** True for a YAML mapping: an object that is neither a list nor null. */
export function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
