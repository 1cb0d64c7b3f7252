/** Values of every type, for the tests of the template language. */
import { refs } from "../../generator/dsl/index.ts";
import type { ObjectSchema } from "../../generator/values/json-schema.ts";

const word = "^[a-z0-9.-]*$";

export const schema = {
  type: "object",
  description: "Values.",
  properties: {
    name: { type: "string", description: "With a pattern that keeps it plain.", pattern: word, default: "web" },
    tag: { type: "string", description: "May be empty.", pattern: word, default: "" },
    text: { type: "string", description: "Anything.", default: "some text" },
    note: { type: "string", description: "Anything, or nothing." },
    policy: { type: "string", description: "Closed choice.", enum: ["Always", "Never"], default: "Always" },
    replicas: { type: "integer", description: "A whole number.", default: 3 },
    limit: { type: "integer", description: "A whole number, or nothing." },
    ratio: { type: "number", description: "A number.", default: 0.5 },
    share: { type: "number", description: "A number, or nothing." },
    enabled: { type: "boolean", description: "A switch.", default: true },
    debug: { type: "boolean", description: "A switch, or nothing." },
    port: { type: ["integer", "string"], description: "A number or a name.", default: 80 },
    surge: { type: ["integer", "string"], description: "A number or a text, or nothing." },
    image: {
      type: "object",
      description: "Always there.",
      default: {},
      properties: {
        repository: { type: "string", description: "With a pattern.", pattern: "^[a-z0-9./-]+$", default: "web/app" },
        tag: { type: "string", description: "May be empty.", pattern: word, default: "" },
        digest: { type: "string", description: "Optional.", pattern: word },
      },
    },
    tls: {
      type: "object",
      description: "Optional.",
      required: ["secret"],
      properties: { secret: { type: "string", description: "Name." }, port: { type: "integer", description: "Optional." } },
    },
    labels: { type: "object", description: "Map of texts.", default: {}, additionalProperties: { type: "string", description: "Text." } },
    limits: { type: "object", description: "Map, or nothing.", additionalProperties: { type: "string", description: "Text." } },
    env: {
      type: "object",
      description: "Map of texts that a later file may remove.",
      default: {},
      additionalProperties: { type: ["string", "null"], description: "Text." },
    },
    hosts: {
      type: "object",
      description: "Map of objects.",
      default: {},
      additionalProperties: {
        type: "object",
        description: "Host.",
        required: ["port"],
        properties: { port: { type: "integer", description: "Port." }, path: { type: "string", description: "Path." } },
      },
    },
    args: { type: "array", description: "List of texts.", default: [], items: { type: "string", description: "Text." } },
    numbers: { type: "array", description: "List of numbers.", default: [], items: { type: "integer", description: "Number." } },
    ports: {
      type: "array",
      description: "List of objects.",
      default: [],
      items: {
        type: "object",
        description: "Port.",
        required: ["name", "number"],
        properties: { name: { type: "string", description: "Name." }, number: { type: "integer", description: "Number." } },
      },
    },
    open: { type: "object", description: "Handed through.", default: {}, additionalProperties: true },
    extra: { type: "array", description: "Handed through.", default: [], items: {} },
    "odd-key": { type: "string", description: "A key that is no Go identifier.", pattern: word, default: "odd" },
  },
} as const satisfies ObjectSchema;

export const v = refs(schema);
