import { describe, expect, test } from "vitest";

import { eq, evaluateTemplate, not, printTemplate, refs, when, type Expr } from "../../generator/dsl/index.ts";

const v = refs({
  type: "object",
  description: "Values.",
  properties: {
    mode: { type: "string", description: "Mode.", enum: ["one", "two"], default: "one" },
    on: { type: "boolean", description: "Switch.", default: false },
  },
} as const);

/** A manifest with a list of two items under conditions. */
const manifest = (first: Expr<boolean>, second: Expr<boolean>) => ({
  apiVersion: "v1",
  kind: "List",
  items: [when(first, "first"), when(second, "second")],
});

const print = (document: object) => printTemplate("chart", [document]).text;
const evaluate = (document: object, values: object) => evaluateTemplate([document], { Values: values } as never);

describe("a list under a condition and its opposite is never empty, so nothing asks whether it is", () => {
  const document = manifest(eq(v.mode, "one"), not(eq(v.mode, "one")));

  test("by a comparison", () => {
    expect(print(document)).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: List
      items:
        {{- if eq .Values.mode "one" }}
        - first
        {{- end }}
        {{- if ne .Values.mode "one" }}
        - second
        {{- end }}
      "
    `);
    expect(evaluate(document, { mode: "two" })).toEqual([{ apiVersion: "v1", kind: "List", items: ["second"] }]);
  });

  test("by a switch", () => {
    expect(print(manifest(v.on, not(v.on)))).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: List
      items:
        {{- if .Values.on }}
        - first
        {{- end }}
        {{- if not .Values.on }}
        - second
        {{- end }}
      "
    `);
    expect(print(manifest(not(v.on), v.on))).not.toContain("if or");
  });
});

test("a list under other conditions may be", () => {
  const document = manifest(eq(v.mode, "one"), v.on);
  expect(print(document)).toContain('{{- if or (eq .Values.mode "one") .Values.on }}\nitems:');
  expect(evaluate(document, { mode: "two", on: false })).toEqual([{ apiVersion: "v1", kind: "List" }]);
});
