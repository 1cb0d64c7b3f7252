import { ChartError } from "../problem.ts";
import { evaluateCall, evaluateNode } from "./evaluate-node.ts";
import { blockOf, nodeOf, type BlockNode, type Variable } from "./expr.ts";
import { byBytes, isTrue, Refusal } from "./functions.ts";
import { ownKeys, partsOf } from "./parts.ts";
import { presenceOf } from "./presence.ts";

/** What a template sees when it is rendered: Helm's root scope of one chart. */
export interface Context {
  readonly Values: Readonly<Record<string, unknown>>;
  readonly Release: { readonly Name: string; readonly Namespace: string; readonly Service: "Helm" };
  readonly Chart: { readonly Name: string; readonly Version: string; readonly AppVersion: string };
  /** `kubeVersion` as `1.36` or `v1.36.3+k3s1`. */
  readonly Capabilities: { readonly kubeVersion: string };
  /** Files of the chart that are no templates: path below its folder → text. */
  readonly Files: Readonly<Record<string, string>>;
  /** Scopes of the enabled subcharts. */
  readonly Subcharts: Readonly<Record<string, Context>>;
}

/**
 * The documents a template renders to, as plain objects: what Helm's output parses to. Throws a {@link Refusal} with the same
 * message where Helm would refuse.
 */
export function evaluateTemplate(documents: readonly unknown[], context: Context): unknown[] {
  const scope: Environment = { context, bindings: new Map() };
  return documents.flatMap((document) => evaluateDocument(document, scope));
}

/** The text of NOTES.txt. */
export function evaluateText(list: readonly unknown[], context: Context): string {
  return `${evaluateLines(list, { context, bindings: new Map() }).join("\n")}\n`;
}

// ── internal ────────────────────────────────────────────────────────────────

/** What expressions are evaluated in. */
export interface Environment {
  readonly context: Context;
  readonly bindings: ReadonlyMap<Variable, unknown>;
}

/** Stands for a field or item that is not rendered. */
const absent = Symbol("absent");

function evaluateDocument(document: unknown, scope: Environment): unknown[] {
  const inner = blockOf(document);
  if (inner === undefined) {
    const object = evaluate(document, scope);
    return object === absent ? [] : [object];
  }
  if (inner.kind === "fail") throw new Refusal(String(evaluateNode(inner.message, scope)));
  return branches(inner, scope).flatMap(([body, bodyScope]) => evaluateDocument(body, bodyScope));
}

/** What is rendered of a block: nothing, its body or its alternative, or the body once per item. */
export function branches(inner: BlockNode, scope: Environment): [unknown, Environment][] {
  switch (inner.kind) {
    case "if":
      if (isTrue(evaluateNode(inner.condition, scope))) return [[inner.body, scope]];
      return inner.otherwise === undefined ? [] : [[inner.otherwise, scope]];
    case "with": {
      const value = evaluateNode(inner.value, scope);
      if (isTrue(value)) return [[inner.body, bind(scope, [inner.variable, value])]];
      return inner.otherwise === undefined ? [] : [[inner.otherwise, scope]];
    }
    case "range": {
      const { key, value: variable, body } = inner;
      const over = evaluateNode(inner.over, scope) ?? [];
      if (Array.isArray(over)) return over.map((item) => [body, bind(scope, [variable, item])]);
      const entries = Object.entries(over).toSorted(([a], [b]) => byBytes(a, b));
      return entries.map(([name, value]) => [body, bind(scope, [variable, value], ...(key === undefined ? [] : [[key, name] as const]))]);
    }
    default:
      throw new ChartError(`a ${inner.kind} block cannot stand here`);
  }
}

