import { compileBlock } from "./compile-block.ts";
import { compileNode } from "./compile-node.ts";
import { blockOf, nodeOf } from "./expr.ts";
import { text } from "./functions.ts";
import type { Program, Writer } from "./scope.ts";

/** The lines of a text, each with a newline between it and the next. */
export function compileText(list: readonly unknown[]): Program<string> {
  const write = compileLines(list);
  return (scope) => {
    const lines: string[] = [];
    write(scope, lines);
    return lines.join("\n");
  };
}

// ── internal ────────────────────────────────────────────────────────────────

function compileLines(list: readonly unknown[]): Writer<string[]> {
  const writers = list.map(compileLine);
  return (scope, out) => {
    for (const write of writers) write(scope, out);
  };
}

function compileLine(line: unknown): Writer<string[]> {
  if (typeof line === "string") return (_, out) => void out.push(line);
  if (Array.isArray(line)) return compileLines(line);
  const inner = blockOf(line);
  if (inner !== undefined) return compileBlock(inner, (body) => compileLines(Array.isArray(body) ? body : [body]));
  const node = nodeOf(line);
  if (node === undefined) return () => {};
  const value = compileNode(node);
  return (scope, out) => void out.push(text(value(scope)));
}
