import { ChartError } from "../problem.ts";
import { block, blockOf, expression, nodeKey, nodeOf, type Block, type Collection, type Expr, type Item, type Node, type Optional, type Ref, type Template, type Tpl, type ValueType, type Variable } from "./expr.ts";
import { itemSchemaOf, refTo, schemaOf } from "./refs.ts";

// ── blocks ──────────────────────────────────────────────────────────────────

/**
 * Renders `body` (the field, the list item, the whole manifest) only if the condition is true, else `otherwise`.
 * Truth is that of Go's templates: `0`, `""`, `false`, `{}` and `[]` are false.
 */
export function when<B>(condition: Expr<unknown>, body: NoInfer<B | Block<B>>, otherwise?: NoInfer<B | Block<B>>): Block<B> {
  const node = nodeOfExpr(condition);
  if (otherwise !== undefined) return block({ kind: "if", condition: node, body, otherwise });
  const inner = blockOf(body);
  // A condition inside a condition, and nothing else, reads better as one.
  if (inner?.kind === "if" && inner.otherwise === undefined) return block({ ...inner, condition: conjunction([node, inner.condition]) });
  return block({ kind: "if", condition: node, body });
}

/**
 * Opens a value that may be absent (or an always-present map, list or string that may be empty): renders `body` with it if
 * it is there and not empty, else `otherwise`. An absent number or boolean is told apart from `0` and `false`.
 */
export function use<T, S, B>(value: Optional<T, S>, body: (value: Ref<S>) => NoInfer<B | Block<B>>, otherwise?: NoInfer<B | Block<B>>): Block<B>;
export function use<T extends string | object, B>(value: Expr<T>, body: (value: Expr<T>) => NoInfer<B | Block<B>>, otherwise?: NoInfer<B | Block<B>>): Block<B>;
export function use<B>(value: { readonly [nodeKey]: Node }, body: (value: never) => B, otherwise?: B): Block<B> {
  const node = value[nodeKey];
  const rest = otherwise === undefined ? {} : { otherwise };
  // `with 0` and `with false` would skip a value that is there, so these are tested by kind and read at their own path.
  if (node.type === "integer" || node.type === "number" || node.type === "boolean" || node.type === "scalar") {
    return block({ kind: "if", condition: presence(node), body: body(expression(sure(node)) as never), ...rest });
  }
  const variable: Variable = { hint: lastKey(node) };
  const schema = schemaOf(node);
  const bound = schema === undefined ? expression({ op: "path", root: variable, keys: [], type: node.type, plain: false, nullable: false, optional: false }) : refTo(variable, [], schema);
  return block({ kind: "with", value: node, variable, body: body(bound as never), ...rest });
}

/**
 * Renders `body` once per entry of a map (in byte order of its keys) or item of a list. In a map the body is a list item, or
 * an `entry` of a map; entries that a later values file set to null are skipped.
 */
export function each<T, S, B>(map: Collection<Readonly<Record<string, T>>, S>, body: (value: Ref<S>, key: Expr<string>) => NoInfer<B | Block<B>>): Block<B>;
export function each<T, S, B>(list: Collection<readonly T[], S>, body: (item: Ref<S>) => NoInfer<B | Block<B>>): Block<B>;
export function each<B>(collection: { readonly [nodeKey]: Node }, body: (value: never, key: never) => B | Block<B>): Block<B> {
  const over = collection[nodeKey];
  const schema = itemSchemaOf(over);
  const value: Variable = { hint: singular(lastKey(over)) };
  const item = schema === undefined ? expression({ op: "path", root: value, keys: [], type: "object", plain: false, nullable: false, optional: false }) : refTo(value, [], schema);
  if (over.type === "array") return block({ kind: "range", over, value, body: body(item as never, undefined as never) });
  const key: Variable = { hint: "name" };
  const name = expression<string>({ op: "path", root: key, keys: [], type: "string", plain: false, nullable: false, optional: false });
  const inner = body(item as never, name as never);
  const itemNode = nodeOf(item);
  const guarded = itemNode?.op === "path" && itemNode.nullable ? when<B>(expression(presence(itemNode)), inner as NoInfer<B | Block<B>>) : inner;
  return block({ kind: "range", over, key, value, body: guarded });
}

/** One entry of a map of strings whose key is known only at install time; stands in `each` or `merge`. */
export function entry(key: Expr<string>, value: Expr<string> | string): Block<Tpl<Readonly<Record<string, string>>>> {
  return block({ kind: "entry", key: nodeOfExpr(key), value });
}

/**
 * One map out of several parts: literals, references, blocks and included templates. Keys of the literal parts belong to the
 * chart: a reference that brings the same key loses it, so that no key is written twice (Helm 4 and Flux refuse such YAML).
 */
