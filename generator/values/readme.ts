import { allowedValues } from "./allowed.ts";
import { defaultsOf, isMap } from "./defaults.ts";
import type { Values } from "./defaults.ts";
import { isMapSchema, isObjectSchema, descriptionOf } from "./json-schema.ts";
import type { JsonSchema, ObjectSchema } from "./json-schema.ts";

/** One value as a README tells it. All fields are plain text, not yet escaped for Markdown. */
export interface ReadmeRow {
  /** Heading of the group the value belongs to; empty before the first title of the schema. */
  readonly group: string;
  /** Dotted path; a part that holds a dot is quoted. */
  readonly key: string;
  readonly type: string;
  /** The default as JSON, empty if there is none. */
  readonly default: string;
  /** Description and allowed values, in one line. */
  readonly description: string;
}

/** Longest default that fits a table cell; `values.yaml` shows longer ones. */
const cellWidth = 60;

/** One row per value a user can set, in the order of the schema; maps and lists are one row each. */
export function readmeRows(schema: ObjectSchema): ReadmeRow[] {
  const defaults = defaultsOf(schema);
  let group = "";
  return Object.entries(schema.properties).flatMap(([key, property]) => {
    group = property.title ?? group;
    return rowsAt(property, pathPart(key), defaults[key], group);
  });
}

/** The values of a chart as Markdown: a table per group, below a heading of the third level. */
export function valuesTable(schema: ObjectSchema): string {
  const groups = Map.groupBy(readmeRows(schema), (row) => row.group);
  return [...groups].map(([group, rows]) => [...(group === "" ? [] : [`### ${group}`, ""]), ...table(rows)].join("\n")).join("\n\n");
}

function rowsAt(schema: JsonSchema, key: string, value: unknown, group: string): ReadmeRow[] {
  if (isObjectSchema(schema) && (value === undefined || isMap(value))) {
    const defaults: Values = value ?? {};
    return Object.entries(schema.properties).flatMap(([name, property]) =>
      rowsAt(property, `${key}.${pathPart(name)}`, defaults[name], group),
    );
  }
  const description = [descriptionOf(schema), allowedValues(schema)].filter((part) => part !== "").join(" ");
  return [
    {
      group,
      key,
      type: typeName(schema),
      default: value === undefined ? "" : JSON.stringify(value),
      description: description.replaceAll(/\s+/gu, " "),
    },
  ];
}

function typeName(schema: JsonSchema): string {
  if (isMapSchema(schema)) return "map";
  if (schema.type === "array") return "list";
  return typeof schema.type === "string" ? schema.type : schema.type.join(" or ");
}

function table(rows: readonly ReadmeRow[]): string[] {
  const cells = rows.map(({ key, type, default: stated, description }) => [
    code(key),
    type,
    stated.length > cellWidth ? "see `values.yaml`" : code(stated),
    description,
  ]);
  return [
    "| Key | Type | Default | Description |",
    "| --- | --- | --- | --- |",
    ...cells.map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`),
  ];
}

function code(text: string): string {
  if (text === "") return "";
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}

function pathPart(key: string): string {
  return /^[^.[\]"\s]+$/u.test(key) ? key : JSON.stringify(key);
}
