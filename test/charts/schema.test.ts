import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { validateManifests } from "../../generator/check/kubernetes.ts";
import { checkValues } from "../../generator/check/values.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { isMapSchema, isObjectSchema, limitsOf, type JsonSchema } from "../../generator/values/json-schema.ts";
import { sample } from "../../generator/values/sample.ts";
import { violationOf } from "../../generator/values/satisfies.ts";
import { allValues } from "../../schemas/xpeditis.ts";
import { template } from "../helm/client.ts";
import { manifestsOf, overlaid, renderedByHelm, renderedInProcess, schemaChart, subchartFolder, umbrella } from "./releases.ts";
import { assemble, leaves, valueOf, type Placed } from "./value-sets.ts";

const subcharts = xpeditis.subcharts.map(({ name }) => name);
const charts = [umbrella, ...subcharts.map(subchartFolder)];
const schema = schemaChart(xpeditis);

/** Values with every chart on: Helm reads the schema of no other. */
const assembleOn = (placed: readonly Placed[]): Values =>
  assemble([...subcharts.map((name) => ({ path: [name, "enabled"], value: true })), ...placed]);

const objects: readonly (readonly string[])[] = objectsBelow(allValues, []);

/** Values that break one rule of each schema. */
const broken: Readonly<Record<string, readonly Placed[]>> = {
  "a value of another type": leaves.map(({ path, schema: { type } }) => ({ path, value: type === "array" ? {} : [] })),
  "a word that is not in the list": ruled("enum").map(({ path }) => ({ path, value: "no-such-word" })),
  "a text that does not match": ruled("pattern").map(({ path, rules }) => ({ path, value: mismatch(rules.pattern ?? "") })),
  "a text that is too short": ruled("minLength").map(({ path }) => ({ path, value: "" })),
  "a text that is too long": ruled("maxLength").map(({ path, rules }) => ({ path, value: "a".repeat((rules.maxLength ?? 0) + 1) })),
  "a number that is too small": ruled("minimum").map(({ path, rules }) => ({ path, value: (rules.minimum ?? 0) - 1 })),
  "a number that is too great": ruled("maximum").map(({ path, rules }) => ({ path, value: (rules.maximum ?? 0) + 1 })),
  "a huge number": leaves.filter(({ schema: { type } }) => type === "integer").map(({ path }) => ({ path, value: 1e17 })),
  "an entry of another type": leaves
    .filter(({ schema: leaf }) => isMapSchema(leaf) && leaf.additionalProperties !== true)
    .map(({ path }) => ({ path: [...path, "entry"], value: 5 })),
  "a key that cannot be one": leaves
    .filter(({ schema: leaf }) => isMapSchema(leaf) && leaf.propertyNames !== undefined)
    .map(({ path }, index) => ({ path: [...path, `no key ${index}!`], value: null })),
};

test("what values.yaml shows, as a comment, for a value without a default is valid", () => {
  const shown = leaves.filter(({ schema: leaf }) => leaf.default === undefined);
  expect(shown.length).toBeGreaterThan(2);
  const refused = shown.flatMap(({ path, schema: leaf }) => {
    const violation = violationOf(leaf, sample(leaf));
    return violation === undefined ? [] : [`${path.join(".")}: ${violation.reason}; give it examples`];
  });
  expect(refused).toEqual([]);
});

test("no pattern counts to a hundred: lengths stand beside it, because Go writes repetitions out whenever Helm renders", () => {
  const patterns = new Set(JSON.stringify(allValues).match(/"pattern":"(?:[^"\\]|\\.)*"/gu));
  expect(patterns.size).toBeGreaterThan(20);
  expect([...patterns].filter((pattern) => /\{(?:\d+,)?\d{3,}\}/u.test(pattern))).toEqual([]);
});

