import { blockOf, nodeOf, type Node } from "./expr.ts";
import { mistake } from "./mistake.ts";
import { isPresent } from "./presence.ts";

/** The node of an argument: an expression's, or that of a literal. Anything else is a mistake in the chart's source. */
export function toNode(value: unknown): Node {
  if (typeof value === "string") return { op: "literal", value, type: "string" };
  if (typeof value === "number") return { op: "literal", value, type: Number.isInteger(value) ? "integer" : "number" };
  if (typeof value === "boolean") return { op: "literal", value, type: "boolean" };
  return nodeOfExpression(value);
}

/** The node of an expression; says what stands there instead, if it is none. */
export function nodeOfExpression(value: unknown): Node {
  const node = nodeOf(value);
  if (node !== undefined) return node;
  if (blockOf(value) !== undefined) throw mistake(`a ${blockOf(value)?.kind} block stands where a value is needed`);
  throw mistake(`${String(value)} stands where an expression is needed; is the reference misspelt?`);
}

/** One condition that is true if all are. */
export function conjunction(nodes: readonly Node[]): Node {
  const flat = nodes.flatMap((node) => (node.op === "call" && node.fn === "and" ? node.args : [node]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { op: "call", fn: "and", args: flat, type: "boolean" };
}

/** The same value, known to be there. */
export function sure(node: Node): Node {
  return node.op === "path" ? { ...node, optional: false } : node;
}

/** The condition that a value is there (and, for strings, lists and maps, not empty). */
export function presence(node: Node): Node {
  const isEmptyWhenAbsent = node.type === "string" || node.type === "object" || node.type === "array";
  return isEmptyWhenAbsent && (node.op !== "path" || !node.nullable) ? node : isPresent(node);
}
