import { createHash } from "node:crypto";

import { ChartError } from "../problem.ts";
import { blockOf, nodeOf, type BlockNode, type Node, type Variable } from "./expr.ts";
import { functions, byBytes, goJson, isTrue, Refusal } from "./functions.ts";
import { ownKeys, partsOf } from "./parts.ts";
import { presenceOf } from "./presence.ts";

/** What a template sees when it is rendered: Helm's root scope of one chart. */
export interface Context {
  readonly Values: Readonly<Record<string, unknown>>;
  readonly Release: { readonly Name: string; readonly Namespace: string; readonly Service: "Helm" };
  readonly Chart: { readonly Name: string; readonly Version: string; readonly AppVersion: string };
  /** `kubeVersion` as `1.36` or `v1.36.3+k3s1`. */
  readonly Capabilities: { readonly kubeVersion: string };
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

interface Environment {
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
function branches(inner: BlockNode, scope: Environment): [unknown, Environment][] {
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

function evaluateMap(value: unknown, scope: Environment): Record<string, unknown> {
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
  if (inner?.kind === "merge" && Array.isArray(inner.parts[0])) return inner.parts[0].flatMap((part) => evaluateItem(part, scope));
  if (inner?.kind === "if" || inner?.kind === "with" || inner?.kind === "range") {
    return branches(inner, scope).flatMap(([body, bodyScope]) => (Array.isArray(body) ? body : [body]).flatMap((part) => evaluateItem(part, bodyScope)));
  }
  const node = nodeOf(item);
  return [node === undefined ? evaluate(item, scope) : evaluateNode(node, scope)];
}

function evaluateLines(list: readonly unknown[], scope: Environment): string[] {
  return list.flatMap((line) => {
    if (typeof line === "string") return line.split("\n");
    const inner = blockOf(line);
    if (inner !== undefined) return branches(inner, scope).flatMap(([body, bodyScope]) => evaluateLines(Array.isArray(body) ? body : [body], bodyScope));
    const node = nodeOf(line);
    return node === undefined ? [] : text(evaluateNode(node, scope)).split("\n");
  });
}

function evaluateNode(node: Node, scope: Environment): unknown {
  switch (node.op) {
    case "path": {
      const root = typeof node.root === "string" ? scope.context[node.root] : scope.bindings.get(node.root);
      return node.keys.reduce<unknown>((value, key, depth) => {
        if (value !== null && value !== undefined) return (value as Record<string, unknown>)[key];
        const parent = [typeof node.root === "string" ? `.${node.root}` : "", ...node.keys.slice(0, depth)].join(".");
        throw new ChartError(`${parent} does not exist here, so ${key} cannot be read from it (values of a subchart that is off are not there)`);
      }, root);
    }
    case "literal":
      return node.value;
    case "concat":
      return node.parts.map((part) => (typeof part === "string" ? part : text(evaluateNode(part, scope)))).join("");
    case "call":
      // As in Go since 1.18, the rest is not looked at once the outcome is clear.
      if (node.fn === "and" || node.fn === "or") return evaluateLogic(node.fn, node.args, scope);
      return evaluateCall(
        node.fn,
        node.args.map((arg) => evaluateNode(arg, scope)),
      );
    case "include":
      return evaluateInclude(node, scope);
    case "checksum":
      return createHash("sha256")
        .update(goJson(evaluateMap(node.template.body, scope)))
        .digest("hex");
    case "capability":
      return isAtLeast(scope.context.Capabilities.kubeVersion, node.kubeVersion);
    case "tpl":
      throw new ChartError("a value with a template in it can only be rendered by Helm");
    case "lines": {
      const joined = evaluateLines(node.lines, scope).join("\n").replace(/\n+$/, "");
      return joined === "" ? "" : `${joined}\n`;
    }
  }
}

function evaluateLogic(fn: "and" | "or", args: readonly Node[], scope: Environment): unknown {
  let result: unknown;
  for (const arg of args) {
    result = evaluateNode(arg, scope);
    if (isTrue(result) === (fn === "or")) break;
  }
  return result;
}

function evaluateCall(name: string, args: readonly unknown[]): unknown {
  const fn = functions[name];
  if (fn === undefined) throw new ChartError(`no template function is called ${name}`);
  return fn.evaluate(args);
}

function evaluateInclude(node: Extract<Node, { op: "include" }>, scope: Environment): unknown {
  const { template } = node;
  const context = node.subchart === undefined ? scope.context : scope.context.Subcharts[node.subchart];
  if (context === undefined) throw new ChartError(`template ${template.name} of subchart ${node.subchart} is used while the subchart is off: guard it with its enabled value`);
  const bindings = new Map<Variable, unknown>();
  if (template.parameter !== undefined && node.argument !== undefined) bindings.set(template.parameter, evaluateNode(node.argument, scope));
  const inner: Environment = { context, bindings };
  if (template.type === "object") return evaluateMap(template.body, inner);
  const result = evaluateScalarBody(template.body, inner);
  if (template.type === "boolean") return isTrue(result) ? "true" : "";
  return template.type === "integer" ? Number.parseInt(text(result), 10) || 0 : text(result);
}

function evaluateScalarBody(body: unknown, scope: Environment): unknown {
  const node = nodeOf(body);
  if (node !== undefined) return evaluateNode(node, scope);
  const inner = blockOf(body);
  if (inner === undefined) return body;
  const [branch] = branches(inner, scope);
  return branch === undefined ? "" : evaluateScalarBody(...branch);
}

function bind(scope: Environment, ...pairs: (readonly [Variable, unknown])[]): Environment {
  return { ...scope, bindings: new Map([...scope.bindings, ...pairs]) };
}

function text(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

/** As `semverCompare ">=x.y-0"`: vendor suffixes and pre-releases of the same minor count. */
function isAtLeast(kubeVersion: string, minimum: string): boolean {
  const [major = 0, minor = 0] = kubeVersion.replace(/^v/, "").split(".").map((part) => Number.parseInt(part, 10));
  const [wantedMajor = 0, wantedMinor = 0] = minimum.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
