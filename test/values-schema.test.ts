import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultsOf } from "../generator/values/defaults.ts";
import { emitOverlaySchema, emitSchema } from "../generator/values/emit-schema.ts";
import type { JsonSchema, ObjectSchema } from "../generator/values/json-schema.ts";
import { violationOf } from "../generator/values/satisfies.ts";
import { schemas, web } from "./values-fixture.ts";
import { valuesInHelm } from "./values-helm.ts";

const object = (properties: Record<string, JsonSchema>, more: Partial<ObjectSchema> = {}): ObjectSchema => ({
  type: "object",
  description: "Values.",
  properties,
  ...more,
});
const text = (over: object = {}): JsonSchema => ({ type: "string", description: "Text.", ...over });
const emitted = (schema: ObjectSchema) => emitSchema(schema, { root: "umbrella" });
const ajv = new Ajv({ strict: true, validateFormats: false, allowUnionTypes: true, strictRequired: false, strictTypes: false });

const goodPatterns = ["^a{1,1000}$", "\\\\1", "a{0,999}", "[\\]]", "^(?:a|b)?$", "^(?<name>x)$"];
const badPatterns = ["^(?!x)", "(?<=x)y", "(.)\\1", "\\u0041", "[^]", "^a{1,1001}$", "("];

describe("Helm refuses the patterns that emitSchema refuses", () => {
  const accepts = (pattern: string) =>
    valuesInHelm(4, "a: x\n", { type: "object", properties: { a: { anyOf: [{ pattern }, { const: "x" }] } } }).then(
      () => true,
      () => false,
    );

  it.each(badPatterns)("%s", async (pattern) => {
    expect(await accepts(pattern)).toBe(false);
    expect(() => emitted(object({ a: text({ pattern }) }))).toThrow("a has the pattern");
  });

  it.each(goodPatterns)("but not %s", async (pattern) => {
    expect(await accepts(pattern)).toBe(true);
  });
});

describe("emitSchema refuses", () => {
  const entry = (properties: Record<string, JsonSchema>, more = {}): JsonSchema => ({
    type: "object",
    description: "Map.",
    additionalProperties: object(properties, more),
    default: {},
  });
  it.each<[string, ObjectSchema, string]>([
    ["an empty description", object({ a: text({ description: " " }) }), "a has no description"],
    ["a root without one", object({}, { description: "" }), "the root has no description"],
    ["a map entry without one", object({ env: entry({ a: text({ description: "" }) }) }), "env.*.a has no description"],
    ["a lookahead", object({ a: text({ pattern: "^(?!x)" }) }), "a has the pattern ^(?!x) with a lookahead or lookbehind"],
    ["a lookbehind", object({ a: text({ pattern: "(?<=x)y" }) }), "a lookahead or lookbehind"],
    ["a backreference", object({ a: text({ pattern: "(.)\\1" }) }), "a backreference"],
    ["a \\u escape", object({ a: text({ pattern: "\\u0041" }) }), "\\u or \\c"],
    ["an empty class", object({ a: text({ pattern: "[^]" }) }), "an empty character class"],
    ["1001 repetitions", object({ a: text({ pattern: "^a{1,1001}$" }) }), "more than 1000 repetitions"],
    ["a broken pattern", object({ a: text({ pattern: "(" }) }), "no regular expression"],
    ["a bad pattern of names", object({ a: { ...entry({}), propertyNames: { pattern: "(?=x)" } } as JsonSchema }), "a lookahead"],
    ["a required key that is not declared", object({}, { required: ["a"] }), "a is required but is not among the properties"],
    ["a default of the wrong type", object({ a: text({ default: 4 }) }), "a has a default that is 4, must be of type string"],
    ["a default beyond the enum", object({ a: text({ enum: ["x"], default: "y" }) }), 'a has a default that is "y", must be one of ["x"]'],
    ["a default that breaks its pattern", object({ a: text({ pattern: "^x$", default: "y" }) }), "must match ^x$"],
    [
      "a default of an enclosing object that is wrong",
      object({ a: object({ b: text() }, { default: { b: 4 } }) }),
      "a.b has a default that is 4",
    ],
    [
      "a default for an undeclared key",
      object({ a: object({}, { default: { b: 4 } }) }),
      "a.b has a default but is not among the properties",
    ],
    [
      "a default below a value without one",
      object({ a: object({ b: text({ default: "x" }) }) }),
      "a.b has a default that Helm never applies",
    ],
    [
      "a default in the entries of a map",
      object({ a: entry({ b: text({ default: "x" }) }) }),
      "a.*.b has a default that Helm never applies",
    ],
    [
      "a map default that lacks what its entries need",
      object({ a: { ...entry({ b: text() }, { required: ["b"] }), default: { x: {} } } as JsonSchema }),
      "a has a default whose x.b is missing, but required",
    ],
    ["an example that is wrong", object({ a: text({ examples: [4] }) }), "a has an example that is 4"],
  ])("%s", (_what, schema, message) => {
    expect(() => emitted(schema)).toThrow(message);
  });

  it("several mistakes at once, each with the file it was given", () => {
    const numbers: JsonSchema = { type: "array", description: "List.", items: { type: "integer", description: "Number." }, default: ["x"] };
    const faulty = object({ a: text({ description: "" }), b: text({ default: 4 }), c: numbers });
    expect(() => emitSchema(faulty, { root: "subchart", file: "schemas/x.ts" })).toThrowErrorMatchingInlineSnapshot(`
      [ChartError: schemas/x.ts: a has no description: say what it does, it becomes the comment in values.yaml
      schemas/x.ts: b has a default that is 4, must be of type string
      schemas/x.ts: c has a default whose 0 is "x", must be of type integer]
    `);
  });

  it.each(goodPatterns)("not the pattern %s", (pattern) => {
    expect(() => emitted(object({ a: text({ pattern }) }))).not.toThrow();
  });
});

