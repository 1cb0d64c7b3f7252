import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { RenderedManifest } from "../../generator/check/manifest.ts";
import { lint } from "../../generator/check/lint.ts";
import { validateManifests } from "../../generator/check/kubernetes.ts";
import { checkValues } from "../../generator/check/values.ts";
import type { Problem } from "../../generator/problem.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { Refusal } from "../../generator/dsl/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { isObjectSchema, type JsonSchema } from "../../generator/values/json-schema.ts";
import { allValues } from "../../schemas/xpeditis.ts";
import { template } from "../helm/client.ts";
import { installation, manifestsOf, renderedByHelm, renderedInProcess, schemaChart, umbrella } from "./releases.ts";
import { hostile } from "./plausible.ts";
import { assemble, leaves, valueSets } from "./value-sets.ts";

const schema = schemaChart(xpeditis);
const check = (values: Values) => checkValues(schema, [{ path: "values.yaml", text: `${JSON.stringify(values)}\n` }]);

/** What is invalid in itself, and of the lint's findings those that the API server refuses, too. */
function isRefusedByTheApi({ path, message }: Problem): boolean {
  // All variables removed by null leave an empty list, which Kubernetes reads as none.
  if (path.endsWith(".env") && message.startsWith("is null")) return false;
  return !/\[[a-z-]+\]$/.test(message) || apiRules.test(message);
}

const apiRules = /\[(unique-[a-z-]+|duplicate-env-var|env-name|volume-source|missing-volume)\]$/;

test("300 sets of values are valid, and refused with a sentence or rendered as valid objects", async () => {
  let rendered = 0;
  await fc.assert(
    fc.asyncProperty(valueSets(), async (values) => {
      expect(await check(values)).toEqual([]);
      const outcome = outcomeOf(values);
      if ("refusal" in outcome) return /^[a-z].{30}/.test(outcome.refusal);
      rendered += 1;
      const problems = await validateManifests(outcome.manifests);
      if (problems.length === 0) problems.push(...lint(outcome.manifests, { namespace: installation.namespace }));
      expect(problems.filter(isRefusedByTheApi)).toEqual([]);
      return true;
    }),
    { numRuns: 300 },
  );
  // Sets that are all refused would prove nothing about what is rendered.
  expect(rendered).toBeGreaterThan(100);
});

function outcomeOf(values: Values): { readonly manifests: readonly RenderedManifest[] } | { readonly refusal: string } {
  try {
    return { manifests: manifestsOf(values) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}

test("60 sets of values give the same objects, or the same sentence, in helm 4, helm 3 and in-process", async () => {
  await fc.assert(
    fc.asyncProperty(valueSets(), async (values) => {
      const [four, three] = await Promise.all([renderedByHelm(4, values), renderedByHelm(3, values)]);
      const ours = renderedInProcess(values);
      expect({ ours }).toEqual({ ours: four });
      expect({ ours }).toEqual({ ours: three });
    }),
    { numRuns: 60 },
  );
});

/** A closed object of the schema and its path. */
const objects: readonly (readonly string[])[] = [[], ...objectsBelow(allValues, [])];
const scalars = leaves.filter(({ schema: { type } }) => type === "string" || type === "integer" || type === "boolean");
const wrongTypes: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.oneof(fc.integer(), fc.boolean(), fc.constant([]), fc.constant({ a: 1 })),
  integer: fc.oneof(hostile, fc.boolean(), fc.constant(1.5), fc.constant([1])),
  boolean: fc.oneof(hostile, fc.constantFrom(0, 1, "true", "false")),
};

/** One mistake, as users make them. */
const mistakes = {
  "an unknown key": fc
    .tuple(fc.constantFrom(...objects), fc.stringMatching(/^[a-wyz][A-Za-z]{3,9}Q$/u))
    .map(([path, key]) => ({ path: [...path, key], value: true as unknown })),
  "a wrong type": fc
    .constantFrom(...scalars)
    .chain(({ path, schema: { type } }) => (wrongTypes[String(type)] ?? fc.constant([])).map((value) => ({ path, value }))),
  "a number out of range": fc
    .constantFrom(...scalars.filter(({ schema: { type } }) => type === "integer"))
    .chain(({ path, schema: limited }) =>
      fc
        .constantFrom(
          ...("minimum" in limited && limited.minimum !== undefined ? [limited.minimum - 1] : []),
          ...("maximum" in limited && limited.maximum !== undefined ? [limited.maximum + 1, 1e15] : []),
        )
        .map((value) => ({ path, value: value as unknown })),
    ),
  "a string that does not match": fc
    .constantFrom(...scalars.filter(({ schema: limited }) => "pattern" in limited))
    .chain(({ path }) =>
      fc.oneof(hostile, fc.constantFrom("_", "a b", "-", "ä", "a\n")).map((value) => ({ path, value: value as unknown })),
    ),
  "null for what has a default": fc
    .constantFrom(...leaves.map(({ path }) => path), ...objects.slice(1))
    .map((path) => ({ path, value: null as unknown })),
};

describe("values with a mistake: check and helm come to the same verdict", () => {
  test.each(Object.entries(mistakes))("%s", async (_, mistake) => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(valueSets(3), mistake, async (values, { path, value }) => {
        // Helm looks at nothing in a chart that is off.
        const [top = ""] = path;
        const isInSubchart = xpeditis.subcharts.some(({ name }) => name === top);
        const wrong = withPlaced(isInSubchart ? withPlaced(values, [top, "enabled"], true) : values, path, value);
        const problems = await check(wrong);
        const [four, three] = await Promise.all([template(4, umbrella, { values: wrong }), template(3, umbrella, { values: wrong })]);
        if (problems.length > 0) refused += 1;
        const verdicts = { check: problems.length > 0, four: refusedBySchema(four), three: refusedBySchema(three) };
        expect({ verdicts, problems }).toEqual({
          verdicts: { check: verdicts.check, four: verdicts.check, three: verdicts.check },
          problems,
        });
        // Whatever slips through the schema must not end in a nil pointer.
        expect(four.ok ? "" : four.refusal).toMatch(/^$|schema|execution error at .*: [a-z]+\..{30}|must be a map|not a table/s);
      }),
      { numRuns: 12 },
    );
    expect(refused).toBeGreaterThan(3);
  });
});

function refusedBySchema(rendering: Awaited<ReturnType<typeof template>>): boolean {
  return !rendering.ok && !/execution error at/.test(rendering.refusal);
}

function objectsBelow(schemaOf: JsonSchema, path: readonly string[]): string[][] {
  if (!isObjectSchema(schemaOf)) return [];
  return Object.entries(schemaOf.properties).flatMap(([key, property]) => {
    if (!isObjectSchema(property) || (key === "global" && path.length > 0)) return [];
    return [[...path, key], ...objectsBelow(property, [...path, key])];
  });
}

function withPlaced(values: Values, path: readonly string[], value: unknown): Values {
  const nested = assemble([{ path, value }]);
  const merge = (below: Values, above: Values): Values =>
    Object.fromEntries(
      [...new Set([...Object.keys(below), ...Object.keys(above)])].map((key) => {
        const [a, b] = [below[key], above[key]];
        return [key, isTable(a) && isTable(b) ? merge(a, b) : key in above ? b : a];
      }),
    );
  return merge(values, nested);
}

function isTable(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
