import { ChartError } from "../problem.ts";
import { isMapSchema, isObjectSchema, isSure } from "./json-schema.ts";
import type { JsonSchema, ObjectSchema } from "./json-schema.ts";
import { schemaFaults } from "./schema-faults.ts";

/** A JSON object, in the order in which it is to be written. */
export type JsonObject = { readonly [key: string]: unknown };

export interface EmitOptions {
  /** `subchart`: `enabled` and an open `global` are declared, because Helm puts both into every subchart's values. */
  readonly root: "umbrella" | "subchart";
  /** Names (or aliases) of the charts below this one. Helm checks their values with their own schemas. */
  readonly subcharts?: readonly string[];
  /** Where the schema is written down, for messages: `schemas/backend.ts`. */
  readonly file?: string;
}

/**
 * The `values.schema.json` of a chart: draft-07, self-contained, closed at every level, each value described.
 *
 * Every sure key (see `isSure`) is required, so that a user's `null`, which deletes a default, is reported by name instead
 * of as a nil pointer in a template. A schema constant that is used several times becomes one definition where that makes
 * the file smaller. Throws a ChartError that lists all mistakes of the schema (see `schemaFaults`).
 */
export function emitSchema(schema: ObjectSchema, options: EmitOptions): JsonObject {
  refuseFaults(schema, options.file);
  const emitter = emitterFor([schema], true);
  const slices = openSubcharts(schema, options.subcharts ?? []);
  return document(options.root === "umbrella" ? umbrella(emitter, schema, slices) : subchart(emitter, schema, slices), emitter);
}

/**
 * The schema of an overlay file (`-f`) of the umbrella, for editors: the umbrella's values and, under their names, those of
 * its subcharts, with nothing required, since an overlay states only what differs.
 */
export function emitOverlaySchema(schema: ObjectSchema, subcharts: Readonly<Record<string, ObjectSchema>>): JsonObject {
  refuseFaults(schema);
  for (const [name, below] of Object.entries(subcharts)) refuseFaults(below, name);
  const emitter = emitterFor([schema, ...Object.values(subcharts)], false);
  const slices = Object.entries(subcharts).map(([name, below]) => [name, subchart(emitter, below, {})] as const);
  return document(umbrella(emitter, schema, Object.fromEntries(slices)), emitter);
}

function refuseFaults(schema: ObjectSchema, file = "values schema"): void {
  const faults = schemaFaults(schema);
  if (faults.length > 0)
    throw new ChartError(faults.map(({ path, message }) => `${file}: ${path === "" ? "the root" : path} ${message}`).join("\n"));
}

function document(root: JsonObject, emitter: Emitter): JsonObject {
  const definitions = Object.fromEntries(emitter.definitions);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...root,
    ...(emitter.definitions.size > 0 && { definitions }),
  };
}

function umbrella(emitter: Emitter, schema: ObjectSchema, slices: JsonObject): JsonObject {
  return withScratch(emitter.object(schema, slices));
}

function openSubcharts(schema: ObjectSchema, names: readonly string[]): JsonObject {
  const described = (name: string): string =>
    schema.properties[name]?.description ?? `Values of the subchart ${name}, which checks them with a schema of its own.`;
  return Object.fromEntries(names.map((name) => [name, { description: described(name), type: "object" }]));
}

function subchart(emitter: Emitter, schema: ObjectSchema, slices: JsonObject): JsonObject {
  const { global, enabled } = schema.properties;
  const globals =
    global !== undefined && isObjectSchema(global)
      ? emitter.object(global, {})
      : {
          description: global?.description ?? "Values that the parent chart shares with all its subcharts.",
          type: "object",
        };
  return withScratch(
    emitter.object(schema, {
      ...slices,
      ...(enabled === undefined && {
        enabled: { description: "Whether the parent chart installs this one.", type: "boolean" },
      }),
      global: { ...globals, additionalProperties: true },
    }),
  );
}

/** Users keep YAML anchors in keys that start with `x-`. */
function withScratch(root: JsonObject): JsonObject {
  return {
    ...root,
    patternProperties: { "^x-": { description: "Room for YAML anchors; no template reads it." } },
  };
}

interface Emitter {
  /** The closed object, with `instead` in the place of (or after) its own properties of these names. */
  object(schema: ObjectSchema, instead: JsonObject): JsonObject;
  readonly definitions: ReadonlyMap<string, JsonObject>;
}

function emitterFor(roots: readonly ObjectSchema[], required: boolean): Emitter {
  const uses = new Map<JsonSchema, number>();
  for (const root of roots) countUses(root, uses);
  const references = new Map<JsonSchema, JsonObject>();
  const definitions = new Map<string, JsonObject>();

  function emit(schema: JsonSchema, key: string): JsonObject {
    const known = references.get(schema);
    if (known !== undefined) return known;
    const emitted = isObjectSchema(schema) ? object(schema, {}) : leaf(schema, key);
    const times = uses.get(schema) ?? 1;
    if (times === 1) return emitted;
    const name = freeName(key, definitions);
    const reference = { $ref: `#/definitions/${name}` };
    const [inline, shared] = [JSON.stringify(emitted).length, JSON.stringify(reference).length];
    if (times * inline <= inline + name.length + times * shared) return emitted;
    definitions.set(name, emitted);
    references.set(schema, reference);
    return reference;
  }

  function object(schema: ObjectSchema, instead: JsonObject): JsonObject {
    const own = Object.entries(schema.properties).map(([key, property]) => [key, instead[key] ?? emit(property, key)] as const);
    const sure = required ? Object.keys(schema.properties).filter((key) => isSure(schema, key) && !(key in instead)) : [];
    return {
      ...annotations(schema),
      type: "object",
      // only a default that overrides those of the properties is news
      ...(Object.keys(schema.default ?? {}).length > 0 && { default: schema.default }),
      additionalProperties: false,
      ...(sure.length > 0 && { required: sure }),
      properties: { ...Object.fromEntries(own), ...instead },
    };
  }

  function leaf(schema: JsonSchema, key: string): JsonObject {
    const { title: _title, description: _description, examples: _examples, ...rules } = schema;
    const entry = isMapSchema(schema) ? schema.additionalProperties : schema.type === "array" ? schema.items : true;
    const emitted = entry !== true && "type" in entry ? emit(entry as JsonSchema, `${key}Entry`) : entry;
    return {
      ...annotations(schema),
      ...rules,
      ...(isMapSchema(schema) && { additionalProperties: emitted }),
      ...(schema.type === "array" && { items: emitted }),
    };
  }

  return { object, definitions };
}

function annotations({ title, description, examples }: JsonSchema): JsonObject {
  return {
    ...(title !== undefined && { title }),
    description,
    ...(examples !== undefined && { examples }),
  };
}

function countUses(schema: JsonSchema, uses: Map<JsonSchema, number>): void {
  uses.set(schema, (uses.get(schema) ?? 0) + 1);
  if (uses.get(schema) !== 1) return;
  const entry = isMapSchema(schema) ? schema.additionalProperties : schema.type === "array" ? schema.items : true;
  for (const child of isObjectSchema(schema) ? Object.values(schema.properties) : []) countUses(child, uses);
  if (entry !== true && "type" in entry) countUses(entry as JsonSchema, uses);
}

function freeName(key: string, taken: ReadonlyMap<string, unknown>): string {
  const name = key.replaceAll(/[^A-Za-z0-9_-]/gu, "-");
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}${count}`;
  return free;
}
