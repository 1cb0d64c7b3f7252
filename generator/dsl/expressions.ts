import {
  block,
  expression,
  nodeKey,
  type Block,
  type Collection,
  type Expr,
  type Node,
  type Optional,
  type Tpl,
  type ValueType,
} from "./expr.ts";
import { mistake } from "./mistake.ts";
import { conjunction, nodeOfExpression, presence, sure, toNode } from "./nodes.ts";
import { itemSchemaOf, refTo } from "./refs.ts";

// ── strings ─────────────────────────────────────────────────────────────────

/** A string with values in it. Numbers are written as whole numbers. */
export function str(texts: TemplateStringsArray, ...values: (Expr<string | number | boolean> | string)[]): Expr<string> {
  const parts: (string | Node)[] = [];
  for (const [index, text] of texts.entries()) {
    if (text !== "") parts.push(text);
    if (index === values.length) break;
    const value = values[index];
    if (typeof value === "string") {
      parts.push(value);
      continue;
    }
    const node = nodeOfExpression(value);
    if (node.op === "concat") parts.push(...node.parts);
    else parts.push(node);
  }
  const literal = parts.every((part) => typeof part === "string");
  return expression(literal ? { op: "literal", value: parts.join(""), type: "string" } : { op: "concat", parts, type: "string" });
}

/** A line of a multi-line text: a literal, a value, or lines that are there under a condition. */
export type Line = string | Expr<string> | Block<Line> | readonly Line[];

/** A multi-line text (a configuration file in a ConfigMap, NOTES.txt); printed as a block scalar. */
export function lines(...list: Line[]): Expr<string> {
  return expression({ op: "lines", lines: list, type: "string" });
}

/**
 * The text of a file that lies in the chart as it is (`Chart.files`), without line breaks around it: for what has template
 * expressions of its own, such as dashboards and alerting rules. As a value of a ConfigMap: `lines(file("files/rules.yaml"))`.
 */
export function file(path: string): Expr<string> {
  return expression({ op: "file", path, type: "string" });
}

/** What a text in YAML says, as a map: for a file of the chart (`file`) that is part of a manifest. */
export const fromYaml = <T extends object>(text: Expr<string>): Expr<T> => call("fromYaml", "object", text);

/**
 * A YAML document inside a text, for what reads one from a field or a ConfigMap: printed as a block scalar in the same way as
 * the manifest around it.
 */
export function yamlText<T = never>(map: NoInfer<Tpl<T> | Block<Tpl<T>>>): Expr<string> {
  return expression({ op: "yaml", map, type: "string" });
}

/**
 * A text or manifest of the user's in which template expressions are expanded, if it holds any: Helm copies all templates for
 * each expansion, so it is done only where there is something to expand, and only in values that say so.
 */
export function expand<T extends string | object>(value: Expr<T>): Block<T> {
  const node = value[nodeKey];
  const text: Node = node.type === "string" ? node : { op: "call", fn: "toYaml", args: [node], type: "string" };
  const condition: Node = { op: "call", fn: "contains", args: [{ op: "literal", value: "{{", type: "string" }, text], type: "boolean" };
  return block({ kind: "if", condition, body: expression({ op: "tpl", value: text, type: "string" }), otherwise: value });
}

// ── values ──────────────────────────────────────────────────────────────────

/** The value, or `otherwise` if it is absent or empty. Not for numbers and booleans, whose `0` and `false` count as empty. */
export function fallback<T extends string | object>(value: Expr<T> | Optional<T>, otherwise: NoInfer<T> | Expr<NoInfer<T>>): Expr<T> {
  const node = value[nodeKey];
  return call("default", node.type, otherwise, expression(sure(node)));
}

/** The value; refuses to render with `message` if it is absent or empty. For values that only some settings need. */
export function required<T extends string>(message: string, value: Expr<T> | Optional<T>): Expr<T> {
  return call("required", "string", message, expression(sure(value[nodeKey])));
}

/** The value under one key of a map whose keys the user chooses. */
export function at<T, S>(map: Collection<Readonly<Record<string, T>>, S>, key: string): Optional<NonNullable<T>, S> {
  const node = map[nodeKey];
  const schema = itemSchemaOf(node);
  if (node.op !== "path" || schema === undefined) throw mistake(`${key} cannot be looked up in a map of unknown contents`);
  return refTo(node.root, [...node.keys, key], schema, true) as unknown as Optional<NonNullable<T>, S>;
}

/** True if the value is there (and, for strings, lists and maps, not empty). */
export function isSet(value: Optional<unknown> | Expr<unknown>): Expr<boolean> {
  return expression(presence(value[nodeKey]));
}

