import type { Node } from "./expr.ts";
import { goScalar, goText, isPlainText, type Scope } from "./go.ts";
import { printLines } from "./print-lines.ts";
import { yamlScalar } from "./scalar.ts";

/** A literal after a key or dash; text of several lines as a block scalar. */
export function literalLines(head: string, value: string | number | boolean | null, column: number, scope: Scope): string[] {
  if (typeof value !== "string" || !isBlockText(value)) return [`${head} ${yamlScalar(value)}`];
  return [`${head} ${value.endsWith("\n") ? "|" : "|-"}`, ...printLines(value.replace(/\n$/, "").split("\n"), column + 2, scope)];
}

/** A concatenation reads best as text between quotes, where no part of it can break them. */
export function inlineScalar(node: Node, scope: Scope): string {
  if (node.op === "literal") return yamlScalar(node.value);
  if (node.op !== "concat" || !isPlainText(node) || node.parts.length === 1) return `{{ ${goScalar(node, scope)} }}`;
  const text = node.parts.map((part) => (typeof part === "string" ? part : `{{ ${goText(part, scope)} }}`)).join("");
  return `"${text}"`;
}

// ── internal ────────────────────────────────────────────────────────────────

/** True for several lines that a block scalar gives back as they are. */
function isBlockText(value: string): boolean {
  return /^[^\s][^]*\n/.test(value) && !/\n\n$|[^\P{Cc}\n\t]|[\u2028\u2029\ufeff]/u.test(value);
}
