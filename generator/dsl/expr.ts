/**
 * What a template is made of: expressions (leaves whose value is known at install time) and blocks (branches that are there
 * or not), both plain data. `Tpl<T>` is a Kubernetes type `T` in which any leaf may be an expression and any branch a block.
 */
import { mistake } from "./mistake.ts";
import type { FromSchema } from "../values/infer.ts";

/** Type of an expression's value as the templates see it. `scalar` is a union such as int-or-string. */
export type ValueType = "string" | "integer" | "number" | "boolean" | "scalar" | "object" | "array";

/** The objects that Helm puts into every template's scope. */
export type RootName = "Values" | "Release" | "Chart" | "Capabilities";

/** What `use`, `each` and parameters of named templates bind. Identity is the name; `hint` is what the printer calls it. */
export interface Variable {
  readonly hint: string;
}

/** Where a named template is defined and what it holds. Its printed name is prefixed with the chart's name. */
export interface Template {
  readonly name: string;
  /** What it is for: becomes the comment above the definition. */
  readonly description: string;
  readonly body: unknown;
  readonly type: ValueType;
  /** Bound to the argument of `include`, if the template takes a value and not the chart's root scope. */
  readonly parameter?: Variable;
}

export type Node =
  | {
      readonly op: "path";
      readonly root: RootName | Variable;
      readonly keys: readonly string[];
      readonly type: ValueType;
      /** The value can hold neither quotes, backslashes nor newlines (its schema's pattern says so). */
      readonly plain: boolean;
      /** The value may be null: entries of maps that a later values file may remove. */
      readonly nullable: boolean;
      /** The value may be absent: it has no default and nothing requires it. */
      readonly optional: boolean;
    }
  | { readonly op: "literal"; readonly value: string | number | boolean; readonly type: ValueType }
  | { readonly op: "concat"; readonly parts: readonly (string | Node)[]; readonly type: "string" }
  | { readonly op: "call"; readonly fn: string; readonly args: readonly Node[]; readonly type: ValueType }
  | {
      readonly op: "include";
      readonly template: Template;
      /** A value for a template with a parameter, or the subchart whose scope the template is to see. */
      readonly argument?: Node;
      readonly subchart?: string;
      readonly type: ValueType;
    }
  | { readonly op: "checksum"; readonly template: Template; readonly type: "string" }
  | { readonly op: "capability"; readonly kubeVersion: string; readonly type: "boolean" }
  | { readonly op: "tpl"; readonly value: Node; readonly type: "string" }
  /** The text of a file of the chart, without line breaks around it. */
  | { readonly op: "file"; readonly path: string; readonly type: "string" }
  | { readonly op: "lines"; readonly lines: readonly unknown[]; readonly type: "string" }
  /** A map as the text of a YAML document. */
  | { readonly op: "yaml"; readonly map: unknown; readonly type: "string" };

export type BlockNode =
  | { readonly kind: "if"; readonly condition: Node; readonly body: unknown; readonly otherwise?: unknown }
  | { readonly kind: "with"; readonly value: Node; readonly variable: Variable; readonly body: unknown; readonly otherwise?: unknown }
  | { readonly kind: "range"; readonly over: Node; readonly key?: Variable; readonly value: Variable; readonly body: unknown }
  | { readonly kind: "entry"; readonly key: Node; readonly value: unknown }
  | { readonly kind: "merge"; readonly parts: readonly unknown[] }
  | { readonly kind: "spread"; readonly list: Node }
  | { readonly kind: "fail"; readonly message: Node };

// Brands for the compiler; nothing of them exists at run time.
/** Named for the compiler's message: what an optional value lacks (docs/writing-a-chart.md, "A value"). */
declare const sureValue: unique symbol;
declare const optionalOf: unique symbol;
declare const itemOf: unique symbol;
declare const bodyOf: unique symbol;

/**
 * Reasons for fields, for whoever reads the printed template: `{ [why]: { replicas: "…" }, replicas: … }` prints a comment
 * above `replicas`. Says what the field cannot: why it is so.
 */
export const why: unique symbol = Symbol("why");

/** Where reasons may stand. */
export interface Why<T> {
  readonly [why]?: { readonly [K in keyof T]?: string };
}

/** Under symbols, so that a values key of any name can be reached on a reference. */
export const nodeKey: unique symbol = Symbol("node");

/** A value of type `T` that is known when the chart is installed. */
export interface Expr<out T> {
  readonly [nodeKey]: Node;
  readonly [sureValue]: T;
}

