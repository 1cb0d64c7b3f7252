import { describe, expect, test } from "vitest";

import {
  defineMap,
  each,
  entry,
  eq,
  fail,
  gt,
  include,
  lines,
  merge,
  not,
  required,
  spread,
  str,
  use,
  when,
} from "../../generator/dsl/index.ts";
import { evaluated, expectEqualInHelm, print } from "./bench.ts";
import { schema, v } from "./sample.ts";

const guarded = { tag: required("tag is empty: set it to a released version", v.tag), note: use(v.note, (note) => note) };

test("required says the same to everybody, and nothing if the value is there", async () => {
  const outcomes = await expectEqualInHelm(schema, { guarded }, [{}, { tag: "1" }]);
  expect(outcomes).toEqual([{ refusal: "tag is empty: set it to a released version" }, { specs: { guarded: { tag: "1" } } }]);
});

test("of an optional value, too", async () => {
  const outcomes = await expectEqualInHelm(schema, { note: { a: required("note: say something", v.note) } }, [
    {},
    { note: "" },
    { note: "0" },
  ]);
  expect(outcomes).toEqual([{ refusal: "note: say something" }, { refusal: "note: say something" }, { specs: { note: { a: "0" } } }]);
});

test("a guard is printed as a person would write it", () => {
  expect(
    print(
      when(gt(v.replicas, 5), fail(str`replicas (${v.replicas}) is more than 5: lower it`)),
      when(not(v.enabled), fail("enabled is false: set it to true")),
      when(eq(v.policy, "Never"), fail(str`policy is Never and text is "${v.text}": 100% wrong`)),
    ),
  ).toMatchInlineSnapshot(`
    "{{- if gt (int64 .Values.replicas) 5 }}
    {{- fail (printf "replicas (%d) is more than 5: lower it" (int64 .Values.replicas)) }}
    {{- end }}
    {{- if not .Values.enabled }}
    {{- fail "enabled is false: set it to true" }}
    {{- end }}
    {{- if eq .Values.policy "Never" }}
    {{- fail (printf "policy is Never and text is \\"%s\\": 100%% wrong" .Values.text) }}
    {{- end }}
    "
  `);
});

test("a message with quotes, braces and line breaks is one Go string", () => {
  expect(print(when(v.enabled, fail('say "no" \\ {{ here }}\nand 100%')))).toContain('fail "say \\"no\\" \\\\ {{ here }}\\nand 100%"');
});

test("mistakes of a chart's author are told when the chart is built", () => {
  expect(() => `${v.text}`).toThrow("the reference .Values.text is not known before the chart is installed");
  expect(() => `${v.text}`).toThrow("write str`…` for text, add/sub/mul/div for numbers, eq/gt/ge/lt to compare");
  expect(() => JSON.stringify({ a: v.text })).toThrow(".Values.text is not known");
  expect(() => `${str`a ${v.text}`}`).toThrow("a concat expression is not known");
  expect(() => `${when(v.enabled, 1)}`).toThrow("an if block is not known");
  expect(() => print({ spec: { a: str`${v.ratio}` } })).toThrow(
    'has the type number, which cannot stand inside a string: give its schema the type "integer"',
  );
  expect(() => print({ spec: { a: spread(v.args) } })).toThrow("a spread block cannot stand in a map");
  expect(() => print({ spec: [lines("a")] })).toThrow("can only be the value of a field");
  expect(() => print({ spec: { a: lines("a", str`b: ${v.text}`) } })).toThrow("may hold a newline");
  expect(() => print({ spec: { a: lines("a", "", when(v.enabled, "b")) } })).toThrow(
    "an empty line before a conditional one would be swallowed",
  );
  const one = defineMap("same", "One.", { a: "1" });
  const other = defineMap("same", "Other.", { b: "1" });
  expect(() => print({ a: include(one), b: include(other) })).toThrow("two named templates of chart probe are called same");
});

describe("a misspelt reference", () => {
  // As the compiler refuses it, and the build, which does not compile, must.
  const nowhere = undefined as never;

  test.each<[string, () => unknown]>([
    ["in a text", () => str`a ${nowhere}`],
    ["as a condition", () => when(nowhere, { a: "b" })],
    ["that is gone through", () => each(nowhere, () => "a")],
    ["that is opened", () => use(nowhere, () => "a")],
    ["in a plain text", () => `${v.text}`],
  ])("%s is told with the line that has it", (_, mistake) => {
    expect(mistake).toThrow(/^test\/dsl\/refusals\.test\.ts:\d+: .*(is the reference misspelt\?|write str)/);
  });

  test.each<[string, object, string]>([
    ["a field", { spec: { a: nowhere } }, "a is undefined; is the reference misspelt?"],
    ["an item", { spec: { a: ["b", nowhere] } }, "an item of a list is undefined; is the reference misspelt?"],
  ])("is not printed as %s", (_, tree, message) => {
    expect(() => print(tree)).toThrow(message);
  });
});

test("a map with keys of the user's cannot be merged with others", () => {
  const labels = defineMap("labels", "Labels.", merge({ app: v.name }, v.labels));
  const refusal = "merge() cannot tell the keys of an include expression from those beside it: use overlay(), or merge what it is made of";
  expect(() => print({ metadata: { labels: merge({ tier: "web" }, include(labels)) } })).toThrow(refusal);
  expect(() => print({ metadata: { labels: merge(include(labels), v.limits) } })).toThrow(refusal);
  expect(print({ metadata: { labels: merge(include(labels)) } })).toContain('include "probe.labels"');
});

test("a key that would be written twice is told when it is evaluated", () => {
  const entries = each(v.labels, (value, name) => entry(name, value));
  const twice: unknown = merge({ own: "1" }, entries);
  expect(evaluated(schema, { twice }, { labels: { other: "2" } })).toEqual({ specs: { twice: { own: "1", other: "2" } } });
  expect(() => evaluated(schema, { twice }, { labels: { own: "2" } })).toThrow("the key own would be written twice into one map");
});
