import fc from "fast-check";
import { CORE_SCHEMA, YAML11_SCHEMA, load, loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { defaultsOf } from "../generator/values/defaults.ts";
import type { JsonSchema, ObjectSchema } from "../generator/values/json-schema.ts";
import { valuesYaml } from "../generator/values/yaml.ts";
import { hostileStrings, schemas, web } from "./values-fixture.ts";
import { valuesInHelm } from "./values-helm.ts";

const object = (properties: Record<string, JsonSchema>, more: Partial<ObjectSchema> = {}): ObjectSchema => ({
  type: "object",
  description: "Values.",
  properties,
  ...more,
});
const number = (over: object = {}): JsonSchema => ({ type: "integer", description: "A number.", ...over });

describe("defaultsOf", () => {
  it("leaves out what has no default, even where a property below has one", () => {
    expect(defaultsOf(object({ a: number(), b: object({ c: number({ default: 1 }) }) }))).toEqual({});
  });

  it("merges an object's default over those of its properties", () => {
    const limits = object({ cpu: number({ default: 1 }), memory: number({ default: 2 }), disk: number() }, { default: { memory: 3 } });
    expect(defaultsOf(object({ limits }, { default: { limits: { disk: 4 } } }))).toEqual({ limits: { cpu: 1, memory: 3, disk: 4 } });
  });

  it("replaces lists, and merges maps", () => {
    const list: JsonSchema = { type: "array", description: "List.", items: {}, default: [1, 2] };
    const map: JsonSchema = { type: "object", description: "Map.", additionalProperties: true, default: { a: 1, b: { c: 1 } } };
    expect(defaultsOf(object({ list, map }, { default: { list: [3], map: { b: { d: 2 } } } }))).toEqual({
      list: [3],
      map: { a: 1, b: { c: 1, d: 2 } },
    });
  });

  it("shares nothing with the schema", () => {
    (defaultsOf(web)["tolerations"] as unknown[]).push("x");
    expect(defaultsOf(web)["tolerations"]).toEqual([]);
  });
});

describe("valuesYaml", () => {
  it("reads as if a person had written it", () => {
    expect(valuesYaml(web, { header: "Default values of web.\nGenerated from schemas/web.ts." })).toMatchInlineSnapshot(`
      "# Default values of web.
      # Generated from schemas/web.ts.

      # ---- Image ---------------------------------------------------------------------------------------

      # Container image.
      image:
        # Repository without a registry.
        repository: acme/web
        # Tag; empty means the appVersion of the chart. Example: v1.2.3
        tag: ""

        # Digest; wins over the tag.
        # digest: sha256:0123

        # When to pull. One of: Always, IfNotPresent, Never.
        pullPolicy: IfNotPresent

      # ---- Scaling -------------------------------------------------------------------------------------

      # Number of pods. From 1 to 15.
      replicas: 2

      # Scaling by load.
      autoscaling:
        # Whether a HorizontalPodAutoscaler replaces \`replicas\`.
        enabled: false

        # When to add pods.
        up:
          # Percent of the CPU request, at least 1.
          percent: 80
          # How long it must last.
          after: 5m

      # ---- Container -----------------------------------------------------------------------------------

      # Environment variables by name.
      #
      # A null takes one away.
      env:
        MODE: "yes"
        # LOG_LEVEL: debug

      # Requests and limits of the container.
      resources: {}
        # limits:
        #   memory: 512Mi

      # More containers by name.
      sidecars: {}
        # name:
        #   # Image with tag.
        #   image: ""
        #   # Ports it listens on.
        #   ports: []

      # Tolerations of the pods.
      tolerations: []
        # - key: dedicated
        #   operator: Exists

      # TLS of the public host.
      # tls:
      #   # Secret that holds the certificate.
      #   secretName: ""
      #   # Lowest version. One of: "1.2", "1.3".
      #   minVersion: "1.2"

      # ---- Shared --------------------------------------------------------------------------------------

      # Values shared with other charts.
      global:
        # Public domain.
        domain: example.test
      "
    `);
  });

  it("wraps long descriptions, below keys of any depth", () => {
    const long = "word ".repeat(60).trim();
    const lines = valuesYaml(object({ a: object({ b: number({ default: 1, description: long }) }, { default: {}, description: long }) }), {
      header: long,
    }).split("\n");
    expect(Math.max(...lines.slice(1).map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.filter((line) => line.startsWith("  # word")).length).toBeGreaterThan(2);
  });

  it.each([
    ["both limits", { minimum: 2, maximum: 9 }, "Pods. From 2 to 9."],
    ["a lower limit that is news", { minimum: 2 }, "Pods. At least 2."],
    ["nothing of limits that only keep nonsense out", { minimum: 1, maximum: 86400 }, "Pods."],
    ["nothing that the description tells", { minimum: 2, maximum: 9, description: "From 2 to 9 pods." }, "From 2 to 9 pods."],
  ])("tells %s", (_what, limits, expected) => {
    expect(valuesYaml(object({ a: number({ default: 2, description: "Pods.", ...limits }) }), { header: "x" })).toContain(
      `\n# ${expected}\na: 2\n`,
    );
  });

  it.each([
    ["quotes choices that YAML would misread", { enum: ["1.2", "latest"], default: "latest" }, 'Text. One of: "1.2", latest.'],
    ["shows a pattern where nothing else shows the form", { pattern: "^[a-z]+$", default: "" }, "Text. Form: `^[a-z]+$`."],
    ["shows an example instead of a pattern", { pattern: "^[a-z]+$", default: "", examples: ["abc"] }, "Text. Example: abc"],
    ["shows no pattern beside a default", { pattern: "^[a-z]+$", default: "abc" }, "Text."],
  ])("%s", (_what, limits, expected) => {
    expect(valuesYaml(object({ a: { type: "string", description: "Text.", ...limits } }), { header: "x" })).toContain(
      `\n# ${expected}\na: `,
    );
  });

  it("writes the rule line of a group once", () => {
    const titled = (title: string): JsonSchema => number({ title, default: 1 });
    const lines = valuesYaml(object({ a: titled("One"), b: titled("One"), c: number({ default: 1 }), d: titled("Two") }), {
      header: "x",
    }).split("\n");
    expect(lines.filter((line) => line.startsWith("# ---- ")).map((line) => line.replaceAll(/[# -]/gu, ""))).toEqual(["One", "Two"]);
  });

  it("shows optional values in a form that can be uncommented", () => {
    const uncommented = valuesYaml(web, { header: "x" })
      .split("\n\n")
      .find((block) => block.includes("# tls:"))
      ?.replaceAll(/^# /gmu, "")
      .replace("TLS of the public host.\n", "");
    expect(load(uncommented ?? "")).toEqual({ tls: { secretName: "", minVersion: "1.2" } });
  });

  it("shows the example of an optional object, if it has one", () => {
    const limits = object({ cpu: number(), memory: number() }, { description: "Limits.", examples: [{ cpu: 2 }] });
    expect(valuesYaml(object({ limits }), { header: "x" })).toBe("# x\n\n# Limits.\n# limits:\n#   cpu: 2\n");
  });

  it("parses to the defaults, under YAML 1.2 and 1.1", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const yaml = valuesYaml(schema, { header: "Header." });
        const defaults = defaultsOf(schema);
        for (const reader of [CORE_SCHEMA, YAML11_SCHEMA]) expect(loadAll(yaml, { schema: reader })[0] ?? {}).toEqual(defaults);
        expect(yaml).not.toMatch(/[ \t]\n|\n\n\n|[^\n]$/u);
      }),
      { numRuns: 300 },
    );
  });

  it.each([4, 3] as const)("parses to the defaults in Helm %i, whatever the strings", async (major) => {
    const strings = object(
      Object.fromEntries(hostileStrings.map((text, index) => [`k${index}`, { type: "string", description: "Text.", default: text }])),
    );
    const byText: JsonSchema = {
      type: "object",
      description: "Keys.",
      additionalProperties: true,
      default: Object.fromEntries(hostileStrings.map((text) => [text, text])),
    };
    const schema = object({
      strings: { ...strings, default: {} },
      byText,
      list: { type: "array", description: "List.", items: {}, default: hostileStrings },
      web: { ...web, default: {} },
    });
    expect(await valuesInHelm(major, valuesYaml(schema, { header: "x" }))).toEqual(defaultsOf(schema));
  });
});
