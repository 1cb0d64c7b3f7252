import { ChartError } from "../problem.ts";
import { blockOf, describe, nodeOf, type Node } from "./expr.ts";
import { goText, isPlainText, type Scope } from "./go.ts";
import { printBlock } from "./print-block.ts";
import { goString } from "./scalar.ts";

/**
 * The lines of a text at a column: literals, values inside lines, and lines under a condition. At column 0 (NOTES.txt) any
 * value may stand in a line; elsewhere one that might hold a newline must have the line for itself.
 */
export function printLines(list: readonly unknown[], column: number, scope: Scope): string[] {
  const flat = list.flat(1);
  for (const [index, line] of flat.entries()) {
    if (line === "" && blockOf(flat[index + 1]) !== undefined) {
      throw new ChartError("an empty line before a conditional one would be swallowed: move it into the condition, as its first line");
    }
  }
  return flat.flatMap((line) => printLine(line, column, scope));
}

function printLine(line: unknown, column: number, scope: Scope): string[] {
  const pad = " ".repeat(column);
  if (typeof line === "string") {
    if (column > 0 && /^\s/.test(line) && line.trim() === "") return [""];
    return line === "" ? [""] : line.split("\n").map((text) => (text === "" ? "" : pad + escapeText(text)));
  }
  const inner = blockOf(line);
  if (inner !== undefined)
    return printBlock(inner, column, scope, (body, bodyScope) => printLines(Array.isArray(body) ? body : [body], column, bodyScope));
  const node = nodeOf(line);
  if (node === undefined) throw new ChartError(`${String(line)} is not a line of text`);
  if (node.op === "concat")
    return [pad + node.parts.map((part) => (typeof part === "string" ? escapeText(part) : inline(part, column, scope))).join("")];
  if (column === 0 || isPlainText(node)) return [`${pad}{{ ${goText(node, scope)} }}`];
  return [`${pad}{{- ${goText(node, scope)} | nindent ${column} }}`];
}

function inline(node: Node, column: number, scope: Scope): string {
  const isJson = node.op === "call" && node.fn === "toJson";
  if (column > 0 && !isJson && !isPlainText(node)) {
    throw new ChartError(
      `${describe(node)} may hold a newline and stands inside a line: give its schema a pattern (its map propertyNames, if it is a key), or the value a line of its own`,
    );
  }
  return `{{ ${goText(node, scope)} }}`;
}

function escapeText(text: string): string {
  return text.replace(/\{\{|\}\}/g, (braces) => (braces === "{{" ? `{{ ${goString("{{")} }}` : braces));
}
