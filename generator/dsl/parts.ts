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

/** The keys that a part of the chart's own may write. */
export function ownKeys(part: unknown): string[] {
  const node = nodeOf(part);
  if (node !== undefined) return node.op === "include" ? ownKeys(node.template.body) : [];
  const inner = blockOf(part);
  if (inner === undefined) return typeof part === "object" && part !== null ? Object.keys(part) : [];
  if (inner.kind === "if" || inner.kind === "with") return [...ownKeys(inner.body), ...ownKeys(inner.otherwise)];
  return inner.kind === "merge" ? inner.parts.flatMap(ownKeys) : [];
}
