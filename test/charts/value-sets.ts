/** Values that the schemas allow, generated from the schemas themselves. */
import fc from "fast-check";

import { isMap, type Values } from "../../generator/values/defaults.ts";
import { isMapSchema, isObjectSchema, limitsOf, type JsonSchema, type ObjectSchema } from "../../generator/values/json-schema.ts";
import { allValues } from "../../schemas/xpeditis.ts";
import { contents, hostile } from "./plausible.ts";
import { literalSecrets } from "./releases.ts";

/** A value and where it stands. */
export interface Placed {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** A value that can be set by itself: no closed object, but anything in one. */
export interface Leaf {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** All leaves of the umbrella and its subcharts. The subcharts' globals are the umbrella's. */
export const leaves: readonly Leaf[] = leavesOf(allValues, []);

/** Values that differ from the defaults in up to `size` places. */
export const valueSets = (size = 12): fc.Arbitrary<Values> =>
  fc.array(fc.oneof({ weight: 6, arbitrary: anyLeaf }, { weight: 1, arbitrary: fitting }), { maxLength: size }).map(assemble);

/** Nested values out of values with their places; a later one of the same place wins. */
export function assemble(placed: readonly Placed[]): Values {
  const root: Record<string, unknown> = {};
  for (const { path, value } of placed) {
    let table = root;
    for (const key of path.slice(0, -1)) {
      const below = isMap(table[key]) ? { ...table[key] } : {};
      table[key] = below;
      table = below;
    }
    table[path.at(-1) ?? ""] = value;
  }
  return root;
}

/** What the schema of a value allows. */
export function valueOf(schema: JsonSchema, path: readonly string[]): fc.Arbitrary<unknown> {
  const { enum: words, pattern, minLength = 0, maxLength = Infinity, minimum = -(2 ** 31), maximum = 2 ** 31 } = limitsOf(schema);
  if (words !== undefined) return fc.constantFrom(...words);
  if (Array.isArray(schema.type)) {
    const text = pattern === undefined ? hostile : matching({ pattern, maxLength });
    return schema.type.includes("null") ? fc.option(text, { freq: 4 }) : text;
  }
  if (isObjectSchema(schema)) {
    const fields = Object.entries(schema.properties).map(([key, property]) => [key, valueOf(property, [...path, key])] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] });
  }
  if (isMapSchema(schema)) return mapOf(schema, path);
  switch (schema.type) {
    case "string":
      return (pattern === undefined ? hostile : matching({ pattern })).filter(
        (text) => text.length >= minLength && text.length <= maxLength,
      );
    case "integer":
      return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: maximum }));
    case "boolean":
      return fc.boolean();
    case "array": {
      const item = "type" in schema.items ? valueOf(schema.items as JsonSchema, path) : passThrough(path);
      return fc.array(item, { minLength: schema.minItems ?? 0, maxLength: 3 });
    }
    default:
      throw new Error(`${path.join(".")}: no values are known for the type ${String(schema.type)}`);
  }
}

// ── internal ────────────────────────────────────────────────────────────────

function leavesOf(schema: ObjectSchema, path: readonly string[]): Leaf[] {
  return Object.entries(schema.properties).flatMap(([key, property]) => {
    if (key === "global" && path.length > 0) return [];
    const at = [...path, key];
    return isObjectSchema(property) ? leavesOf(property, at) : [{ path: at, schema: property }];
  });
}

const anyLeaf: fc.Arbitrary<Placed> = fc.oneof(
  ...leaves.map(({ path, schema }) => valueOf(schema, path).map((value): Placed => ({ path, value }))),
);

const placed = (path: string, value: unknown): Placed => ({ path: path.split("."), value });
const application = fc.constantFrom("backend", "frontend");
const seconds = fc.integer({ min: 0, max: 300 });

