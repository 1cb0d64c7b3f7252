import { defaultsOf, isMap } from "./defaults.ts";
import { isMapSchema, isObjectSchema } from "./json-schema.ts";
import type { JsonSchema, ObjectSchema } from "./json-schema.ts";
import { violationOf } from "./satisfies.ts";

/** A mistake in a values schema: at which value (`image.tag`; `env.*` and `hosts[]` for entries), and what to write instead. */
export interface SchemaFault {
  readonly path: string;
  readonly message: string;
}

/**
 * Every mistake in a schema that TypeScript cannot see: a value without a description, a pattern that Helm's Go regular
 * expressions refuse, a required key that does not exist, a default that nothing applies, and a default or an example that
 * breaks its own schema.
 */
export function schemaFaults(schema: ObjectSchema): SchemaFault[] {
  return faultsAt(schema, "", defaultsOf(schema));
}

/** `value` is the default that holds here, undefined where none does. */
function faultsAt(schema: JsonSchema, path: string, value: unknown): SchemaFault[] {
  const description = typeof schema.description === "string" ? schema.description.trim() : "";
  return [
    ...(description === ""
      ? [
          {
            path,
            message: "has no description: say what it does, it becomes the comment in values.yaml",
          },
        ]
      : []),
    ...patternsOf(schema).flatMap((pattern) => messageAt(path, patternFault(pattern))),
    ...(schema.examples ?? []).flatMap((example) => violationAt(schema, path, example, "an example")),
    ...(isObjectSchema(schema) && (value === undefined || isMap(value))
      ? objectFaults(schema, path, value)
      : leafFaults(schema, path, value)),
  ];
}

function objectFaults(schema: ObjectSchema, path: string, value: Readonly<Record<string, unknown>> | undefined): SchemaFault[] {
  const undeclared = (keys: readonly string[], message: string): SchemaFault[] =>
    keys.filter((key) => !Object.hasOwn(schema.properties, key)).map((key) => ({ path: join(path, key), message }));
  return [
    ...undeclared(schema.required ?? [], "is required but is not among the properties: declare it there, or take it out of `required`"),
    ...undeclared(Object.keys(value ?? {}), "has a default but is not among the properties: declare it there, or take the default out"),
    ...Object.entries(schema.properties).flatMap(([key, property]) => [
      ...messageAt(join(path, key), value === undefined && property.default !== undefined ? idleDefault : undefined),
      ...faultsAt(property, join(path, key), value?.[key]),
    ]),
  ];
}

const idleDefault =
  "has a default that Helm never applies, because an enclosing value has none: give each enclosing object `default: {}`, " +
  "or drop this default. Nothing fills defaults into entries of maps and lists: list the key in `required`, or let the template supply the fallback (`use` and its third argument)";

function leafFaults(schema: JsonSchema, path: string, value: unknown): SchemaFault[] {
  const entry = isMapSchema(schema) ? schema.additionalProperties : schema.type === "array" ? schema.items : true;
  return [
    ...[...new Set([schema.default, value])]
      .filter((stated) => stated !== undefined)
      .flatMap((stated) => violationAt(schema, path, stated, "a default"))
      .slice(0, 1),
    ...(entry !== true && "type" in entry ? faultsAt(entry as JsonSchema, isMapSchema(schema) ? `${path}.*` : `${path}[]`, undefined) : []),
  ];
}

function violationAt(schema: JsonSchema, path: string, value: unknown, what: string): SchemaFault[] {
  const violation = violationOf(schema, value);
  if (violation === undefined) return [];
  const place = violation.path === "" ? "that" : `whose ${violation.path}`;
  return [{ path, message: `has ${what} ${place} ${violation.reason}` }];
}

function messageAt(path: string, message: string | undefined): SchemaFault[] {
  return message === undefined ? [] : [{ path, message }];
}

function patternsOf(schema: JsonSchema): string[] {
  const own = "pattern" in schema ? schema.pattern : undefined;
  return [own, isMapSchema(schema) ? schema.propertyNames?.pattern : undefined].filter((pattern) => pattern !== undefined);
}

/**
 * Syntax that JavaScript accepts and Go's RE2 refuses; Helm would then refuse every install.
 * https://github.com/google/re2/wiki/Syntax
 */
const refusedByRe2: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/u, "a lookahead or lookbehind"],
  [/\\(?:[1-9]|k<)/u, "a backreference"],
  [/\\[uc]/u, "\\u or \\c (write the character itself, or \\x…)"],
  [/\[\^?\]/u, "an empty character class"],
  [/\{(?:\d+,)?(?:1\d*[1-9]\d\d|1\d\d*[1-9]\d|1\d\d\d*[1-9]|[2-9]\d{3}|\d{5,})\}/u, "more than 1000 repetitions (use maxLength)"],
];

function patternFault(pattern: string): string | undefined {
  const syntax = pattern.replaceAll("\\\\", "");
  const refused = refusedByRe2.find(([form]) => form.test(syntax));
  if (refused !== undefined) return `has the pattern ${pattern} with ${refused[1]}, which Helm's regular expressions (RE2) do not have`;
  const fault = syntaxFault(pattern);
  return fault && `has the pattern ${pattern}, which is no regular expression: ${fault}`;
}

function syntaxFault(pattern: string): string | undefined {
  try {
    return void RegExp(pattern, "u");
  } catch (error) {
    return (error as Error).message;
  }
}

function join(path: string, key: string): string {
  return path === "" || key === "" ? path + key : `${path}.${key}`;
}
