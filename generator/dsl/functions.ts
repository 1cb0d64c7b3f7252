/**
 * The template functions that charts may use, each with the same meaning in both back ends. Names and argument order are
 * Sprig's (masterminds.github.io/sprig) and Go's text/template; numbers are whole numbers, as Sprig's arithmetic is.
 */
import { createHash } from "node:crypto";
import { load } from "js-yaml";

export interface TemplateFunction {
  /** `pipe`: the last argument is written in front, as in `x | trunc 63`. */
  readonly style: "pipe" | "prefix";
  /** Compares numbers: values are floats to Helm, and Go refuses to compare those with whole numbers. */
  readonly compares?: true;
  evaluate(args: readonly unknown[]): unknown;
}

export const functions: Readonly<Record<string, TemplateFunction>> = {
  // truth, as Go's templates see it: 0, "", false, null, {} and [] are false
  not: { style: "prefix", evaluate: ([value]) => !isTrue(value) },
  // evaluated one by one, see compile-node.ts
  and: { style: "prefix", evaluate: (args) => args.at(-1) },
  or: { style: "prefix", evaluate: (args) => args.at(-1) },
  eq: { style: "prefix", compares: true, evaluate: ([a, b]) => a === b },
  ne: { style: "prefix", compares: true, evaluate: ([a, b]) => a !== b },
  gt: { style: "prefix", compares: true, evaluate: ([a, b]) => number(a) > number(b) },
  ge: { style: "prefix", compares: true, evaluate: ([a, b]) => number(a) >= number(b) },
  lt: { style: "prefix", compares: true, evaluate: ([a, b]) => number(a) < number(b) },
  le: { style: "prefix", compares: true, evaluate: ([a, b]) => number(a) <= number(b) },
  kindIs: { style: "prefix", evaluate: ([kind, value]) => kind === "invalid" && (value === null || value === undefined) },
  default: { style: "pipe", evaluate: ([otherwise, value]) => (isTrue(value) ? value : otherwise) },
  required: {
    style: "pipe",
    evaluate: ([message, value]) => {
      if (value === null || value === undefined || value === "") throw new Refusal(text(message));
      return value;
    },
  },

  add: { style: "prefix", evaluate: (args) => args.map(number).reduce((a, b) => a + b, 0) },
  sub: { style: "prefix", evaluate: ([a, b]) => number(a) - number(b) },
  mul: { style: "prefix", evaluate: (args) => args.map(number).reduce((a, b) => a * b, 1) },
  div: { style: "prefix", evaluate: ([a, b]) => Math.trunc(number(a) / number(b)) },
  max: { style: "prefix", evaluate: (args) => Math.max(...args.map(number)) },
  min: { style: "prefix", evaluate: (args) => Math.min(...args.map(number)) },
  atoi: { style: "pipe", evaluate: ([value]) => Number.parseInt(text(value), 10) || 0 },
  len: { style: "prefix", evaluate: ([value]) => size(value) },

  trunc: { style: "pipe", evaluate: ([length, value]) => firstBytes(text(value), number(length)) },
  trimSuffix: { style: "pipe", evaluate: ([suffix, value]) => cut(text(value), text(suffix)) },
  replace: { style: "pipe", evaluate: ([from, to, value]) => text(value).replaceAll(text(from), text(to)) },
  trim: { style: "pipe", evaluate: ([value]) => text(value).trim() },
  list: { style: "prefix", evaluate: (args) => args },
  has: { style: "prefix", evaluate: ([value, list]) => (list as unknown[]).includes(value) },
  lower: { style: "pipe", evaluate: ([value]) => text(value).toLowerCase() },
  hasPrefix: { style: "prefix", evaluate: ([prefix, value]) => text(value).startsWith(text(prefix)) },
  hasSuffix: { style: "prefix", evaluate: ([suffix, value]) => text(value).endsWith(text(suffix)) },
  contains: { style: "prefix", evaluate: ([part, value]) => text(value).includes(text(part)) },
  hasKey: { style: "prefix", evaluate: ([map, key]) => Object.hasOwn((map ?? {}) as object, text(key)) },
  regexMatch: { style: "prefix", evaluate: ([pattern, value]) => new RegExp(text(pattern), "u").test(text(value)) },
  regexFind: { style: "pipe", evaluate: ([pattern, value]) => new RegExp(text(pattern), "u").exec(text(value))?.[0] ?? "" },
  keys: { style: "prefix", evaluate: ([map]) => Object.keys((map ?? {}) as object) },
  sortAlpha: { style: "pipe", evaluate: ([list]) => sorted(list as string[]) },
  join: { style: "pipe", evaluate: ([separator, list]) => (list as unknown[]).map(text).join(text(separator)) },
  dict: { style: "prefix", evaluate: () => ({}) },
  omit: {
    style: "prefix",
    evaluate: ([map, ...omitted]) => Object.fromEntries(Object.entries(map as object).filter(([key]) => !omitted.includes(key))),
  },
  mergeOverwrite: { style: "prefix", evaluate: (maps) => maps.reduce<unknown>(mergeMaps, {}) },
  b64enc: { style: "pipe", evaluate: ([value]) => Buffer.from(text(value)).toString("base64") },
  sha256sum: { style: "pipe", evaluate: ([value]) => createHash("sha256").update(text(value)).digest("hex") },
  // What an include yields is evaluated to an object already; a file is text.
  fromYaml: { style: "pipe", evaluate: ([value]) => (typeof value === "string" ? load(value) : value) },
  // Only to look for template expressions in it: the layout is not Helm's.
  toYaml: { style: "prefix", evaluate: ([value]) => JSON.stringify(value) },
  toJson: { style: "pipe", evaluate: ([value]) => goJson(value) },
};

