import { ChartError } from "../problem.ts";
import { blockOf, type BlockNode, type Node, type Variable } from "./expr.ts";
import { goExpression, type Scope } from "./go.ts";

/** Prints what is inside a block, in the scope that it has there. */
export type PrintBody = (body: unknown, scope: Scope) => readonly string[];

/** A block whose control line is open, e.g. `if .Values.x`, and what comes after `else`. */
export interface Opened {
  readonly open: string;
  readonly lines: readonly string[];
  readonly otherwise?: unknown;
}

/** A block around lines: `{{- if … }}`, the body, `{{- else }}`, `{{- end }}`. */
export function printBlock(inner: BlockNode, column: number, scope: Scope, print: PrintBody): string[] {
  const pad = " ".repeat(column);
  const { open, lines, otherwise } = opened(inner, scope, print);
  const rest: string[] = [];
  let alternative = otherwise;
  while (alternative !== undefined) {
    const chained = blockOf(alternative);
    // Go knows no `else if` after `with`.
    if (inner.kind === "if" && chained?.kind === "if") {
      rest.push(`${pad}{{- else if ${goExpression(chained.condition, scope)} }}`, ...print(chained.body, scope));
      alternative = chained.otherwise;
    } else {
      rest.push(`${pad}{{- else }}`, ...print(alternative, scope));
      alternative = undefined;
    }
  }
  return [`${pad}{{- ${open} }}`, ...lines, ...rest, `${pad}{{- end }}`];
}

/** The control line of a block and its body. */
export function opened(inner: BlockNode, scope: Scope, print: PrintBody): Opened {
  switch (inner.kind) {
    case "if":
      return {
        open: `if ${goExpression(inner.condition, scope)}`,
        lines: print(inner.body, knowing(inner.condition, scope)),
        otherwise: inner.otherwise,
      };
    case "with": {
      const { name, lines } = bind(inner.variable, scope, (bodyScope, boundTo) =>
        print(inner.body, { ...bodyScope, known: new Set([...bodyScope.known, boundTo]) }),
      );
      return {
        open: `with ${name === undefined ? "" : `${name} := `}${goExpression(inner.value, scope)}`,
        lines,
        otherwise: inner.otherwise,
      };
    }
    case "range": {
      const over = goExpression(inner.over, scope);
      if (inner.key === undefined) {
        const { name, lines } = bind(inner.value, scope, (bodyScope) => print(inner.body, bodyScope));
        return { open: `range ${name === undefined ? "" : `${name} := `}${over}`, lines };
      }
      const key = freshName(inner.key, scope.names);
      const names = new Map([...scope.names, [inner.key, key]]);
      const value = freshName(inner.value, names);
      return {
        open: `range ${key}, ${value} := ${over}`,
        lines: print(inner.body, { ...rebound(scope), dot: undefined, names: names.set(inner.value, value) }),
      };
    }
    default:
      throw new ChartError(`a ${inner.kind} block cannot hold lines`);
  }
}

// ── internal ────────────────────────────────────────────────────────────────

/** Prints with `.` bound to the variable; again under a name, if the body needed it where `.` is something else. */
function bind(
  variable: Variable,
  scope: Scope,
  print: (scope: Scope, name: string) => readonly string[],
): { name?: string; lines: readonly string[] } {
  const nameless = new Set<Variable>();
  const lines = print({ ...rebound(scope), dot: variable, nameless }, ".");
  const needsName = nameless.delete(variable);
  for (const other of nameless) scope.nameless.add(other);
  if (!needsName) return { lines };
  const name = freshName(variable, scope.names);
  return { name, lines: print({ ...rebound(scope), dot: undefined, names: new Map([...scope.names, [variable, name]]) }, name) };
}

/** What is still known where `.` is something else: only what does not start with it. */
function rebound(scope: Scope): Scope {
  return { ...scope, known: new Set([...scope.known].filter((text) => text.startsWith("$"))) };
}

function knowing(condition: Node, scope: Scope): Scope {
  const parts = condition.op === "call" && condition.fn === "and" ? condition.args : [condition];
  return { ...scope, known: new Set([...scope.known, ...parts.map((part) => goExpression(part, scope))]) };
}

function freshName(variable: Variable, names: ReadonlyMap<Variable, string>): string {
  const taken = new Set(names.values());
  const base = `$${variable.hint.replace(/\W/g, "")}`;
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}${count}`;
  return name;
}
