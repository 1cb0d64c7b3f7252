import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { loadAll } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findHelm, runHelm } from "../generator/helm.ts";
import type { HelmBinary, HelmMajor } from "../generator/helm.ts";
import { coalesceValues, enabledSubcharts, mergeFiles } from "../generator/values/coalesce.ts";
import type { ChartValues, Subchart } from "../generator/values/coalesce.ts";
import type { Values } from "../generator/values/defaults.ts";

const chart = (name: string, defaults: Values, ...subcharts: Subchart[]): ChartValues => ({ name, defaults, subcharts });

describe("coalesceValues", () => {
  it("refuses a subchart whose values are no map, as Helm does", () => {
    const parent = chart("parent", {}, { chart: chart("sub", {}) });
    expect(() => coalesceValues(parent, { sub: 4 })).toThrow("sub: is 4, must be a map");
    expect(() => coalesceValues(parent, { sub: null })).toThrow("sub: is null, must be a map");
  });

  it("merges maps, replaces lists, and lets a null remove a default", () => {
    const plain = chart("plain", { image: { tag: "1", pull: "Always" }, hosts: ["a", "b"], gone: 1, below: { gone: 1 } });
    expect(coalesceValues(plain, { image: { tag: "2" }, hosts: ["c"], gone: null, below: { gone: null, extra: null }, own: 1 })).toEqual({
      image: { tag: "2", pull: "Always" },
      hosts: ["c"],
      below: { extra: null }, // no default to remove: the null stays
      own: 1,
    });
  });

  it("gives a subchart its own defaults, below the parent's, below the user's, and the parent's globals", () => {
    const sub = chart("sub", { a: "sub", b: "sub", c: "sub", global: { domain: "sub", only: "sub" } });
    const parent = chart("parent", { sub: { b: "parent", c: "parent" }, global: { domain: "parent" } }, { chart: sub });
    expect(coalesceValues(parent, { sub: { c: "user" } })).toEqual({
      sub: { a: "sub", b: "parent", c: "user", global: { domain: "parent", only: "sub" } },
      global: { domain: "parent" },
    });
  });

  it("does not touch the values of a disabled subchart", () => {
    const parent = chart("parent", {}, { chart: chart("sub", { enabled: true, a: 1 }), condition: "sub.enabled" });
    expect(coalesceValues(parent, { sub: { enabled: false } })).toEqual({ sub: { enabled: false } });
  });

  it("changes neither the chart nor the user's values", () => {
    const parent = chart("parent", { global: { a: { b: {} } } }, { chart: chart("sub", { global: { a: { b: { c: 1 } } } }) });
    const user = { global: { a: { d: 1 } }, sub: { x: null } };
    const before = structuredClone({ parent, user });
    coalesceValues(parent, user);
    expect({ parent, user }).toEqual(before);
  });
});

describe("enabledSubcharts", () => {
  const sub = (condition: string): ChartValues => chart("parent", { sub: {} }, { chart: chart("sub", {}), condition });

  it.each([
    ["a condition that says false", "sub.enabled", { sub: { enabled: false } }, []],
    ["a condition that says true", "sub.enabled", { sub: { enabled: true } }, ["sub"]],
    ["a condition that nothing sets", "sub.enabled", {}, ["sub"]],
    ["a condition that is no boolean", "sub.enabled", { sub: { enabled: "false" } }, ["sub"]],
    ["the first of two conditions that is set", "sub.enabled,global.all", { global: { all: false } }, []],
  ])("reads %s", (_what, condition, user, expected) => {
    expect(enabledSubcharts(sub(condition), user)).toEqual(expected);
  });

  it("knows subcharts of subcharts, and leaves those of a disabled one out", () => {
    const leaf = chart("leaf", {});
    const middle = chart("middle", {}, { chart: leaf, condition: "leaf.enabled" });
    const top = chart("top", {}, { chart: middle, condition: "middle.enabled" });
    expect(enabledSubcharts(top, {})).toEqual(["middle", "middle.leaf"]);
    expect(enabledSubcharts(top, { middle: { leaf: { enabled: false } } })).toEqual(["middle"]);
    expect(enabledSubcharts(top, { middle: { enabled: false } })).toEqual([]);
  });
});

describe("mergeFiles", () => {
  it("keeps nulls, and lets the later file win", () => {
    expect(mergeFiles([{ a: { x: 1, y: 1 }, l: [1, 2], n: 1 }, {}, { a: { x: null }, l: [3], n: null }])).toEqual({
      a: { x: null, y: 1 },
      l: [3],
      n: null,
    });
    expect(mergeFiles([{ a: null }, { a: { x: 1 } }])).toEqual({ a: { x: 1 } });
  });
});

/** Helm copies one level of a global map only, so that the subchart's `c` gets into the parent's globals, too. */
const leakyGlobals = chart(
  "parent",
  { global: { a: { b: { x: 1 } } } },
  { chart: chart("sub", { global: { a: { b: { c: 1 } } } }) },
  { chart: chart("other", {}) },
);

