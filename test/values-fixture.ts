import fc from "fast-check";
import type { JsonSchema, ObjectSchema } from "../generator/values/json-schema.ts";

const resources = {
  type: "object",
  description: "Requests and limits of the container.",
  additionalProperties: true,
  default: {},
  examples: [{ limits: { memory: "512Mi" } }],
} as const satisfies JsonSchema;

/** A chart's values with one of everything that a schema can say. */
export const web = {
  type: "object",
  description: "Values of the web chart.",
  properties: {
    image: {
      title: "Image",
      type: "object",
      description: "Container image.",
      default: {},
      properties: {
        repository: { type: "string", description: "Repository without a registry.", default: "acme/web", minLength: 1 },
        tag: {
          type: "string",
          description: "Tag; empty means the appVersion of the chart.",
          default: "",
          pattern: "^[A-Za-z0-9._-]*$",
          examples: ["v1.2.3"],
        },
        digest: { type: "string", description: "Digest; wins over the tag.", examples: ["sha256:0123"] },
        pullPolicy: {
          type: "string",
          description: "When to pull.",
          enum: ["Always", "IfNotPresent", "Never"],
          default: "IfNotPresent",
        },
      },
    },
    replicas: { title: "Scaling", type: "integer", description: "Number of pods.", minimum: 1, maximum: 15, default: 2 },
    autoscaling: {
      type: "object",
      description: "Scaling by load.",
      default: { up: { percent: 80 } },
      properties: {
        enabled: { type: "boolean", description: "Whether a HorizontalPodAutoscaler replaces `replicas`.", default: false },
        up: {
          type: "object",
          description: "When to add pods.",
          default: {},
          properties: {
            percent: { type: "integer", description: "Percent of the CPU request, at least 1.", minimum: 1, default: 70 },
            after: { type: "string", description: "How long it must last.", pattern: "^[0-9]+[smh]$", default: "5m" },
          },
        },
      },
    },
    env: {
      title: "Container",
      type: "object",
      description: "Environment variables by name.\n\nA null takes one away.",
      additionalProperties: { type: ["string", "null"], description: "Text of the variable." },
      propertyNames: { pattern: "^[A-Z_]+$" },
      default: { MODE: "yes" },
      examples: [{ LOG_LEVEL: "debug" }],
    },
    resources,
    sidecars: {
      type: "object",
      description: "More containers by name.",
      default: {},
      additionalProperties: {
        type: "object",
        description: "A container.",
        required: ["image"],
        properties: {
          image: { type: "string", description: "Image with tag." },
          ports: { type: "array", description: "Ports it listens on.", items: { type: "integer", description: "Port." } },
        },
      },
    },
    tolerations: {
      type: "array",
      description: "Tolerations of the pods.",
      items: {},
      default: [],
      examples: [[{ key: "dedicated", operator: "Exists" }]],
    },
    tls: {
      type: "object",
      description: "TLS of the public host.",
      required: ["secretName"],
      properties: {
        secretName: { type: "string", description: "Secret that holds the certificate." },
        minVersion: { type: "string", description: "Lowest version.", enum: ["1.2", "1.3"] },
      },
    },
    global: {
      title: "Shared",
      type: "object",
      description: "Values shared with other charts.",
      default: {},
      properties: { domain: { type: "string", description: "Public domain.", default: "example.test" } },
    },
  },
} as const satisfies ObjectSchema;

/** Strings that YAML, Go or Markdown read in ways of their own. */
export const hostileStrings: readonly string[] = [
  "",
  " ",
  "yes",
  "no",
  "on",
  "off",
  "y",
  "n",
  "true",
  "null",
  "~",
  "1.10",
  "0755",
  "0o17",
  "08",
  "1e3",
  "1_000",
  "0x1F",
  "0b11",
  "+1",
  "1:30",
  ".inf",
  "1.",
  "2026-01-02",
  "a: b",
  "a #b",
  "# c",
  "{{ x }}",
  "%d",
  "'",
  '"',
  "\\",
  "a\nb",
  "a\n\n b\n",
  " lead\n x",
  "tab\tx",
  "*a",
  "&a",
  "!x",
  "@",
  "|",
  ">",
  "-",
  "- a",
  "?",
  "[a",
  "{a",
  "<<",
  "=",
  "\u0007",
  "\u00e9",
  "\u2028",
  "\ufeff",
  "😀",
  "a|b",
  "`a`",
  "trail ",
  "a\n\n",
  "a \nb\n",
  "\n",
  "-\u00a0",
  "\u00a0",
  "a\u2029",
];

const text = fc.oneof(fc.constantFrom(...hostileStrings), fc.string({ unit: "grapheme" }));
const key = fc.oneof(
  fc.constantFrom("a", "b", "image", "y", "on", "1", "a.b", "a b", "~", "x-y"),
  fc.stringMatching(/^[a-z][A-Za-z]{0,6}$/u),
);
const description = fc.oneof(
  fc.constantFrom("What it does.", "Two\nlines.", "key: value", "# x\n\n  indented"),
  fc.lorem({ maxCount: 40 }),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

function defined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}

const scalars: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.record({ type: fc.constant("string" as const), description, default: optional(text) }).map(defined),
  fc
    .record({
      type: fc.constant("integer" as const),
      description,
      default: optional(fc.integer()),
      minimum: optional(fc.constant(-(2 ** 31))),
    })
    .map(defined),
  fc.record({ type: fc.constant("number" as const), description, default: optional(fc.constantFrom(0.5, 1, 1e21, -3.25)) }).map(defined),
  fc.record({ type: fc.constant("boolean" as const), description, default: optional(fc.boolean()) }).map(defined),
  fc
    .record({
      type: fc.constant("object" as const),
      description,
      additionalProperties: fc.constant(true as const),
      default: optional(fc.dictionary(key, text, { maxKeys: 3 })),
    })
    .map(defined),
  fc
    .record({
      type: fc.constant("array" as const),
      description,
      items: fc.constant({}),
      default: optional(fc.array(text, { maxLength: 3 })),
    })
    .map(defined),
) as fc.Arbitrary<JsonSchema>;

/** Schemas without faults: hostile keys, defaults and descriptions, nested three levels deep. */
export const schemas: fc.Arbitrary<ObjectSchema> = fc.letrec<{ object: ObjectSchema }>((tie) => ({
  object: fc
    .tuple(
      description,
      fc.dictionary(key, fc.oneof({ maxDepth: 3 }, scalars, tie("object")), { maxKeys: 5 }),
      optional(fc.constantFrom("Group", "A: b")),
    )
    .map(([about, properties, title]): ObjectSchema => ({
      type: "object",
      ...(title !== undefined && { title }),
      description: about,
      properties,
      default: {},
    })),
})).object;