describe("helm and check refuse, by name,", () => {
  test.each(Object.entries(broken))("%s, wherever it stands", async (_, mistakes) => {
    expect(mistakes.length).toBeGreaterThan(2);
    const values = assembleOn(mistakes);
    const refusal = await refusalOf(values);
    const problems = (await problemsOf(values)).map(({ path }) => path.replaceAll('"', ""));
    const unnoticed = mistakes.filter(({ path }) => !problems.some((problem) => problem.includes(path.at(-1) ?? "")));
    expect(unnoticed).toEqual([]);
    for (const { path } of mistakes) expect(refusal).toContain(named(path));
  });

  test("an unknown key at every level", async () => {
    const unknown = [[], ...objects].map((path, index): Placed => ({ path: [...path, `zz${index}zz`], value: 1 }));
    // Globals are open in subcharts, but the umbrella's are closed.
    const refusal = await refusalOf(assembleOn(unknown));
    const problems = (await problemsOf(assembleOn(unknown))).map(({ path }) => path);
    for (const { path } of unknown) {
      expect(refusal).toContain(`'${path.at(-1)}'`);
      expect(problems).toContain(path.join("."));
    }
  });

  test("null for every value that has a default", async () => {
    // A null for an object hides those for what is in it: level by level.
    const depths = [...new Set([...leaves.map(({ path }) => path), ...objects].map(({ length }) => length))];
    for (const depth of depths) {
      const nulled = [...leaves.filter(({ schema: leaf }) => leaf.default !== undefined).map(({ path }) => path), ...objects]
        .filter(({ length }) => length === depth)
        // Into maps of `global` Helm fills the subcharts' defaults again, one level down: a null there changes nothing.
        .filter(([top]) => top !== "global" || depth < 4)
        // Helm itself demands that subcharts stay maps.
        .filter(([top, more]) => more !== undefined || !subcharts.includes(top ?? ""));
      // oxlint-disable-next-line no-await-in-loop
      const refusal = await refusalOf(assembleOn(nulled.map((path): Placed => ({ path, value: null }))));
      expect(refusal).not.toMatch(/nil pointer|interface \{\}/);
      for (const path of nulled) expect(refusal).toMatch(new RegExp(`missing propert.*'${path.at(-1)}'`));
    }
  });
});

test("null for a value without a default is refused by name, too: it is no text", async () => {
  const without = leaves.filter(({ schema: leaf }) => leaf.default === undefined);
  const nulled = without.map(({ path }): Placed => ({ path, value: null }));
  expect(nulled.length).toBeGreaterThan(1);
  const refusal = await refusalOf(assembleOn(nulled));
  const problems = (await problemsOf(assembleOn(nulled))).map(({ path }) => path);
  for (const { path, schema: leaf } of without) {
    expect(refusal).toContain(`at ${named(path)}: got null, want ${String(leaf.type)}`);
    expect(problems).toContain(path.join("."));
  }
});

test("every map and list, emptied, renders valid objects", async () => {
  const emptied = leaves.flatMap(({ path, schema: leaf }): Placed[] => {
    if (leaf.type === "array" && !("minItems" in leaf)) return [{ path, value: [] }];
    if (!isMapSchema(leaf)) return [];
    return Object.keys(leaf.default ?? {}).map((key) => ({ path: [...path, key], value: null }));
  });
  // Without a Secret there is no URL to migrate with. Entries of a map of strings cannot be null.
  const values = overlaid(assemble(emptied.filter(({ path }) => !path.includes("traefik"))), { backend: { migrations: { mode: "none" } } });
  const ours = renderedInProcess(values);
  expect(ours).toHaveProperty("objects");
  expect(ours).toEqual(await renderedByHelm(4, values));
  expect(ours).toEqual(await renderedByHelm(3, values));
  expect(await validateManifests(manifestsOf(values))).toEqual([]);
});

describe("--set", () => {
  test("takes what it makes numbers and booleans of", async () => {
    const set = { "backend.autoscaling.enabled": "false", "backend.replicas": "3", "backend.networkPolicy.internetPorts": "{443,8443}" };
    const [four, three] = await Promise.all([template(4, umbrella, { set }), template(3, umbrella, { set })]);
    const expected = manifestsOf(
      { backend: { autoscaling: { enabled: false }, replicas: 3, networkPolicy: { internetPorts: [443, 8443] } } },
      { name: "release", namespace: "default" },
    ).length;
    expect([four.ok && four.documents.length, three.ok && three.documents.length]).toEqual([expected, expected]);
  });

  test.each([
    ["backend.image.tag", "20261124", "--set-string"],
    ["backend.env.LIMIT", "1000000", "--set-string"],
    ["global.commonLabels.on", "true", "--set-string"],
  ])("refuses %s=%s, which %s keeps a text", async (path, text, option) => {
    const refused = await template(4, umbrella, { set: { [path]: text } });
    expect(refused).toMatchObject({
      ok: false,
      refusal: expect.stringMatching(/got (number|boolean), want (string|null or string|string or null)/),
    });
    const taken = await template(4, umbrella, { args: [option, `${path}=${text}`] });
    expect(taken).toMatchObject({ ok: true, text: expect.stringContaining(text) });
  });

  test('refuses the word "false" for a switch, which would leave it on', async () => {
    const rendering = await template(4, umbrella, { args: ["--set-string", "backend.autoscaling.enabled=false"] });
    expect(rendering).toMatchObject({ ok: false, refusal: expect.stringContaining("'/autoscaling/enabled': got string, want boolean") });
  });
});

