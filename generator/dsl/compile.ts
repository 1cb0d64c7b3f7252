import { ChartError } from "../problem.ts";
import { compileBlock } from "./compile-block.ts";
import { compileNode } from "./compile-node.ts";
import { blockOf, nodeOf, why, type BlockNode, type Node } from "./expr.ts";
import { isTrue, mergeMaps, Refusal, text } from "./functions.ts";
import { ownKeys, partsOf } from "./parts.ts";
import { presenceOf } from "./presence.ts";
import type { Program, Writer } from "./scope.ts";

/** A document of a template, or blocks around documents. */
export function compileDocument(document: unknown): Writer<unknown[]> {
  const inner = blockOf(document);
  if (inner === undefined) return listed(compileValue(document));
  if (inner.kind !== "fail") return compileBlock(inner, compileDocument);
  const message = compileNode(inner.message);
  return (scope) => {
    throw new Refusal(text(message(scope)));
  };
}

/** A map, with only those of its fields that are there. */
export function compileMap(value: unknown): Program<Table> {
  if (nodeOf(value) === undefined && blockOf(value) === undefined) return compileLiteral(value as object);
  const write = compileFields(value);
  return (scope) => {
    const map = {};
    write(scope, map);
    return map;
  };
}

// ── internal ────────────────────────────────────────────────────────────────

type Table = Record<string, unknown>;

/** Stands for a field or item that is not rendered. */
const absent = Symbol("absent");

/** Gives `absent` where nothing is rendered. */
function compileValue(value: unknown): Program {
  const node = nodeOf(value);
  if (node !== undefined) return present(value, compileLeaf(node));
  const inner = blockOf(value);
  if (inner === undefined && isConstant(value)) return () => value;
  if (Array.isArray(value)) return present(value, compileList(value));
  if (inner?.kind === "if" || inner?.kind === "with") return present(value, compileChoice(inner));
  const map = compileMap(value);
  // Nothing after a key is read as null.
  return present(value, isEmptyLiteral(value) ? map : (scope) => orNull(map(scope)));
}

function compileLeaf(node: Node): Program {
  const value = compileNode(node);
  return node.op === "include" && node.type === "object" ? (scope) => orNull(value(scope) as object) : value;
}

function compileList(list: readonly unknown[]): Program {
  const writers = list.map(compileItem);
  return (scope) => {
    const items: unknown[] = [];
    for (const write of writers) write(scope, items);
    return items.length === 0 && list.length > 0 ? null : items;
  };
}

/** The one branch of a block that stands where a value is needed. */
function compileChoice(inner: BlockNode): Program {
  const write = compileBlock(inner, (body) => {
    const value = compileValue(body);
    return (scope, out: { chosen: unknown }) => {
      out.chosen = value(scope);
    };
  });
  return (scope) => {
    const out = { chosen: absent };
    write(scope, out);
    return out.chosen;
  };
}

/** The value under the conditions that give it something to say. */
function present(value: unknown, program: Program): Program {
  const presence = presenceOf(value);
  if (presence === true) return program;
  const conditions = presence.map(compileNode);
  return (scope) => {
    for (const condition of conditions) if (isTrue(condition(scope))) return program(scope);
    return absent;
  };
}

/** True if no value of the chart is in it; frozen then, because every evaluation gives the same object. */
function isConstant(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (nodeOf(value) !== undefined || blockOf(value) !== undefined || why in value) return false;
  if (!Object.values(value).every(isConstant)) return false;
  Object.freeze(value);
  return true;
}

function compileLiteral(value: object): Program<Table> {
  const fields = Object.entries(value).map(([key, field]) => ({ key, program: compileValue(field) }));
  return (scope) => {
    const map: Table = {};
    for (const { key, program } of fields) {
      const field = program(scope);
      if (field !== absent) map[key] = field;
    }
    return map;
  };
}

function compileItem(item: unknown): Writer<unknown[]> {
  const inner = blockOf(item);
  if (inner?.kind === "spread") {
    const list = compileNode(inner.list);
    return (scope, out) => void out.push(...((list(scope) ?? []) as unknown[]));
  }
  if (inner?.kind === "if" || inner?.kind === "with" || inner?.kind === "range") {
    return compileBlock(inner, (body) => {
      const writers = (Array.isArray(body) ? body : [body]).map(compileItem);
      return (scope, out: unknown[]) => {
        for (const write of writers) write(scope, out);
      };
    });
  }
  const node = nodeOf(item);
  return listed(node === undefined ? compileValue(item) : compileNode(node));
}

function listed(value: Program): Writer<unknown[]> {
  return (scope, out) => {
    const item = value(scope);
    if (item !== absent) out.push(item);
  };
}

function compileFields(value: unknown): Writer<Table> {
  const node = nodeOf(value);
  if (node !== undefined) {
    const map = compileNode(node);
    return (scope, out) => putAll(out, map(scope) as object);
  }
  const inner = blockOf(value);
  if (inner === undefined) {
    const map = compileLiteral(value as object);
    return (scope, out) => putAll(out, map(scope));
  }
  if (inner.kind === "entry") {
    const [key, field] = [compileNode(inner.key), compileValue(inner.value)];
    return (scope, out) => put(out, text(key(scope)), field(scope));
  }
  return inner.kind === "merge" ? compileMerge(inner.parts) : compileBlock(inner, compileFields);
}

function compileMerge(parts: readonly unknown[]): Writer<Table> {
  const { own, references } = partsOf(parts);
  const writers = own.map(compileFields);
  const maps = references.map(compileNode);
  const omitted = new Set(own.flatMap(ownKeys));
  return (scope, out) => {
    for (const write of writers) write(scope, out);
    const users = maps.map((map) => map(scope)).reduce(mergeMaps, {}) as object;
    putAll(out, users, omitted);
  };
}

function putAll(out: Table, map: object, omitted?: ReadonlySet<string>): void {
  for (const [key, field] of Object.entries(map)) if (omitted?.has(key) !== true) put(out, key, field);
}

/** A key that is written twice into one map would be refused by newer readers of YAML. */
function put(out: Table, key: string, field: unknown): void {
  if (field === absent) return;
  if (Object.hasOwn(out, key)) throw new ChartError(`the key ${key} would be written twice into one map`);
  out[key] = field;
}

function orNull(map: object): object | null {
  return isTrue(map) ? map : null;
}

function isEmptyLiteral(value: unknown): boolean {
  return blockOf(value) === undefined && Object.keys(value as object).length === 0;
}