describe("emitSchema", () => {
  it("writes what Helm needs of a subchart", () => {
    expect(JSON.stringify(emitSchema(web, { root: "subchart" }), null, 2)).toMatchInlineSnapshot(`
      "{
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": "Values of the web chart.",
        "type": "object",
        "additionalProperties": false,
        "required": [
          "image",
          "replicas",
          "autoscaling",
          "env",
          "resources",
          "sidecars",
          "tolerations"
        ],
        "properties": {
          "image": {
            "title": "Image",
            "description": "Container image.",
            "type": "object",
            "additionalProperties": false,
            "required": [
              "repository",
              "tag",
              "pullPolicy"
            ],
            "properties": {
              "repository": {
                "description": "Repository without a registry.",
                "type": "string",
                "default": "acme/web",
                "minLength": 1
              },
              "tag": {
                "description": "Tag; empty means the appVersion of the chart.",
                "examples": [
                  "v1.2.3"
                ],
                "type": "string",
                "default": "",
                "pattern": "^[A-Za-z0-9._-]*$"
              },
              "digest": {
                "description": "Digest; wins over the tag.",
                "examples": [
                  "sha256:0123"
                ],
                "type": "string"
              },
              "pullPolicy": {
                "description": "When to pull.",
                "type": "string",
                "enum": [
                  "Always",
                  "IfNotPresent",
                  "Never"
                ],
                "default": "IfNotPresent"
              }
            }
          },
          "replicas": {
            "title": "Scaling",
            "description": "Number of pods.",
            "type": "integer",
            "minimum": 1,
            "maximum": 15,
            "default": 2
          },
          "autoscaling": {
            "description": "Scaling by load.",
            "type": "object",
            "default": {
              "up": {
                "percent": 80
              }
            },
            "additionalProperties": false,
            "required": [
              "enabled",
              "up"
            ],
            "properties": {
              "enabled": {
                "description": "Whether a HorizontalPodAutoscaler replaces \`replicas\`.",
                "type": "boolean",
                "default": false
              },
              "up": {
                "description": "When to add pods.",
                "type": "object",
                "additionalProperties": false,
                "required": [
                  "percent",
                  "after"
                ],
                "properties": {
                  "percent": {
                    "description": "Percent of the CPU request, at least 1.",
                    "type": "integer",
                    "minimum": 1,
                    "default": 70
                  },
                  "after": {
                    "description": "How long it must last.",
                    "type": "string",
                    "pattern": "^[0-9]+[smh]$",
                    "default": "5m"
                  }
                }
              }
            }
          },
          "env": {
            "title": "Container",
            "description": "Environment variables by name.\\n\\nA null takes one away.",
            "examples": [
              {
                "LOG_LEVEL": "debug"
              }
            ],
            "type": "object",
            "additionalProperties": {
              "description": "Text of the variable.",
              "type": [
                "string",
                "null"
              ]
            },
            "propertyNames": {
              "pattern": "^[A-Z_]+$"
            },
            "default": {
              "MODE": "yes"
            }
          },
          "resources": {
            "description": "Requests and limits of the container.",
            "examples": [
              {
                "limits": {
                  "memory": "512Mi"
                }
              }
            ],
            "type": "object",
            "additionalProperties": true,
            "default": {}
          },
          "sidecars": {
            "description": "More containers by name.",
            "type": "object",
            "default": {},
            "additionalProperties": {
              "description": "A container.",
              "type": "object",
              "additionalProperties": false,
              "required": [
                "image"
              ],
              "properties": {
                "image": {
                  "description": "Image with tag.",
                  "type": "string"
                },
                "ports": {
                  "description": "Ports it listens on.",
                  "type": "array",
                  "items": {
                    "description": "Port.",
                    "type": "integer"
                  }
                }
              }
            }
          },
          "tolerations": {
            "description": "Tolerations of the pods.",
            "examples": [
              [
                {
                  "key": "dedicated",
                  "operator": "Exists"
                }
              ]
            ],
            "type": "array",
            "items": {},
            "default": []
          },
          "tls": {
            "description": "TLS of the public host.",
            "type": "object",
            "additionalProperties": false,
            "required": [
              "secretName"
            ],
            "properties": {
              "secretName": {
                "description": "Secret that holds the certificate.",
                "type": "string"
              },
              "minVersion": {
                "description": "Lowest version.",
                "type": "string",
                "enum": [
                  "1.2",
                  "1.3"
                ]
              }
            }
          },
          "global": {
            "title": "Shared",
            "description": "Values shared with other charts.",
            "type": "object",
            "additionalProperties": true,
            "required": [
              "domain"
            ],
            "properties": {
              "domain": {
                "description": "Public domain.",
                "type": "string",
                "default": "example.test"
              }
            }
          },
          "enabled": {
            "description": "Whether the parent chart installs this one.",
            "type": "boolean"
          }
        },
        "patternProperties": {
          "^x-": {
            "description": "Room for YAML anchors; no template reads it."
          }
        }
      }"
    `);
  });

  it("leaves subcharts to their own schemas in the umbrella", () => {
    const umbrella = object({
      web: object({ enabled: { type: "boolean", description: "On." } }, { description: "The web chart.", default: {} }),
    });
    expect(emitSchema(umbrella, { root: "umbrella", subcharts: ["web", "api"] })).toMatchInlineSnapshot(`
      {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "additionalProperties": false,
        "description": "Values.",
        "patternProperties": {
          "^x-": {
            "description": "Room for YAML anchors; no template reads it.",
          },
        },
        "properties": {
          "api": {
            "description": "Values of the subchart api, which checks them with a schema of its own.",
            "type": "object",
          },
          "web": {
            "description": "The web chart.",
            "type": "object",
          },
        },
        "type": "object",
      }
    `);
  });

  it("shares a constant that is used twice, and only if that is shorter", () => {
    const long = text({ description: "A long description that nobody wants to see two times in one file, nor three times." });
    const short = text();
    const schema = emitted(object({ a: object({ size: long, s: short }), b: object({ size: long, s: short }) }));
    expect(schema["definitions"]).toEqual({ size: { description: long.description, type: "string" } });
    expect(JSON.stringify(schema)).toContain('{"size":{"$ref":"#/definitions/size"},"s":{"description":"Text.","type":"string"}}');
  });

  it("gives two constants of the same key two definitions", () => {
    const first = text({ description: "The first of two long descriptions, which is worth a definition." });
    const second = text({ description: "The second of two long descriptions, which is worth a definition." });
    const schema = emitted(
      object({ a: object({ x: first }), b: object({ x: first }), c: object({ x: second }), d: object({ x: second }) }),
    );
    expect(Object.keys(schema["definitions"] as object)).toEqual(["x", "x2"]);
  });

  it("is accepted by ajv, and accepts the defaults", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        const validate = ajv.compile(emitSchema(schema, { root: "umbrella" }));
        validate(defaultsOf(schema));
        expect(validate.errors).toBe(null);
      }),
      { numRuns: 100 },
    );
  });
});

