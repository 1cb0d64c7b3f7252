import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { expect, test } from "vitest";

import type { Chart } from "../../generator/chart/chart.ts";
import { emitChart } from "../../generator/chart/emit.ts";
import { renderChart } from "../../generator/chart/render.ts";
import { checksum, defineMap, include, join, lines, refs, str } from "../../generator/dsl/index.ts";
import { metadata } from "../../generator/kubernetes/names.ts";
import { writeTree } from "../../generator/write.ts";
import { extraObjects, fullnameOverride } from "../../schemas/common.ts";
import { global } from "../../schemas/global.ts";
import { helmMajors, template } from "../helm/client.ts";

const words = {
  type: "array",
  description: "Words.",
  items: { type: "string", description: "One.", pattern: "^[a-z#/&]+$" },
  default: ["a", "b"],
} as const;
const texts = { type: "array", description: "Texts.", items: { type: "string", description: "One." }, default: [] } as const;
const schema = {
  type: "object",
  description: "A chart with texts.",
  properties: { global, fullnameOverride, words, texts, extraObjects },
} as const;
const v = refs(schema);

const chart = (line: Parameters<typeof lines>[0]): Chart => {
  const data = defineMap("data", "Data.", { "first.txt": "one\ntwo\n", "last.txt": lines(line) });
  const annotations = { "checksum/data": checksum(data) };
  return {
    name: "texts",
    description: schema.description,
    keywords: [],
    schema,
    templates: { configmap: [{ apiVersion: "v1", kind: "ConfigMap", metadata: metadata("texts", annotations), data: include(data) }] },
    guards: [],
    notes: [],
    requires: [],
    readme: "",
    subcharts: [],
  };
};
const joined = chart(str`words ~${join(" ~", v.words)} end`);
const templates = (of: Chart): string => emitChart(of).get("templates/_helpers.tpl") ?? "";

test("a list of words that need no quotes may be joined inside a line", () => {
  expect(templates(joined)).toContain('  words ~{{ .Values.words | join " ~" }} end');
});

test("a list of any texts may not: one of them might hold a newline", () => {
  expect(() => templates(chart(str`texts ~${join(" ~", v.texts)}`))).toThrow("may hold a newline and stands inside a line");
});

test.each(helmMajors)("helm %i computes the same checksum of data that ends in a text of several lines", async (major) => {
  const folder = await mkdtemp(joinPath(tmpdir(), "texts-"));
  try {
    await writeTree(folder, emitChart(joined));
    const values = { words: ["x", "#/"] };
    const rendering = await template(major, folder, { values });
    const [ours] = renderChart(joined, values, { name: "release", namespace: "default", kubeVersion: "v1.36.0" }).manifests;
    expect(ours?.object).toMatchObject({ data: { "first.txt": "one\ntwo\n", "last.txt": "words ~x ~#/ end\n" } });
    expect(rendering).toMatchObject({ ok: true, documents: [ours?.object] });
  } finally {
    await rm(folder, { recursive: true });
  }
});