describe.each(charts)("%s/values.schema.json", (folder) => {
  const emitted = JSON.parse(readFileSync(`${folder}/values.schema.json`, "utf8")) as Node;
  const nodes = [...nodesOf(emitted, "")];

  test("describes every value, and closes every object but those listed", () => {
    expect(nodes.length).toBeGreaterThan(50);
    expect(
      nodes.filter(([pointer, node]) => pointer !== "" && !node["$ref"] && !node["description"] && Object.keys(node).length > 0).map(first),
    ).toEqual([]);
    const open = nodes.filter(([, node]) => node["type"] === "object" && node["additionalProperties"] === undefined).map(first);
    expect(open.toSorted()).toEqual(folder === umbrella ? subcharts.map((name) => `/properties/${name}`).toSorted() : []);
    const unchecked = nodes.filter(([, node]) => node["additionalProperties"] === true && node["properties"] !== undefined).map(first);
    expect(unchecked).toEqual(folder === umbrella ? [] : ["/properties/global"]);
  });

  test("needs no other document", () => {
    const references = nodes.map(([, node]) => node["$ref"]).filter((reference) => reference !== undefined);
    expect(references.filter((reference) => !String(reference).startsWith("#/definitions/"))).toEqual([]);
  });
});

test("what is generated from a schema keeps to it", async () => {
  const samples = leaves.map(({ path, schema: leaf }) => fc.sample(valueOf(leaf, path), { numRuns: 2, seed: 1 }));
  const on = subcharts.map((name): Placed => ({ path: [name, "enabled"], value: true }));
  for (const run of [0, 1]) {
    const values = assemble([...leaves.map(({ path }, index): Placed => ({ path, value: samples[index]?.[run] })), ...on]);
    // oxlint-disable-next-line no-await-in-loop
    expect(await problemsOf(values)).toEqual([]);
  }
});

type Node = { readonly [key: string]: unknown };

/** Every schema of a document with its JSON pointer. */
function* nodesOf(node: Node, pointer: string): Generator<readonly [string, Node]> {
  yield [pointer, node];
  for (const group of ["properties", "definitions", "patternProperties"]) {
    for (const [key, below] of Object.entries((node[group] ?? {}) as Record<string, Node>))
      yield* nodesOf(below, `${pointer}/${group}/${key}`);
  }
  for (const key of ["additionalProperties", "items"]) {
    const below = node[key];
    if (typeof below === "object" && below !== null) yield* nodesOf(below as Node, `${pointer}/${key}`);
  }
}

function first([pointer]: readonly [string, Node]): string {
  return pointer;
}

function objectsBelow(node: JsonSchema, path: readonly string[]): string[][] {
  if (!isObjectSchema(node)) return [];
  return Object.entries(node.properties).flatMap(([key, property]) => {
    if (!isObjectSchema(property) || (key === "global" && path.length > 0)) return [];
    return [[...path, key], ...objectsBelow(property, [...path, key])];
  });
}

function ruled(rule: keyof ReturnType<typeof limitsOf>) {
  return leaves.map(({ path, schema: leaf }) => ({ path, rules: limitsOf(leaf) })).filter(({ rules }) => rules[rule] !== undefined);
}

function mismatch(pattern: string): string {
  const text = ["a b", "Ä", "no\nline"].find((candidate) => !new RegExp(pattern, "u").test(candidate));
  if (text === undefined) throw new Error(`${pattern} matches everything`);
  return text;
}

/** How Helm 4 names a value: by its place in its own chart; a key that cannot be one by itself, without its place. */
function named(path: readonly string[]): string {
  const [chart = "", ...rest] = path;
  const key = path.at(-1) ?? "";
  return key.startsWith("no key") ? `'${key}'` : `'/${(subcharts.includes(chart ?? "") ? rest : path).join("/")}'`;
}

async function refusalOf(values: Values): Promise<string> {
  const rendering = await template(4, umbrella, { values });
  if (rendering.ok) throw new Error("helm renders it");
  return rendering.refusal;
}

function problemsOf(values: Values) {
  return checkValues(schema, [{ path: "values.yaml", text: `${JSON.stringify(values)}\n` }]);
}
