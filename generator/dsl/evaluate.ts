import { compileDocument } from "./compile.ts";
import { compileText } from "./compile-text.ts";
import type { Context, Program, Writer } from "./scope.ts";

/**
 * The documents a template renders to, as plain objects: what Helm's output parses to. Throws a {@link Refusal} with the same
 * message where Helm would refuse. The first call compiles the trees, later ones only run them.
 */
export function evaluateTemplate(documents: readonly unknown[], context: Context): unknown[] {
  const write = writers.get(documents) ?? compileTemplate(documents);
  writers.set(documents, write);
  const objects: unknown[] = [];
  write({ context }, objects);
  return objects;
}

/** The text of NOTES.txt. */
export function evaluateText(list: readonly unknown[], context: Context): string {
  const program = texts.get(list) ?? compileText(list);
  texts.set(list, program);
  return `${program({ context })}\n`;
}

// ── internal ────────────────────────────────────────────────────────────────

// Trees never change.
const writers = new WeakMap<readonly unknown[], Writer<unknown[]>>();
const texts = new WeakMap<readonly unknown[], Program<string>>();

function compileTemplate(documents: readonly unknown[]): Writer<unknown[]> {
  const parts = documents.map(compileDocument);
  return (scope, out) => {
    for (const write of parts) write(scope, out);
  };
}