function evaluate(value: unknown, scope: Environment): unknown {
  const node = nodeOf(value);
  if (node !== undefined) {
    const result = evaluateNode(node, scope);
    // Nothing after a key is read as null.
    if (node.op === "include" && node.type === "object" && !isTrue(result)) return null;
    return presenceOf(value) !== true && !isPresent(value, scope) ? absent : result;
  }
  const inner = blockOf(value);
  if (inner === undefined && (typeof value !== "object" || value === null)) return value;
  if (!isPresent(value, scope)) return absent;
  if (Array.isArray(value)) {
    const list = value.flatMap((item) => evaluateItem(item, scope));
    return list.length === 0 && value.length > 0 ? null : list;
  }
  if (inner?.kind === "if" || inner?.kind === "with") {
    const [branch] = branches(inner, scope);
    return branch === undefined ? absent : evaluate(...branch);
  }
  const map = evaluateMap(value, scope);
  return Object.keys(map).length === 0 && !isEmptyLiteral(value) ? null : map;
}

function isEmptyLiteral(value: unknown): boolean {
  return blockOf(value) === undefined && Object.keys(value as object).length === 0;
}

function isPresent(value: unknown, scope: Environment): boolean {
  const presence = presenceOf(value);
  return presence === true || presence.some((node) => isTrue(evaluateNode(node, scope)));
}

export function evaluateMap(value: unknown, scope: Environment): Record<string, unknown> {
  const node = nodeOf(value);
  if (node !== undefined) return { ...(evaluateNode(node, scope) as object) };
  const inner = blockOf(value);
  if (inner === undefined) {
    const fields = Object.entries(value as object).map(([key, field]) => [key, evaluate(field, scope)] as const);
    return Object.fromEntries(fields.filter(([, field]) => field !== absent));
  }
  if (inner.kind === "entry") {
    const field = evaluate(inner.value, scope);
    return field === absent ? {} : { [String(evaluateNode(inner.key, scope))]: field };
  }
  if (inner.kind === "merge") return evaluateMerge(inner.parts, scope);
  return disjoint(branches(inner, scope).map(([body, bodyScope]) => evaluateMap(body, bodyScope)));
}

function evaluateMerge(parts: readonly unknown[], scope: Environment): Record<string, unknown> {
  const { own, references } = partsOf(parts);
  const omitted = own.flatMap(ownKeys);
  const users = evaluateCall("mergeOverwrite", [{}, ...references.map((node) => evaluateNode(node, scope))]) as object;
  const rest = Object.fromEntries(Object.entries(users).filter(([key]) => !omitted.includes(key)));
  return disjoint([...own.map((part) => evaluateMap(part, scope)), rest]);
}

/** One map out of several; a key that two of them hold would be written twice, which newer YAML readers refuse. */
function disjoint(maps: readonly Record<string, unknown>[]): Record<string, unknown> {
  const joined: Record<string, unknown> = {};
  for (const [key, value] of maps.flatMap((map) => Object.entries(map))) {
    if (Object.hasOwn(joined, key)) throw new ChartError(`the key ${key} would be written twice into one map`);
    joined[key] = value;
  }
  return joined;
}

function evaluateItem(item: unknown, scope: Environment): unknown[] {
  const inner = blockOf(item);
  if (inner?.kind === "spread") return (evaluateNode(inner.list, scope) ?? []) as unknown[];
  if (inner?.kind === "if" || inner?.kind === "with" || inner?.kind === "range") {
    return branches(inner, scope).flatMap(([body, bodyScope]) =>
      (Array.isArray(body) ? body : [body]).flatMap((part) => evaluateItem(part, bodyScope)),
    );
  }
  const node = nodeOf(item);
  const value = node === undefined ? evaluate(item, scope) : evaluateNode(node, scope);
  return value === absent ? [] : [value];
}

export function evaluateLines(list: readonly unknown[], scope: Environment): string[] {
  return list.flatMap((line) => {
    if (typeof line === "string") return line.split("\n");
    if (Array.isArray(line)) return evaluateLines(line, scope);
    const inner = blockOf(line);
    if (inner !== undefined)
      return branches(inner, scope).flatMap(([body, bodyScope]) => evaluateLines(Array.isArray(body) ? body : [body], bodyScope));
    const node = nodeOf(line);
    return node === undefined ? [] : text(evaluateNode(node, scope)).split("\n");
  });
}

function bind(scope: Environment, ...pairs: (readonly [Variable, unknown])[]): Environment {
  return { ...scope, bindings: new Map([...scope.bindings, ...pairs]) };
}

export function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}