/** The opposite. */
export function not(value: Expr<unknown>): Expr<boolean> {
  const node = value[nodeKey];
  if (node.op === "call" && node.fn === "not") return expression(node.args[0] as Node);
  if (node.op === "call" && (node.fn === "eq" || node.fn === "ne")) return expression({ ...node, fn: node.fn === "eq" ? "ne" : "eq" });
  return call("not", "boolean", value);
}

/** True if all conditions are. Later ones are not looked at once one is false. */
export const all = (...conditions: Expr<unknown>[]): Expr<boolean> => expression(conjunction(conditions.map(nodeOfExpression)));

/** True if any condition is. */
export function any(...conditions: Expr<unknown>[]): Expr<boolean> {
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? expression(nodeOfExpression(only)) : call("or", "boolean", ...conditions);
}

/** Equality of scalars of one type. */
export function eq<T extends string | number | boolean>(a: Expr<T>, b: NoInfer<T> | Expr<NoInfer<T>>): Expr<boolean> {
  return call("eq", "boolean", a, b);
}

export const ne = <T extends string | number | boolean>(a: Expr<T>, b: NoInfer<T> | Expr<NoInfer<T>>): Expr<boolean> =>
  call("ne", "boolean", a, b);

type Whole = Expr<number> | number;

export const gt = (a: Whole, b: Whole): Expr<boolean> => call("gt", "boolean", a, b);
export const ge = (a: Whole, b: Whole): Expr<boolean> => call("ge", "boolean", a, b);
export const lt = (a: Whole, b: Whole): Expr<boolean> => call("lt", "boolean", a, b);
export const add = (...terms: Whole[]): Expr<number> => call("add", "integer", ...terms);
export const sub = (a: Whole, b: Whole): Expr<number> => call("sub", "integer", a, b);
export const mul = (...factors: Whole[]): Expr<number> => call("mul", "integer", ...factors);
/** Whole-number division, rounded towards zero. */
export const div = (a: Whole, b: Whole): Expr<number> => call("div", "integer", a, b);

export const trunc = (length: number, value: Expr<string>): Expr<string> => call("trunc", "string", length, value);
export const trimSuffix = (suffix: string, value: Expr<string>): Expr<string> => call("trimSuffix", "string", suffix, value);
export const replace = (from: string, to: string | Expr<string>, value: Expr<string>): Expr<string> =>
  call("replace", "string", from, to, value);
export const trim = (value: Expr<string>): Expr<string> => call("trim", "string", value);
export const len = (value: Expr<string | object>): Expr<number> => call("len", "integer", value);
export const sha256sum = (value: Expr<string>): Expr<string> => call("sha256sum", "string", value);
/** True if the string is one of the words. */
export const isOneOf = (value: Expr<string>, ...words: string[]): Expr<boolean> =>
  call("has", "boolean", value, call("list", "array", ...words));
export const b64enc = (value: Expr<string>): Expr<string> => call("b64enc", "string", value);
export const hasPrefix = (prefix: string, value: Expr<string>): Expr<boolean> => call("hasPrefix", "boolean", prefix, value);
export const hasSuffix = (suffix: string, value: Expr<string>): Expr<boolean> => call("hasSuffix", "boolean", suffix, value);
export const contains = (part: string | Expr<string>, value: Expr<string>): Expr<boolean> => call("contains", "boolean", part, value);
export const hasKey = (map: Expr<object>, key: string | Expr<string>): Expr<boolean> => call("hasKey", "boolean", map, key);
/** `pattern` must be valid RE2 and mean the same to JavaScript. */
export const regexFind = (pattern: string, value: Expr<string>): Expr<string> => call("regexFind", "string", pattern, value);
/** The leading digits of a string as a number; 0 if there are none. */
export const atoi = (value: Expr<string>): Expr<number> => call("atoi", "integer", value);

/** The items of a list as one text. */
export const join = (separator: string, list: Expr<readonly string[]>): Expr<string> => call("join", "string", separator, list);
/** Any value as JSON text, e.g. a list in an environment variable. */
export const toJson = (value: Expr<unknown>): Expr<string> => call("toJson", "string", value);

/** True if the cluster's Kubernetes is at least this minor version, e.g. `1.35`; vendor suffixes such as `+k3s1` count as equal. */
export function kubeVersionAtLeast(version: `${number}.${number}`): Expr<boolean> {
  return expression({ op: "capability", kubeVersion: version, type: "boolean" });
}

// ── internal ────────────────────────────────────────────────────────────────

function call<T>(fn: string, type: ValueType, ...args: unknown[]): Expr<T> {
  return expression({ op: "call", fn, args: args.map(toNode), type });
}