export function merge<B>(...parts: NoInfer<Part<B>>[]): Block<B> {
  return block({ kind: "merge", parts });
}

/**
 * A map of the chart's own, given by a named template, over which the user's maps are laid: unlike in `merge`, a key that
 * both have is the user's. Later maps win over earlier ones.
 */
export function overlay<T>(own: Template & { readonly returns?: T }, ...maps: Expr<T>[]): Expr<T> {
  const base: Node = { op: "call", fn: "fromYaml", args: [{ op: "include", template: own, type: "object" }], type: "object" };
  return expression({ op: "call", fn: "mergeOverwrite", args: [base, ...maps.map(nodeOfExpr)], type: "object" });
}

/** What a map may be put together from: each literal part may hold some of the keys. */
type Part<B> = Some<B> | Block<B | Some<B>> | Expr<unknown> | Optional<unknown>;
type Some<B> = B extends Expr<unknown> ? never : { readonly [K in keyof B]?: B[K] };

/** The items of a list reference, as part of a longer list. */
export function spread<E>(list: Expr<readonly E[]>): Block<E> {
  return block({ kind: "spread", list: nodeOfExpr(list) });
}

declare const refused: unique symbol;

/** What a guard's body is: nothing that could be rendered. */
export interface Refused {
  readonly [refused]: true;
}

/** A refusal under a condition; the contents of a chart's `guards`. */
export type Guard = Block<Refused>;

/** Refuses to render, with a message that names the value, what is wrong and what to write instead. */
export function fail(message: Expr<string> | string): Guard {
  return block({ kind: "fail", message: toNode(message) });
}

/** Several items of a list under one `when` or in one `each`. */
export function items<E>(...list: Item<E>[]): Block<E> {
  return block({ kind: "merge", parts: [list] });
}

// ── strings ─────────────────────────────────────────────────────────────────

/** A string with values in it. Numbers are written as whole numbers. */
export function str(texts: TemplateStringsArray, ...values: (Expr<string | number | boolean> | string)[]): Expr<string> {
  const parts: (string | Node)[] = [];
  for (const [index, text] of texts.entries()) {
    if (text !== "") parts.push(text);
    const value = values[index];
    if (typeof value === "string") parts.push(value);
    else if (value !== undefined) {
      const node = nodeOfExpr(value);
      if (node.op === "concat") parts.push(...node.parts);
      else parts.push(node);
    }
  }
  return expression({ op: "concat", parts, type: "string" });
}

/** A line of a multi-line text: a literal, a value, or lines that are there under a condition. */
export type Line = string | Expr<string> | Block<Line> | readonly Line[];

/** A multi-line text (a configuration file in a ConfigMap, NOTES.txt); printed as a block scalar. */
export function lines(...list: Line[]): Expr<string> {
  return expression({ op: "lines", lines: list, type: "string" });
}

/** A map as YAML text. */
export const toYaml = (value: Expr<object>): Expr<string> => call("toYaml", "string", value);

