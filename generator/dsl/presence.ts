import { blockOf, nodeOf, type Node } from "./expr.ts";

/**
 * When a field has something to say: `true` if always, else the expressions of which one must be true. Both back ends leave
 * out the field otherwise, so that no `key:` without a value is ever rendered.
 */
export type Presence = true | readonly Node[];

/** Presence of a field's value or of a part of a map or list. */
export function presenceOf(value: unknown): Presence {
  if (typeof value !== "object" || value === null) return true;
  const known = presences.get(value);
  if (known !== undefined) return known;
  const presence = computePresence(value);
  presences.set(value, presence);
  return presence;
}

// Trees never change, and evaluation asks for every branch of them again and again.
const presences = new WeakMap<object, Presence>();

function computePresence(value: object): Presence {
  const node = nodeOf(value);
  if (node !== undefined) return presenceOfNode(node);
  const inner = blockOf(value);
  if (inner === undefined) {
    const parts = Object.values(value);
    return parts.length === 0 ? true : any(parts);
  }
  switch (inner.kind) {
    case "if": {
      const body = presenceOf(inner.body);
      if (inner.otherwise !== undefined) return true;
      return body === true ? [inner.condition] : [call("and", inner.condition, or(body))];
    }
    case "with":
      return inner.otherwise === undefined ? [inner.value] : true;
    case "range":
      return [inner.over];
    case "spread":
      return [inner.list];
    case "merge":
      return any(inner.parts);
    case "entry":
    case "fail":
      return true;
  }
}

/** One condition out of several of which one must be true. */
export function or(nodes: readonly Node[]): Node {
  const [only] = nodes;
  return nodes.length === 1 && only !== undefined ? only : call("or", ...nodes);
}

/** True if the value is there: the test for numbers and booleans, whose `0` and `false` count as empty. */
export function isPresent(node: Node): Node {
  return call("not", call("kindIs", { op: "literal", value: "invalid", type: "string" }, node));
}

function presenceOfNode(node: Node): Presence {
  if (node.op === "include") return true;
  if (node.type === "object" || node.type === "array") return [node];
  if (node.op !== "path" || !node.optional) return true;
  return [node.type === "string" ? node : isPresent(node)];
}

function any(parts: readonly unknown[]): Presence {
  const nodes: Node[] = [];
  for (const part of parts) {
    const presence = presenceOf(part);
    if (presence === true) return true;
    // Of a condition and its opposite one is always true.
    if (presence.some((node) => nodes.some((known) => same(known, opposite(node))))) return true;
    nodes.push(...presence.filter((node) => !nodes.some((known) => same(known, node))));
  }
  return nodes;
}

function opposite(node: Node): Node {
  if (node.op === "call" && node.fn === "not") return node.args[0] ?? node;
  if (node.op === "call" && (node.fn === "eq" || node.fn === "ne")) return { ...node, fn: node.fn === "eq" ? "ne" : "eq" };
  return call("not", node);
}

function same(a: Node, b: Node): boolean {
  if (a === b) return true;
  if (a.op === "path" && b.op === "path") return a.root === b.root && a.keys.join("\n") === b.keys.join("\n");
  if (a.op === "literal" && b.op === "literal") return a.value === b.value;
  return (
    a.op === "call" &&
    b.op === "call" &&
    a.fn === b.fn &&
    a.args.length === b.args.length &&
    a.args.every((arg, index) => same(arg, b.args[index] as Node))
  );
}

function call(fn: string, ...args: Node[]): Node {
  return { op: "call", fn, args, type: "boolean" };
}
