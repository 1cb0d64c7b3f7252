import { isMapSchema, isObjectSchema, isSure, type JsonSchema, type ObjectSchema } from "../values/json-schema.ts";
import { expression, type Expr, type Node, type Ref, type RootName, type ValueType, type Variable } from "./expr.ts";

const schemas = new WeakMap<Node, JsonSchema>();

/**
 * References into a chart's values, one per declared key: `refs(schema).image.tag` is the template's `.Values.image.tag`.
 * The objects are frozen data; a path that the schema does not declare is a compile error.
 */
export function refs<const S extends ObjectSchema>(schema: S): Ref<S>;
export function refs(schema: ObjectSchema): unknown {
  return refTo("Values", [], schema);
}

/** A reference to a value of the given schema below a root or a bound variable. */
export function refTo(root: RootName | Variable, keys: readonly string[], schema: JsonSchema, optional = false): Expr<unknown> {
  const node: Node = { op: "path", root, keys, type: typeOf(schema), plain: isPlain(schema), nullable: isNullable(schema), optional };
  schemas.set(node, schema);
  const children = isObjectSchema(schema)
    ? Object.entries(schema.properties).map(([key, child]) => [key, refTo(root, [...keys, key], child, !isSure(schema, key))] as const)
    : [];
  return expression(node, Object.fromEntries(children));
}

/** The schema behind a reference, if it is one. */
export function schemaOf(node: Node): JsonSchema | undefined {
  return schemas.get(node);
}

/** The schema of the items of a map or list reference; pass-through maps and lists have none. */
export function itemSchemaOf(node: Node): JsonSchema | undefined {
  const schema = schemas.get(node);
  if (schema === undefined) return undefined;
  const items = isMapSchema(schema) ? schema.additionalProperties : schema.type === "array" ? schema.items : undefined;
  return typeof items === "object" && "type" in items ? (items as JsonSchema) : undefined;
}

/** True if the keys of a map reference may stand between quotes as they are, because its `propertyNames` say so. */
export function keysArePlain(node: Node): boolean {
  const schema = schemas.get(node);
  return schema !== undefined && isMapSchema(schema) && schema.propertyNames !== undefined && isPlain(schema.propertyNames);
}

/** The objects besides `.Values` that every template sees, as far as charts should use them. */
export const helm = {
  Release: {
    Name: builtin("Release", "Name"),
    Namespace: builtin("Release", "Namespace"),
    Service: builtin("Release", "Service"),
  },
  Chart: {
    Name: builtin("Chart", "Name"),
    Version: builtin("Chart", "Version"),
    AppVersion: builtin("Chart", "AppVersion"),
  },
} as const;

function builtin(root: RootName, key: string): Expr<string> {
  return expression({ op: "path", root, keys: [key], type: "string", plain: true, nullable: false, optional: false });
}

function typeOf(schema: JsonSchema): ValueType {
  if (typeof schema.type === "string") return schema.type;
  const types = schema.type.filter((type) => type !== "null");
  const [only] = types;
  return types.length === 1 && only !== undefined ? only : "scalar";
}

function isNullable(schema: JsonSchema): boolean {
  return typeof schema.type !== "string" && schema.type.includes("null");
}

/**
 * True if no allowed value holds a double quote, a backslash or a newline, so that it may stand between quotes in a template.
 * Conservative: the pattern must be anchored at both ends, without a wildcard, a negated class or an alternative at the top.
 */
export function isPlain(schema: JsonSchema | { readonly pattern?: string }): boolean {
  if ("enum" in schema && schema.enum !== undefined) return schema.enum.every((value) => !/["\\\n]/.test(String(value)));
  if (!("pattern" in schema) || schema.pattern === undefined) return false;
  const inner = /^\^(.*)\$$/.exec(schema.pattern)?.[1];
  if (inner === undefined) return false;
  const rest = inner.replace(/\\[dw./*+?()[\]{}|^$-]/g, "");
  const outsideClasses = rest.replace(/\[[^\]]*\]/g, "");
  const depths = outsideClasses.replace(/[^()|]/g, "");
  return !/["\\\n]/.test(rest) && !/\[\^/.test(rest) && !outsideClasses.includes(".") && !hasTopLevelAlternative(depths);
}

function hasTopLevelAlternative(brackets: string): boolean {
  let depth = 0;
  for (const character of brackets) {
    if (character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (depth === 0) return true;
  }
  return false;
}
