import { expect, test } from "vitest";

import {
  b64enc,
  checksum,
  defineMap,
  defineString,
  defineFunction,
  each,
  entry,
  fallback,
  include,
  lines,
  merge,
  refs,
  sha256sum,
  spread,
  str,
  toJson,
  use,
  type Expr,
} from "../../generator/dsl/index.ts";
import type { Collection } from "../../generator/dsl/expr.ts";
import type { ObjectSchema } from "../../generator/values/json-schema.ts";
import { hostileStrings } from "../values-fixture.ts";
import { expectEqualInHelm, evaluated } from "./bench.ts";

/** Strings that YAML, Go or JSON read in ways of their own; each under a key of its own, so that one rendering tries all. */
const strings = [
  ...hostileStrings,
  "%s%%",
  "\u2028",
  "é😀",
  '{{ fail "x" }}',
  "}}",
  "a: {b",
  "\ttab first",
  "trailing ",
  "ends\n\n",
  "\r\n",
];
// Helm reads and writes YAML, where `<<` is no key, and the other breaks a line.
const names = strings.filter((value) => value !== "<<" && !/[\u2028\u2029]/u.test(value));

/** Whole numbers that print in exponents, lose digits or count as empty where the printer is careless. */
const integers = [0, -1, 1, 65535, 1000000, 12345678, 2 ** 31, 1e15, 2 ** 53 - 1, -(2 ** 53 - 1)];

const describedText = { type: "string", description: "Text.", default: "" } as const;
const texts: ObjectSchema = {
  type: "object",
  description: "Values.",
  properties: {
    ...Object.fromEntries(strings.map((value, index) => [`s${index}`, { ...describedText, default: value }])),
    list: { type: "array", description: "List.", default: [...strings], items: { type: "string", description: "Text." } },
    map: { type: "object", description: "Map.", default: {}, additionalProperties: { type: "string", description: "Text." } },
    keys: {
      type: "object",
      description: "Map by hostile names.",
      default: {},
      additionalProperties: { type: "string", description: "Text." },
    },
    open: { type: "object", description: "Anything.", default: {}, additionalProperties: true },
  },
};
type Text = { readonly type: "string" };
interface Texts {
  readonly list: Collection<readonly string[], Text>;
  readonly map: Collection<Readonly<Record<string, string>>, Text>;
  readonly keys: Texts["map"];
  readonly open: Expr<Readonly<Record<string, unknown>>>;
}
// A schema that is computed has no types of its own.
const v = refs(texts) as unknown as Texts & Readonly<Record<`s${number}`, Expr<string>>>;
const leaves = strings.map((_, index): Expr<string> => v[`s${index}`] as Expr<string>);
const byIndex = (of: (value: Expr<string>) => unknown) => Object.fromEntries(leaves.map((value, index) => [`k${index}`, of(value)]));

// No block scalar can hold a control character, and YAML knows more line breaks than Go.
const inLines = leaves.filter((_, index) => !/[^\P{Cc}\n\t]|[\u2028\u2029\ufeff]/u.test(strings[index] ?? ""));

const quoted = defineFunction<string, string>("quoted", "In brackets.", "string", (value) => str`[${value}]`);
const data = defineMap("data", "All of them.", byIndex((value) => value) as Record<string, Expr<string>>);
const trees = {
  leaf: byIndex((value) => value),
  concat: byIndex((value) => str`a ${value}: "b" \\ %d {{`),
  items: [...leaves],
  spread: ["first", spread(v.list)],
  each: [each(v.list, (value) => ({ value }))],
  whole: { map: v.map, open: v.open, list: v.list },
  "map-keys": each(v.keys, (value, name) => entry(name, value)),
  "map-items": [each(v.keys, (value, name) => ({ name, value }))],
  merged: merge({ own: "1" }, v.keys, v.map),
  base64: byIndex(b64enc),
  sum: byIndex(sha256sum),
  json: byIndex(toJson),
  fallback: byIndex((value) => fallback(value, 'empty: "x"')),
  use: byIndex((value) => use(value, (text) => text, "none")),
  include: byIndex(quoted),
  string: Object.fromEntries(leaves.map((value, index) => [`k${index}`, include(defineString(`s${index}`, "One of them.", value))])),
  map: include(data),
  checksum: checksum(data),
  literals: Object.fromEntries(strings.map((value, index) => [`k${index}`, value])),
  "literal-items": strings,
  "literal-keys": Object.fromEntries(names.map((value, index) => [value, index])),
  lines: Object.fromEntries(inLines.map((value, index) => [`k${index}`, lines("first", value, "last")])),
};

const values = {
  map: Object.fromEntries(strings.map((value, index) => [`k${index}`, value])),
  keys: Object.fromEntries(names.map((value, index) => [value, `v${index}`])),
  open: { deep: Object.fromEntries(names.map((value) => [value, value])) },
};

test.each(Object.keys(trees))("hostile strings survive: %s", async (name) => {
  await expectEqualInHelm(texts, { [name]: trees[name as keyof typeof trees] }, [values]);
});

test("they come out as they went in", () => {
  const outcome = evaluated(texts, { leaf: trees.leaf, items: trees.items }, values);
  expect(outcome).toEqual({ specs: { leaf: Object.fromEntries(strings.map((value, index) => [`k${index}`, value])), items: strings } });
});

test("whole numbers keep all their digits wherever they stand", async () => {
  const numbers: ObjectSchema = {
    type: "object",
    description: "Values.",
    properties: Object.fromEntries(
      integers.map((value, index) => [`n${index}`, { type: "integer", description: "Number.", default: value }]),
    ),
  };
  const all = Object.values(refs(numbers) as unknown as Record<string, Expr<number>>).filter((value) => typeof value === "object");
  const [outcome] = await expectEqualInHelm(numbers, {
    fields: Object.fromEntries(all.map((value, index) => [`k${index}`, value])),
    items: all,
    texts: all.map((value) => str`${value}`),
    inTexts: all.map((value) => str`a: ${value} "`),
    between: all.map((value) => str`port ${value}`),
    literals: integers,
  });
  expect(outcome).toMatchObject({ specs: { items: integers, texts: integers.map(String), literals: integers } });
});