/** Values that only make sense together; one by one they would be refused nearly always. */
const fitting: fc.Arbitrary<Placed> = fc.oneof(
  fc.constant(placed("backend.secrets", literalSecrets)),
  fc.constant(placed("backend.secrets", { ...literalSecrets, keys: { JWT_SECRET: null } })),
  application.map((name) => placed(`${name}.secrets`, { mode: "external", external: { storeName: "vault", remoteKey: "apps/key" } })),
  fc
    .record({ name: application, memory: fc.constantFrom("off", "resource", "external") })
    .map(({ name, memory }) => placed(`${name}.autoscaling`, { engine: "keda", memory: { mode: memory } })),
  fc.tuple(application, seconds, seconds, seconds, seconds).map(([name, preStopSeconds, drainSeconds, longestRequestSeconds, more]) =>
    placed(`${name}.shutdown`, {
      preStopSeconds,
      drainSeconds,
      longestRequestSeconds,
      gracePeriodSeconds: preStopSeconds + drainSeconds + longestRequestSeconds + 5 + more,
    }),
  ),
  fc
    .tuple(application, fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 999 }))
    .map(([name, min, more]) => placed(`${name}.autoscaling`, { minReplicas: min, maxReplicas: Math.min(1000, min + more) })),
  fc
    .tuple(application, fc.integer({ min: 2, max: 100 }), fc.integer({ min: 1, max: 99 }))
    .map(([name, above, less]) =>
      placed(`${name}.autoscaling`, { cpu: { scaleUpAbove: above, scaleDownBelow: Math.max(1, above - less) } }),
    ),
  fc
    .tuple(application, fc.integer({ min: 1, max: 4096 }))
    .map(([name, mebibytes]) =>
      placed(`${name}.resources`, { requests: { memory: `${mebibytes}Mi` }, limits: { memory: `${mebibytes}Mi` } }),
    ),
  application.map((name) =>
    placed(name, {
      volumes: { keys: { secret: { secretName: "keys" } } },
      volumeMounts: { keys: { mountPath: "/keys", readOnly: true } },
      extraContainers: { proxy: { image: "proxy:1" } },
    }),
  ),
  fc.constant(placed("global", { environment: "production", tls: { mode: "certManager" } })),
  fc.constantFrom("secret", "certManager").map((mode) => placed("global.tls", { mode })),
  fc.constant(placed("global.tls", { mode: "cloudflare", acceptUnencryptedOrigin: true })),
  fc.constant(placed("global.cloudflare", { enabled: true })),
  fc.constant(placed("edge.enabled", true)),
  fc.constant(placed("issuers", { enabled: true, challenge: { type: "dns01", dns01: { mode: "literal", literal: "t" } } })),
  fc.constant(placed("backend.fullnameOverride", "")),
  fc.constant(placed("postgresql", { enabled: true, acceptUnused: true })),
);

function matching({ pattern, maxLength = Infinity }: { readonly pattern: string; readonly maxLength?: number }): fc.Arbitrary<string> {
  return fc.stringMatching(new RegExp(pattern, "u")).filter((text) => text.length <= maxLength);
}

function mapOf(schema: Extract<JsonSchema, { type: "object" }>, path: readonly string[]): fc.Arbitrary<unknown> {
  if (!isMapSchema(schema)) throw new Error(`${path.join(".")} is no map`);
  const entry = schema.additionalProperties;
  if (entry === true) return passThrough(path);
  const key = schema.propertyNames === undefined ? fc.constantFrom("a", "b-c", "d") : matching(schema.propertyNames);
  const isOpen = isMapSchema(entry) && entry.additionalProperties === true;
  return fc.dictionary(key, isOpen ? passThrough(path) : valueOf(entry, path), { maxKeys: 3 });
}

function passThrough(path: readonly string[]): fc.Arbitrary<unknown> {
  const known = contents[path.at(-1) ?? ""];
  if (known === undefined) throw new Error(`${path.join(".")} is handed to Kubernetes as it is: say in plausible.ts what it may hold`);
  return known;
}
