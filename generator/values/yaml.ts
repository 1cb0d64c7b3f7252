import { DEFAULT_SCALAR_STYLE_RULES, SCALAR_STYLE, dump } from "js-yaml";
import type { ScalarStyleRule } from "js-yaml";
import { allowedValues, scalarText } from "./allowed.ts";
import { defaultsOf, isMap } from "./defaults.ts";
import type { Values } from "./defaults.ts";
import { isMapSchema, isObjectSchema, descriptionOf } from "./json-schema.ts";
import type { JsonSchema, ObjectSchema } from "./json-schema.ts";
import { plainText } from "./plain-text.ts";
import { sample } from "./sample.ts";

/** Column at which comments wrap, and at which the rule line of a group ends. */
const width = 100;

/**
 * The commented `values.yaml` of a chart: a rule line per titled group, above each key what it does and what it allows.
 * Keys without a default, and what may stand in an empty map or list, are comments that can be uncommented as they are.
 *
 * It parses to exactly `defaultsOf(schema)`, under YAML 1.2 and under Helm's reader of YAML 1.1. `header` becomes the
 * first comment, line by line.
 */
export function valuesYaml(schema: ObjectSchema, { header }: { readonly header: string }): string {
  const lines = [...header.split("\n").map(commented), "", ...objectLines(schema, defaultsOf(schema), 0)];
  return `${lines.join("\n")}\n`;
}

/** The keys of a closed object with the blank lines between them; `column` is where they will stand. */
function objectLines(schema: ObjectSchema, value: Values, column: number): string[] {
  let roomy = false; // the previous key has several lines, or is a comment itself
  let group: string | undefined;
  return Object.entries(schema.properties).flatMap(([key, property], index) => {
    const absent = value[key] === undefined;
    const body = absent ? sampleLines(key, property, column).map(commented) : keyLines(key, property, value[key], column);
    const needsRoom = absent || body.length > 1;
    const title = property.title === group ? undefined : property.title;
    const apart = index > 0 && (column === 0 || title !== undefined || needsRoom || roomy);
    roomy = needsRoom;
    group = property.title ?? group;
    return [...(apart ? [""] : []), ...titleLines(title, column), ...describe(property, value[key], column), ...body];
  });
}

/** `key: value`, with the keys of a closed object below it, or with examples of what a map or list may hold. */
function keyLines(key: string, schema: JsonSchema, value: unknown, column: number): string[] {
  if (!isObjectSchema(schema) || !isMap(value))
    return [...field(key, value), ...indented(entryExamples(schema, value, column + 2).map(commented))];
  const head = Object.keys(value).length === 0 ? yaml({ [key]: {} }) : [`${yamlKey(key)}:`];
  return [...head, ...indented(objectLines(schema, value, column + 2))];
}

/** What a reader gets when uncommenting a key that has no default. */
function sampleLines(key: string, schema: JsonSchema, column: number): string[] {
  if (!isObjectSchema(schema)) return field(key, sample(schema));
  const example = schema.examples?.[0];
  if (example !== undefined) return field(key, example);
  const children = Object.entries(schema.properties).flatMap(([name, property]) => [
    ...describe(property, undefined, column + 4),
    ...sampleLines(name, property, column + 2),
  ]);
  return children.length === 0 ? yaml({ [key]: {} }) : [`${yamlKey(key)}:`, ...indented(children)];
}

/** Examples of what a map or list may hold; failing those, for a map of closed objects, one entry with all its keys. */
function entryExamples(schema: JsonSchema, value: unknown, column: number): string[] {
  const examples = (schema.examples ?? []).filter((example) => JSON.stringify(example) !== JSON.stringify(value));
  if (schema.type === "array" || examples.length > 0)
    return examples.flatMap((example) => (typeof example === "object" ? yaml(example) : []));
  const entry = isMapSchema(schema) && Object.keys(value ?? {}).length === 0 ? schema.additionalProperties : true;
  return entry !== true && isObjectSchema(entry) ? sampleLines("name", entry, column) : [];
}

function titleLines(title: string | undefined, column: number): string[] {
  return title === undefined ? [] : [`# ---- ${title} `.padEnd(width - column, "-"), ""];
}

function describe(schema: JsonSchema, value: unknown, column: number): string[] {
  const example = schema.examples?.find((one) => typeof one !== "object" && !String(one).includes("\n"));
  const hint = value === undefined || example === undefined || example === value ? "" : `Example: ${scalarText(example)}`;
  const text = [descriptionOf(schema), allowedValues(schema), hint].filter((part) => part !== "").join(" ");
  return text
    .split("\n")
    .flatMap((line) => wrap(line, width - column - "# ".length))
    .map(commented);
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [""];
  for (const word of text.trimEnd().split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && `${line} ${word}`.length > columns) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function field(key: string, value: unknown): string[] {
  const text = plainText(value);
  return text === undefined ? yaml({ [key]: value }) : [`${yamlKey(key)}: ${text}`];
}

function yaml(value: unknown): string[] {
  const text = dump(value, { lineWidth: -1, noRefs: true, quoteStyle: "double", scalarStyleRules: [quoteTrailingSpace, ...defaultStyles] });
  return text.slice(0, -1).split("\n");
}

const defaultStyles = Object.values(DEFAULT_SCALAR_STYLE_RULES);

/** Spaces and empty lines at the end of a block of text are invisible, and the next editor takes them away. */
const quoteTrailingSpace: ScalarStyleRule = (layout) => {
  if (/[ \t](?:\n|$)|\n\n$/u.test(layout.node.value)) layout.style = SCALAR_STYLE.DOUBLE_QUOTED;
};

function yamlKey(key: string): string {
  return plainText(key) ?? yaml({ [key]: 0 })[0]?.replace(/: 0$/u, "") ?? key;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function commented(line: string): string {
  return line === "" ? "#" : `# ${line}`;
}