/** Few keys and few levels, so that trees of defaults, parent and user meet in the same places. */
function trees(leaf: fc.Arbitrary<unknown>, ...names: string[]): fc.Arbitrary<Record<string, unknown>> {
  const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
    tree: fc.dictionary(fc.constantFrom("a", "b", "c"), fc.oneof({ maxDepth: 2, withCrossShrink: true }, leaf, tie("tree")), {
      maxKeys: 3,
    }),
  }));
  const special = fc.record(Object.fromEntries(names.map((name) => [name, tree])), { requiredKeys: [] });
  return fc.tuple(tree, special).map(([plain, named]) => ({ ...plain, ...named }));
}

const leaves = fc.constantFrom<unknown>(0, 1, "", "x", true, false, [], [1, { a: 1 }]);
const switched = (values: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(values, fc.constantFrom({}, { enabled: true }, { enabled: false }, { enabled: "false" }))
    .map(([tree, enabled]) => ({ ...tree, ...enabled }));

/** The user's values: nulls included, and slices for the subcharts. */
const users = fc
  .tuple(
    trees(fc.oneof(leaves, fc.constant(null)), "global"),
    switched(trees(fc.oneof(leaves, fc.constant(null)), "global", "leaf")),
    trees(fc.oneof(leaves, fc.constant(null)), "global"),
  )
  .map(([own, sub, other]) => ({ ...own, sub, other }));

const parents = fc
  .tuple(trees(leaves, "global"), trees(leaves, "leaf"), fc.boolean())
  .map(([own, sub, states]) => (states ? { ...own, sub } : own));
const families = fc
  .tuple(parents, switched(trees(leaves, "global", "leaf")), trees(leaves, "global"), trees(leaves, "global"))
  .map(([parent, sub, leaf, other]) =>
    chart(
      "parent",
      parent,
      { chart: chart("sub", sub, { chart: chart("leaf", leaf) }), condition: "sub.enabled" },
      { chart: chart("other", other) },
    ),
  );

describe.each([4, 3] satisfies HelmMajor[])("coalesceValues equals Helm %i", (major) => {
  let folder: string;
  let helm: HelmBinary;
  beforeAll(async () => {
    helm = await findHelm(major);
    folder = await mkdtemp(join(tmpdir(), "coalesce-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("for generated defaults and user values", async ({ skip }) => {
    skip(/^v(3\.20|4\.0)\./u.test(helm.version), "these drop a user's null that has no default");
    await fc.assert(
      fc.asyncProperty(families, users, async (family, user) => {
        await writeChart(folder, family);
        const seen = await valuesSeenByHelm(helm, folder, user);
        const values = coalesceValues(family, user);
        const enabled = enabledSubcharts(family, user);
        expect([...seen.keys()].sort()).toEqual(["parent", ...enabled].sort());
        expect(seen.get("parent")).toEqual(values);
        for (const path of enabled)
          expect(seen.get(path)).toEqual(path.split(".").reduce<unknown>((table, key) => (table as Values)[key], values));
      }),
      { numRuns: 60, examples: [[leakyGlobals, { sub: {}, other: {} }]] },
    );
  });
});

/** A chart whose templates print the values they see. */
async function writeChart(folder: string, family: ChartValues, path = ""): Promise<void> {
  const dependencies = family.subcharts.map(({ chart: below, condition }) => ({
    name: below.name,
    version: "1.0.0",
    ...(condition !== undefined && { condition }),
  }));
  const template = [
    "apiVersion: v1",
    "kind: ConfigMap",
    `metadata: { name: ${path === "" ? "parent" : path} }`,
    "data:",
    "  values: {{ toJson .Values | quote }}",
    "",
  ].join("\n");
  await mkdir(join(folder, "templates"), { recursive: true });
  // JSON is YAML
  await writeFile(join(folder, "Chart.yaml"), JSON.stringify({ apiVersion: "v2", name: family.name, version: "1.0.0", dependencies }));
  await writeFile(join(folder, "values.yaml"), JSON.stringify(family.defaults));
  await writeFile(join(folder, "templates", "values.yaml"), template);
  for (const { chart: below } of family.subcharts)
    await writeChart(join(folder, "charts", below.name), below, path === "" ? below.name : `${path}.${below.name}`);
}

async function valuesSeenByHelm(helm: HelmBinary, folder: string, user: Values): Promise<Map<string, unknown>> {
  const { stdout, stderr, code } = await runHelm(helm, ["template", "x", folder, "-f", "-"], { input: JSON.stringify(user) });
  expect(stderr).not.toContain("Error");
  expect(code).toBe(0);
  const manifests = loadAll(stdout) as { metadata: { name: string }; data: { values: string } }[];
  return new Map(manifests.map(({ metadata, data }) => [metadata.name, JSON.parse(data.values)]));
}
