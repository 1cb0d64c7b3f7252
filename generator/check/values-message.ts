import type { DefinedError } from "ajv";
import { isMap } from "../values/defaults.ts";
import { nearest } from "./nearest.ts";
import type { Place } from "./values-places.ts";
import { resolvePlain } from "./values-yaml.ts";

/** What a message needs to know beyond ajv's error. */
export interface Circumstances {
  /** Where the value stands, undefined if it comes from an alias or from the defaults. */
  readonly place: Place | undefined;
  /** Dotted paths of all values of the chart that have this key as their last part. */
  readonly elsewhere: (key: string) => readonly string[];
}

/** Longest list of choices that a message repeats. */
const listLength = 20;

/** What is wrong with a value and what to write instead, for an error of ajv (`verbose`) about one of our schemas. */
export function messageFor(error: DefinedError, { place, elsewhere }: Circumstances): string {
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(error.params.additionalProperty, keysOf(error.parentSchema), elsewhere(error.params.additionalProperty));
    case "propertyNames":
      return `is no allowed name: it ${ruleOfNames(error.schema as { pattern: string; maxLength?: number })}`;
    case "required":
      return place === undefined
        ? "is missing: the chart needs it"
        : "is null, which removes the default, and the chart needs a value: leave the key out to get the default";
    case "type":
      return wrongType(error.data, [error.params.type].flat(), place);
    case "enum":
      return wrongChoice(error.data, error.params.allowedValues);
    case "pattern":
      return `is ${shown(error.data)}, must match ${error.params.pattern}${hint(error.parentSchema)}`;
    case "minimum":
      return `is ${shown(error.data)}, must be at least ${error.params.limit}`;
    case "maximum":
      return `is ${shown(error.data)}, must be at most ${error.params.limit}`;
    case "minLength":
      return error.data === "" ? "must not be empty" : `is ${shown(error.data)}, must have at least ${error.params.limit} characters`;
    case "maxLength":
      return `has ${[...String(error.data)].length} characters, must have at most ${error.params.limit}`;
    case "minItems":
      return `has ${(error.data as readonly unknown[]).length} items, must have at least ${error.params.limit}`;
    case "uniqueItems":
      return `has the same item twice, at [${Math.min(error.params.i, error.params.j)}] and [${Math.max(error.params.i, error.params.j)}]`;
    default:
      return error.message ?? error.keyword;
  }
}

function ruleOfNames({ pattern, maxLength }: { readonly pattern: string; readonly maxLength?: number }): string {
  return `must match ${pattern}${maxLength === undefined ? "" : ` and have at most ${maxLength} characters`}`;
}

function unknownKey(key: string, known: readonly string[], elsewhere: readonly string[]): string {
  const meant = nearest(key, known);
  if (meant !== undefined) return `is not a value of the chart: did you mean ${meant}?`;
  if (elsewhere.length > 0 && elsewhere.length < 4) return `is not a value of the chart here: did you mean ${elsewhere.join(" or ")}?`;
  if (known.length === 0) return "is not a value of the chart: nothing is allowed here";
  return `is not a value of the chart: allowed here: ${listed(known)}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a string",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  null: "null",
};

function wrongType(value: unknown, allowed: readonly string[], place: Place | undefined): string {
  const wanted = allowed.map((type) => typeNames[type] ?? type).join(" or ");
  const complaint = `is ${kindOf(value)}, must be ${wanted}`;
  const plain = place?.plain;
  if (value === null) return `${complaint}: leave the key out`;
  if (allowed.includes("string") && plain !== undefined) return `${complaint}: quote it (${JSON.stringify(plain)})${reading(plain, value)}`;
  if (typeof value === "string" && allowed.includes(scalarType(resolvePlain(value)))) return `${complaint}: write ${value} without quotes`;
  if (allowed.includes("object") && Array.isArray(value)) return `${complaint}: lines of \`name: value\` instead of \`- value\``;
  if (allowed.includes("array") && plain !== undefined) return `${complaint}: write [${plain}]`;
  return typeof value === "number" || typeof value === "string" ? `is ${shown(value)}, must be ${wanted}` : complaint;
}

/** YAML's own idea of a scalar, where it differs from what is written. */
function reading(plain: string, value: unknown): string {
  return String(value) === plain ? "" : `, since YAML reads ${plain} as ${String(value)}`;
}

function wrongChoice(value: unknown, allowed: readonly unknown[]): string {
  const meant = typeof value === "string" ? nearest(value, allowed.map(String)) : undefined;
  return `is ${shown(value)}, must be one of: ${listed(allowed.map((choice) => (choice === "" ? '""' : String(choice))))}${meant === undefined ? "" : ` (did you mean ${meant}?)`}`;
}

/** The first example, or else what the description says of the form. */
function hint(schema: unknown): string {
  const { examples, description = "" } = schema as { examples?: readonly unknown[]; description?: string };
  return examples?.[0] === undefined ? ` (${description.split(/(?<=\.)\s/u)[0]})` : `, for example ${String(examples[0])}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (isMap(value)) return "a map";
  return typeof value === "boolean" ? "a boolean" : `a ${typeof value}`;
}

function scalarType(value: unknown): string {
  return typeof value === "number" && Number.isInteger(value) ? "integer" : typeof value;
}

function keysOf(schema: unknown): readonly string[] {
  return Object.keys((schema as { properties?: object }).properties ?? {});
}

function listed(choices: readonly string[]): string {
  return choices.length > listLength ? `${choices.slice(0, listLength).join(", ")}, …` : choices.join(", ");
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