describe("emitOverlaySchema", () => {
  const overlay = ajv.compile(emitOverlaySchema(object({ domain: text({ default: "x" }) }), { web }));

  it.each([
    ["an undeclared value", { domian: "x" }],
    ["an undeclared value of a subchart", { web: { replica: 1 } }],
    ["a wrong type in a subchart", { web: { replicas: "1" } }],
  ])("refuses %s", (_what, values) => {
    expect(overlay(values)).toBe(false);
  });

  it("requires nothing, and lets anchors be", () => {
    expect(overlay({})).toBe(true);
    expect(overlay({ web: { image: { tag: "1" }, enabled: false, global: { any: 1 } }, "x-anchors": [1] })).toBe(true);
  });
});

/** Values that fit, and values that do not, in about equal numbers. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    1,
    7,
    2.5,
    -1,
    "",
    "x",
    "a1",
    "5m",
    "Always",
    "😀",
    [],
    [1],
    [1, 1],
    ["x"],
    {},
    { a: 1 },
    { a: "x" },
    { A: "x" },
    { b: null },
    { a: { b: 1 } },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const rules = fc.constantFrom<JsonSchema>(
  text(),
  text({ enum: ["x", "Always"] }),
  text({ pattern: "^[0-9]+[smh]$" }),
  text({ minLength: 1, maxLength: 1 }),
  { type: "integer", description: "Number.", minimum: 0, maximum: 5 },
  { type: "number", description: "Number.", enum: [1, 2.5] },
  { type: "boolean", description: "Switch." },
  { type: ["string", "null"], description: "Text or nothing.", pattern: "^x?$" },
  { type: ["integer", "string"], description: "Port." },
  { type: "array", description: "List.", items: {} },
  { type: "array", description: "List.", items: { type: "integer", description: "Number." }, minItems: 1, uniqueItems: true },
  { type: "object", description: "Map.", additionalProperties: true },
  { type: "object", description: "Map.", additionalProperties: text(), propertyNames: { pattern: "^[A-Z]$" } },
  object({ a: text(), b: object({}) }),
  object({ a: text(), b: text() }, { required: ["a"] }),
  {
    type: "object",
    description: "Map.",
    additionalProperties: object({ b: { type: "integer", description: "Number." } }, { required: ["b"] }),
  },
);

it("defaults and examples are judged as ajv judges them", () => {
  const verdicts = { good: 0, bad: 0 };
  fc.assert(
    fc.property(rules, anything, (schema, value) => {
      const accepted = ajv.validate(emitted(object({ it: schema })), { it: value });
      verdicts[accepted ? "good" : "bad"] += 1;
      expect(violationOf(schema, value) === undefined).toBe(accepted);
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(verdicts.good, verdicts.bad)).toBeGreaterThan(100);
});
