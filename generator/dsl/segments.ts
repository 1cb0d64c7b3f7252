import type { BlockNode } from "./expr.ts";
import type { Scope } from "./go.ts";
import { opened, printBlock, type PrintBody } from "./print-block.ts";
import { wrap } from "./wrap.ts";

/** Lines under an optional guard, e.g. `if .Values.x`. Neighbours under the same `if` are printed as one. */
export interface Segment {
  readonly open?: string;
  readonly lines: readonly string[];
}

/** The segment of a block; one with an alternative is guarded by itself. */
export function segmentOf(inner: BlockNode, column: number, scope: Scope, print: PrintBody): Segment {
  const { open, lines, otherwise } = opened(inner, scope, print);
  return otherwise === undefined ? { open, lines } : { lines: printBlock(inner, column, scope, print) };
}

/** The lines of segments with their guards, at the guards' column. */
export function close(segments: readonly Segment[], column: number): string[] {
  const pad = " ".repeat(column);
  const lines: string[] = [];
  for (const [index, { open, lines: body }] of segments.entries()) {
    const mergesBack = open?.startsWith("if ") === true && segments[index - 1]?.open === open;
    const mergesOn = open?.startsWith("if ") === true && segments[index + 1]?.open === open;
    if (open !== undefined && !mergesBack) lines.push(`${pad}{{- ${open} }}`);
    lines.push(...body);
    if (open !== undefined && !mergesOn) lines.push(`${pad}{{- end }}`);
  }
  return lines;
}

/** What is inside a field or item, which is there under a condition: the parts need not ask for the same again. */
export function guarded(segments: readonly Segment[], condition: string | undefined, column: number, scope: Scope): Segment {
  const [only] = segments;
  const opens = segments.length === 1 ? [`with ${condition}`, `if ${condition}`] : [`if ${condition}`];
  if (
    condition !== undefined &&
    only?.open !== undefined &&
    segments.every(({ open }) => open === only.open) &&
    opens.includes(only.open)
  ) {
    return { open: only.open, lines: segments.flatMap(({ lines }) => lines) };
  }
  const lines = close(segments, column);
  return condition === undefined || scope.known.has(condition) ? { lines } : { open: `if ${condition}`, lines };
}

/** The lines of an item behind its dash, which stands alone before a control line or comment. */
export function dashed(lines: readonly string[], pad: string): string[] {
  const [first = "", ...rest] = lines;
  return /^\s*(\{\{-|#)/.test(first) ? [`${pad}-`, first, ...rest] : [`${pad}- ${first.slice(pad.length + 2)}`, ...rest];
}

/** The reason for a field, as a comment above it, in lines of at most 120 columns. */
export function explained({ lines, ...segment }: Segment, reason: string | undefined, column: number): Segment {
  if (reason === undefined) return { ...segment, lines };
  return { ...segment, lines: [...wrap(reason, 116 - column).map((text) => `${" ".repeat(column)}# ${text}`), ...lines] };
}
