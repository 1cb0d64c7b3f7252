import {
  block,
  blockOf,
  expression,
  type nodeKey,
  nodeOf,
  type Block,
  type Collection,
  type Expr,
  type Node,
  type Optional,
  type Ref,
  type Template,
  type Tpl,
  type Variable,
} from "./expr.ts";
import { conjunction, nodeOfExpression, presence, sure, toNode } from "./nodes.ts";
import { itemSchemaOf, keysArePlain, refTo, schemaOf } from "./refs.ts";

/**
 * Renders `body` (the field, the list item, the whole manifest) only if the condition is true, else `otherwise`.
 * Truth is that of Go's templates: `0`, `""`, `false`, `{}` and `[]` are false.
 */
export function when<B>(condition: Expr<unknown>, body: NoInfer<B | Block<B>>, otherwise?: NoInfer<B | Block<B>>): Block<B> {
  const node = nodeOfExpression(condition);
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
export function use<T, S, B>(
  value: Optional<T, S>,
  body: (value: Ref<S>) => NoInfer<B | Block<B>>,
  otherwise?: NoInfer<B | Block<B>>,
): Block<B>;
export function use<T extends string | object, B>(
  value: Expr<T>,
  body: (value: Expr<T>) => NoInfer<B | Block<B>>,
  otherwise?: NoInfer<B | Block<B>>,
): Block<B>;
export function use<B>(value: { readonly [nodeKey]: Node }, body: (value: never) => B, otherwise?: B): Block<B> {
  const node = nodeOfExpression(value);
  const rest = otherwise === undefined ? {} : { otherwise };
  // `with 0` and `with false` would skip a value that is there, so these are tested by kind and read at their own path.
  if (node.type === "integer" || node.type === "number" || node.type === "boolean" || node.type === "scalar") {
    return block({ kind: "if", condition: presence(node), body: body(expression(sure(node)) as never), ...rest });
  }
  const variable: Variable = { hint: lastKey(node) };
  const schema = schemaOf(node);
  const bound =
    schema === undefined
      ? expression({ op: "path", root: variable, keys: [], type: node.type, plain: false, nullable: false, optional: false })
      : refTo(variable, [], schema);
  return block({ kind: "with", value: node, variable, body: body(bound as never), ...rest });
}

/**
 * Renders `body` once per entry of a map (in byte order of its keys) or item of a list. In a map the body is a list item, or
 * an `entry` of a map; entries that a later values file set to null are skipped.
 */
export function each<T, S, B>(
  map: Collection<Readonly<Record<string, T>>, S>,
  body: (value: Ref<S>, key: Expr<string>) => NoInfer<B | Block<B>>,
): Block<B>;
export function each<T, S, B>(list: Collection<readonly T[], S>, body: (item: Ref<S>) => NoInfer<B | Block<B>>): Block<B>;
export function each<B>(collection: { readonly [nodeKey]: Node }, body: (value: never, key: never) => B | Block<B>): Block<B> {
  const over = nodeOfExpression(collection);
  const schema = itemSchemaOf(over);
  const value: Variable = { hint: singular(lastKey(over)) };
  const item =
    schema === undefined
      ? expression({ op: "path", root: value, keys: [], type: "object", plain: false, nullable: false, optional: false })
      : refTo(value, [], schema);
  if (over.type === "array") return block({ kind: "range", over, value, body: body(item as never, undefined as never) });
  const key: Variable = { hint: "name" };
  const plain = keysArePlain(over);
  const name = expression<string>({ op: "path", root: key, keys: [], type: "string", plain, nullable: false, optional: false });
  const inner = body(item as never, name as never);
  const itemNode = nodeOf(item);
  const guarded =
    itemNode?.op === "path" && itemNode.nullable ? when<B>(expression(presence(itemNode)), inner as NoInfer<B | Block<B>>) : inner;
  return block({ kind: "range", over, key, value, body: guarded });
}

/** One entry of a map of strings whose key is known only at install time; stands in `each` or `merge`. */
export function entry(key: Expr<string>, value: Expr<string> | string): Block<Tpl<Readonly<Record<string, string>>>> {
  return block({ kind: "entry", key: nodeOfExpression(key), value });
}

/**
 * One map out of several parts: literals, references, blocks and included templates. Keys of the literal parts belong to the
 * chart: a reference that brings the same key loses it, so that no key is written twice (Helm 4 and Flux refuse such YAML).
 * An included map with keys of the user's must stand alone: lay the other maps over it with `overlay`, or name its parts here.
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
  return expression({ op: "call", fn: "mergeOverwrite", args: [base, ...maps.map(nodeOfExpression)], type: "object" });
}

/** What a map may be put together from: each literal part may hold some of the keys. */
type Part<B> = Some<B> | Block<B | Some<B>> | Expr<unknown> | Optional<unknown>;
type Some<B> = B extends Expr<unknown> ? never : { readonly [K in keyof B]?: B[K] };

/** The items of a list reference, as part of a longer list. */
export function spread<E>(list: Expr<readonly E[]>): Block<E> {
  return block({ kind: "spread", list: nodeOfExpression(list) });
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

// ── internal ────────────────────────────────────────────────────────────────

function lastKey(node: Node): string {
  return (node.op === "path" ? node.keys.at(-1) : undefined) ?? "value";
}

function singular(word: string): string {
  return /[^s]s$/.test(word) ? word.slice(0, -1) : "value";
}
