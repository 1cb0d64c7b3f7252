import fc from "fast-check";
import { expect, test } from "vitest";

import { checkValues } from "../../generator/check/values.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { isObjectSchema, type JsonSchema, type ObjectSchema } from "../../generator/values/json-schema.ts";
import { hostile } from "../charts/plausible.ts";
import { each, entry, fallback, gt, merge, spread, str, use, when } from "../../generator/dsl/index.ts";
import { chartOf, evaluated, expectEqualInHelm, rendered } from "./bench.ts";
import { schema, v } from "./sample.ts";

/** Every type of value in the places it may stand in. */
const trees = {
  scalars: {
    name: v.name,
    text: v.text,
    note: v.note,
    policy: v.policy,
    replicas: v.replicas,
    limit: v.limit,
    enabled: v.enabled,
    debug: v.debug,
    port: v.port,
    surge: v.surge,
  },
  text: { a: str`${v.name}:${v.replicas}`, b: str`"${v.text}" ${v.enabled}`, c: fallback(v.note, v.text) },
  blocks: {
    tls: use(v.tls, (tls) => ({ secret: tls.secret, port: tls.port, of: v.name }), { none: v.text }),
    limit: use(v.limit, (limit) => when(gt(limit, 10), { limit }, { small: v.replicas })),
    debug: when(v.enabled, { args: v.args, labels: v.labels }, v.image),
  },
  lists: {
    args: ["a", spread(v.args)],
    ports: [each(v.ports, (port) => ({ name: port.name, port: port.number, of: v.text }))],
    env: [each(v.env, (value, name) => ({ name, value }))],
  },
  maps: {
    labels: merge({ own: v.text }, v.labels, v.limits),
    hosts: [each(v.hosts, (host, name) => ({ name, port: host.port, path: host.path }))],
    entries: each(v.labels, (value, name) => entry(str`x-${name}`, value)),
    open: v.open,
    extra: v.extra,
  },
};

const word = fc.stringMatching(/^[a-z0-9.-]{0,8}$/u);
// Helm reads values as YAML: `<<` is no key there, and some characters break lines.
const mapKey = hostile.filter((key) => key !== "<<" && !/[\u0085\u2028\u2029\ufeff]/u.test(key));
const anything = fc.oneof(
  hostile,
  fc.integer(),
  fc.boolean(),
  fc.record({ a: hostile, n: fc.integer() }),
  fc.array(hostile, { maxLength: 2 }),
);

/** What a schema allows. */
function valueOf(of: JsonSchema): fc.Arbitrary<unknown> {
  if (isObjectSchema(of)) {
    const fields = Object.entries(of.properties).map(([key, property]) => [key, valueOf(property)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...(of.required ?? [])] });
  }
  if ("additionalProperties" in of)
    return fc.dictionary(mapKey, of.additionalProperties === true ? anything : valueOf(of.additionalProperties), { maxKeys: 3 });
  if ("items" in of) return fc.array("type" in of.items ? valueOf(of.items as JsonSchema) : anything, { maxLength: 3 });
  if ("enum" in of && of.enum !== undefined) return fc.constantFrom(...of.enum);
  if ("pattern" in of && of.pattern !== undefined) return of.pattern.includes("+") ? word.map((text) => `a${text}`) : word;
  const types = [of.type].flat();
  const kinds: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    string: hostile,
    integer: fc.oneof(fc.constantFrom(0, 1e6, 2 ** 53 - 1), fc.integer()),
    number: fc.constantFrom(0, 0.5, -2.25, 3),
    boolean: fc.boolean(),
    null: fc.constant(null),
  };
  return fc.oneof(...types.map((type) => kinds[type] ?? fc.constant(null)));
}

const valueSets = valueOf(schema) as fc.Arbitrary<Values>;
const check = (values: Values) =>
  checkValues({ name: "probe", schema, subcharts: [] }, [{ path: "values.yaml", text: `${JSON.stringify(values)}\n` }]);

test("300 sets of values that the schema allows are evaluated, without a refusal", async () => {
  await fc.assert(
    fc.asyncProperty(valueSets, async (values) => {
      expect(await check(values)).toEqual([]);
      expect(evaluated(schema, trees, values)).toHaveProperty("specs");
    }),
    { numRuns: 300 },
  );
});

test("60 of them are the same in helm 4 and helm 3", async () => {
  await expectEqualInHelm(schema, trees, fc.sample(valueSets, 60));
});

/** One value of the wrong type, at any depth. */
const wrong: fc.Arbitrary<Values> = fc.constantFrom<Values>(
  { replicas: "3" },
  { replicas: 1.5 },
  { enabled: "true" },
  { text: 5 },
  { name: "A B" },
  { policy: "Sometimes" },
  { image: { tagg: "x" } },
  { image: null },
  { tls: {} },
  { labels: { a: 1 } },
  { hosts: { a: { path: "/" } } },
  { args: [1] },
  { args: {} },
  { ports: [{ name: "a" }] },
  { port: true },
  { unknown: 1 },
  { numbers: [1.5] },
  { ratio: "1" },
  { env: { a: 1 } },
);

test("sets with a mistake are refused by the check and by both Helms", async () => {
  await using chart = await chartOf(schema as ObjectSchema, trees);
  await fc.assert(
    fc.asyncProperty(valueSets, wrong, async (values, mistake) => {
      const set = { ...values, ...mistake };
      const verdicts = await Promise.all([rendered(4, chart.folder, set), rendered(3, chart.folder, set)]);
      expect({
        problems: (await check(set)).length > 0,
        refusals: verdicts.map((verdict) => "refusal" in verdict && /schema|table/.test(verdict.refusal)),
      }).toEqual({ problems: true, refusals: [true, true] });
    }),
    { numRuns: 25 },
  );
});