/** A refusal by the chart itself: what `fail` and `required` say to the person who runs Helm. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Truth in Go's templates. */
export function isTrue(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return size(value) > 0;
  return Boolean(value);
}

/** JSON as Go's encoding/json writes it: keys in byte order, `<`, `>`, `&` and line separators escaped. */
export function goJson(value: unknown): string {
  return json(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function json(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(json).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = sortedKeys(value).map((key) => `${JSON.stringify(key)}:${json((value as Readonly<Record<string, unknown>>)[key])}`);
  return `{${fields.join(",")}}`;
}

/** The keys of a map in the order in which Go goes through it: by bytes. */
export function sortedKeys(map: object): string[] {
  return sorted(Object.keys(map));
}

function sorted(texts: readonly string[]): string[] {
  // UTF-16 units are in another order than bytes only where surrogate pairs are involved.
  if (!texts.some((each) => /[\ud800-\udfff]/.test(each))) return texts.toSorted();
  return texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** As mergo, which Sprig uses: maps are merged in depth, anything else is replaced, by an empty value too. */
export function mergeMaps(under: unknown, over: unknown): unknown {
  const merged = { ...(under as object) } as Record<string, unknown>;
  for (const [key, value] of Object.entries((over ?? {}) as object)) {
    merged[key] = isTable(value) && isTable(merged[key]) ? mergeMaps(merged[key], value) : value;
  }
  return merged;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function size(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  return Object.keys((value ?? {}) as object).length;
}

function number(value: unknown): number {
  return Math.trunc(Number(value ?? 0));
}

export function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** Sprig cuts bytes. What is left of a character is escaped by `quote` byte by byte, and read back as one character for each. */
function firstBytes(value: string, length: number): string {
  const bytes = Buffer.from(value).subarray(0, length);
  const whole = value.slice(0, bytes.toString().replace(/\ufffd+$/u, "").length);
  return value.startsWith(bytes.toString()) ? bytes.toString() : whole + bytes.subarray(Buffer.byteLength(whole)).toString("latin1");
}

function cut(value: string, suffix: string): string {
  return suffix !== "" && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
}