/** A value that may be absent. Opened with `use`, or left to an optional field, which is then left out. */
export interface Optional<out T, S = unknown> {
  readonly [nodeKey]: Node;
  readonly [optionalOf]: T;
  readonly [itemOf]: S;
}

/** A branch of a template that is rendered or not, or several times. */
export interface Block<out B> {
  readonly [nodeKey]: BlockNode;
  readonly [bodyOf]: B;
}

/** A map or list reference: remembers the schema of its items for `each`. */
export type Collection<T, S> = Expr<T> & { readonly [itemOf]: S };

/** A reference to the values that a schema describes, with its declared keys below it. */
export type Ref<S> = S extends { readonly type: "object"; readonly properties: infer P }
  ? Expr<FromSchema<S>> & {
      readonly [K in keyof P]: K extends keyof FromSchema<S> ? (undefined extends FromSchema<S>[K] ? OptionalRef<P[K]> : Ref<P[K]>) : never;
    }
  : S extends { readonly type: "object"; readonly additionalProperties: infer A }
    ? Collection<FromSchema<S>, A>
    : S extends { readonly type: "array"; readonly items: infer I }
      ? Collection<FromSchema<S>, I>
      : Expr<NonNullable<FromSchema<S>>>;

type OptionalRef<S> = Optional<FromSchema<S>, S>;

type Prim = string | number | boolean | null | undefined;

/** `T` as a template: every leaf may be an expression, every branch a block. */
export type Tpl<T> =
  | Expr<Exclude<T, undefined>>
  | ([T] extends [Prim]
      ? T
      : T extends Prim
        ? T
        : T extends readonly (infer E)[]
          ? readonly Item<E>[]
          : { readonly [K in keyof T]: Field<T, K> } & Why<T>);

/** What may stand in a list of `E`. */
export type Item<E> = Tpl<E> | Block<Tpl<E>>;

/** What may stand in the field `K` of `T`: an optional reference only where the field itself is optional. */
export type Field<T, K extends keyof T> =
  | Tpl<T[K]>
  | Block<Tpl<Exclude<T[K], undefined>>>
  | (Record<never, never> extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : never);

/** A whole manifest. `apiVersion` and `kind` stay literal, so that the compiler names the right kind in its messages. */
export type Doc<T> = { readonly [K in keyof T]: K extends "apiVersion" | "kind" ? T[K] : Field<T, K> } & Why<T>;

/** Carrier of a node. Refuses to be a string, because `${ref}` in a plain template literal compiles. */
class Carrier {
  readonly [nodeKey]: Node | BlockNode;

  constructor(node: Node | BlockNode) {
    this[nodeKey] = node;
  }

  toString(): never {
    throw mistake(
      `${describe(this[nodeKey])} is not known before the chart is installed, so JavaScript cannot compute with it: write str\`…\` for text, add/sub/mul/div for numbers, eq/gt/ge/lt to compare`,
    );
  }

  toJSON(): never {
    return this.toString();
  }
}

/** Wraps a node; `children` are the references below it. */
export function expression<T>(node: Node, children: Readonly<Record<string, unknown>> = {}): Expr<T> {
  const carrier = new Carrier(node);
  for (const [key, child] of Object.entries(children)) {
    Object.defineProperty(carrier, key, { value: child, enumerable: true });
  }
  return Object.freeze(carrier) as unknown as Expr<T>;
}

/** Wraps the node of a block. */
export function block<B>(node: BlockNode): Block<B> {
  return Object.freeze(new Carrier(node)) as unknown as Block<B>;
}

/** The node of an expression, or undefined for anything else. */
export function nodeOf(value: unknown): Node | undefined {
  return value instanceof Carrier && "op" in value[nodeKey] ? value[nodeKey] : undefined;
}

/** The node of a block, or undefined for anything else. */
export function blockOf(value: unknown): BlockNode | undefined {
  return value instanceof Carrier && "kind" in value[nodeKey] ? value[nodeKey] : undefined;
}

/** What an expression is, for messages. */
export function describe(node: Node | BlockNode): string {
  if ("kind" in node) return `${article(node.kind)} block`;
  if (node.op !== "path") return `${article(node.op)} expression`;
  const root = typeof node.root === "string" ? `.${node.root}` : `$${node.root.hint}`;
  return `the reference ${[root, ...node.keys].join(".")}`;
}

function article(word: string): string {
  return `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;
}
