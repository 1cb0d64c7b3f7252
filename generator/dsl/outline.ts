import { blockOf, nodeOf, type Node, type ValueType } from "./expr.ts";
import { schemaOf } from "./refs.ts";

/**
 * What a template can write, whatever the values: every branch taken, every list or map of the user's gone through once, and a
 * word or number of the right type where a value stands. The second outline has the branches that exclude those of the first.
 * For checks of what the author wrote himself; what it would mean is not to be asked.
 */
export function outlines(document: unknown): unknown[] {
  return [outline(document, "body"), outline(document, "otherwise")].filter((value) => value !== undefined);
}

// ── internal ────────────────────────────────────────────────────────────────

type Side = "body" | "otherwise";

function outline(value: unknown, side: Side): unknown {
  const node = nodeOf(value);
  if (node !== undefined) return outlineNode(node, side);
  if (Array.isArray(value)) return value.flatMap((item) => outlineItem(item, side));
  const inner = blockOf(value);
  switch (inner?.kind) {
    case undefined:
      return typeof value === "object" && value !== null ? outlineMap(value, side) : value;
    case "if":
    case "with":
      return outline(side === "body" ? inner.body : (inner.otherwise ?? inner.body), side);
    case "range":
      return outline(inner.body, side);
    case "merge":
      return Object.assign({}, ...inner.parts.map((part) => outline(part, side)));
    case "entry":
      return { name: outline(inner.value, side) };
    case "spread":
      return [];
    case "fail":
      return undefined;
  }
}

function outlineMap(value: object, side: Side): object {
  const fields = Object.entries(value).map(([key, field]) => [key, outline(field, side)] as const);
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}

function outlineItem(item: unknown, side: Side): unknown[] {
  const inner = blockOf(item);
  if (inner?.kind === "spread") return [];
  const written = outline(item, side);
  return inner !== undefined && Array.isArray(written) ? written : [written];
}

function outlineNode(node: Node, side: Side): unknown {
  if (node.op === "include" && node.type === "object") return outline(node.template.body, side);
  const schema = schemaOf(node);
  // One of the words where a value has a choice: such as the kind of an object.
  const words = schema !== undefined && "enum" in schema ? schema.enum : undefined;
  return words?.[0] ?? examples[node.type];
}

const examples: Readonly<Record<ValueType, unknown>> = {
  string: "text",
  scalar: "text",
  integer: 1,
  number: 1,
  boolean: true,
  object: {},
  array: [],
};