/** Expands template expressions in a text. Helm copies all templates for each call, so only where there are any. */
export function tpl(value: Expr<string>): Expr<string> {
  return expression({ op: "tpl", value: nodeOfExpr(value), type: "string" });
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
  if (node.op !== "path" || schema === undefined) throw new ChartError(`${key} cannot be looked up in a map of unknown contents`);
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
export const all = (...conditions: Expr<unknown>[]): Expr<boolean> => expression(conjunction(conditions.map(nodeOfExpr)));

/** True if any condition is. */
export function any(...conditions: Expr<unknown>[]): Expr<boolean> {
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined ? expression(nodeOfExpr(only)) : call("or", "boolean", ...conditions);
}

/** Equality of scalars of one type. */
export function eq<T extends string | number | boolean>(a: Expr<T>, b: NoInfer<T> | Expr<NoInfer<T>>): Expr<boolean> {
  return call("eq", "boolean", a, b);
}

export const ne = <T extends string | number | boolean>(a: Expr<T>, b: NoInfer<T> | Expr<NoInfer<T>>): Expr<boolean> => call("ne", "boolean", a, b);

type Whole = Expr<number> | number;

export const gt = (a: Whole, b: Whole): Expr<boolean> => call("gt", "boolean", a, b);
export const ge = (a: Whole, b: Whole): Expr<boolean> => call("ge", "boolean", a, b);
export const lt = (a: Whole, b: Whole): Expr<boolean> => call("lt", "boolean", a, b);
export const le = (a: Whole, b: Whole): Expr<boolean> => call("le", "boolean", a, b);
export const add = (...terms: Whole[]): Expr<number> => call("add", "integer", ...terms);
export const sub = (a: Whole, b: Whole): Expr<number> => call("sub", "integer", a, b);
export const mul = (...factors: Whole[]): Expr<number> => call("mul", "integer", ...factors);
/** Whole-number division, rounded towards zero. */
export const div = (a: Whole, b: Whole): Expr<number> => call("div", "integer", a, b);
export const max = (...terms: Whole[]): Expr<number> => call("max", "integer", ...terms);

export const trunc = (length: number, value: Expr<string>): Expr<string> => call("trunc", "string", length, value);
export const trimSuffix = (suffix: string, value: Expr<string>): Expr<string> => call("trimSuffix", "string", suffix, value);
export const replace = (from: string, to: string, value: Expr<string>): Expr<string> => call("replace", "string", from, to, value);
export const trim = (value: Expr<string>): Expr<string> => call("trim", "string", value);
export const len = (value: Expr<string | object>): Expr<number> => call("len", "integer", value);
export const sha256sum = (value: Expr<string>): Expr<string> => call("sha256sum", "string", value);
/** True if the string is one of the words. */
export const isOneOf = (value: Expr<string>, ...words: string[]): Expr<boolean> => call("has", "boolean", value, call("list", "array", ...words));
export const b64enc = (value: Expr<string>): Expr<string> => call("b64enc", "string", value);
export const hasPrefix = (prefix: string, value: Expr<string>): Expr<boolean> => call("hasPrefix", "boolean", prefix, value);
export const hasSuffix = (suffix: string, value: Expr<string>): Expr<boolean> => call("hasSuffix", "boolean", suffix, value);
export const contains = (part: string, value: Expr<string>): Expr<boolean> => call("contains", "boolean", part, value);
export const hasKey = (map: Expr<object>, key: string | Expr<string>): Expr<boolean> => call("hasKey", "boolean", map, key);
/** `pattern` must be valid RE2 and mean the same to JavaScript. */
export const regexFind = (pattern: string, value: Expr<string>): Expr<string> => call("regexFind", "string", pattern, value);
/** The leading digits of a string as a number; 0 if there are none. */
export const atoi = (value: Expr<string>): Expr<number> => call("atoi", "integer", value);
/** The keys of a map in byte order. */
export const keys = (map: Expr<object>): Expr<readonly string[]> => sorted(call("keys", "array", map));
export const join = (separator: string, list: Expr<readonly string[]>): Expr<string> => call("join", "string", separator, list);

/** True if the cluster's Kubernetes is at least this minor version, e.g. `1.35`; vendor suffixes such as `+k3s1` count as equal. */
export function kubeVersionAtLeast(version: `${number}.${number}`): Expr<boolean> {
  return expression({ op: "capability", kubeVersion: version, type: "boolean" });
}

// ── internal ────────────────────────────────────────────────────────────────

/** The node of an argument: an expression's, or that of a literal. Anything else is a mistake in the chart's source. */
export function toNode(value: unknown): Node {
  if (typeof value === "string") return { op: "literal", value, type: "string" };
  if (typeof value === "number") return { op: "literal", value, type: Number.isInteger(value) ? "integer" : "number" };
  if (typeof value === "boolean") return { op: "literal", value, type: "boolean" };
  return nodeOfExpr(value);
}

function nodeOfExpr(value: unknown): Node {
  const node = nodeOf(value);
  if (node !== undefined) return node;
  if (blockOf(value) !== undefined) throw new ChartError(`a ${blockOf(value)?.kind} block stands where a value is needed`);
  throw new ChartError(`${String(value)} stands where an expression is needed; is the reference misspelt?`);
}

function call<T>(fn: string, type: ValueType, ...args: unknown[]): Expr<T> {
  return expression({ op: "call", fn, args: args.map(toNode), type });
}

function sorted(list: Expr<readonly string[]>): Expr<readonly string[]> {
  return call("sortAlpha", "array", list);
}

function presence(node: Node): Node {
  if (node.type === "string" || node.type === "object" || node.type === "array") {
    if (node.op !== "path" || !node.nullable) return node;
  }
  const invalid: Node = { op: "call", fn: "kindIs", args: [{ op: "literal", value: "invalid", type: "string" }, node], type: "boolean" };
  return { op: "call", fn: "not", args: [invalid], type: "boolean" };
}

function conjunction(nodes: readonly Node[]): Node {
  const flat = nodes.flatMap((node) => (node.op === "call" && node.fn === "and" ? node.args : [node]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { op: "call", fn: "and", args: flat, type: "boolean" };
}

function sure(node: Node): Node {
  return node.op === "path" ? { ...node, optional: false } : node;
}

function lastKey(node: Node): string {
  return (node.op === "path" ? node.keys.at(-1) : undefined) ?? "value";
}

function singular(word: string): string {
  return /[^s]s$/.test(word) ? word.slice(0, -1) : "value";
}

