import { blockOf, nodeOf, type Node } from "./expr.ts";

/** The parts of a `merge`: what the chart itself writes, and references to maps of the user's. */
export interface Parts {
  readonly own: readonly unknown[];
  /** Later ones win over earlier ones; all lose to the chart's own keys. */
  readonly references: readonly Node[];
}

/** Sorts the parts of a `merge`; the chart's own come first in the rendered map. */
export function partsOf(parts: readonly unknown[]): Parts {
  const own: unknown[] = [];
  const references: Node[] = [];
  for (const part of parts) {
    const node = nodeOf(part);
    if (node === undefined || node.op === "include") own.push(part);
    else references.push(node);
  }
  return { own, references };
}

/** True for an included map into which maps of the user's are merged, so that its keys are not known. */
export function mayHaveAnyKey(part: unknown): boolean {
  const node = nodeOf(part);
  const inner = node?.op === "include" ? blockOf(node.template.body) : undefined;
  return inner?.kind === "merge" && (partsOf(inner.parts).references.length > 0 || inner.parts.some(mayHaveAnyKey));
}

/** The keys that a part of the chart's own may write. */
export function ownKeys(part: unknown): string[] {
  const node = nodeOf(part);
  if (node !== undefined) return node.op === "include" ? ownKeys(node.template.body) : [];
  const inner = blockOf(part);
  if (inner === undefined) return typeof part === "object" && part !== null ? Object.keys(part) : [];
  if (inner.kind === "if" || inner.kind === "with") return [...ownKeys(inner.body), ...ownKeys(inner.otherwise)];
  return inner.kind === "merge" ? inner.parts.flatMap(ownKeys) : [];
}

/** The map without some of its keys, as the template computes it. */
export function omit(map: Node, keys: readonly string[]): Node {
  return {
    op: "call",
    fn: "omit",
    args: [orEmpty(map), ...keys.map((value): Node => ({ op: "literal", value, type: "string" }))],
    type: "object",
  };
}

/** The maps laid over each other, as the template computes it. */
export function overwritten(maps: readonly Node[]): Node {
  return { op: "call", fn: "mergeOverwrite", args: [emptyMap, ...maps.map(orEmpty)], type: "object" };
}

// ── internal ────────────────────────────────────────────────────────────────

const emptyMap: Node = { op: "call", fn: "dict", args: [], type: "object" };

/** Sprig's functions of maps take no nil for one. */
function orEmpty(map: Node): Node {
  return map.op === "path" && map.optional ? { op: "call", fn: "default", args: [emptyMap, map], type: "object" } : map;
}
