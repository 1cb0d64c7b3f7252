import { ChartError } from "../problem.ts";
import { blockOf, describe, nodeOf, why, type Node, type Why } from "./expr.ts";
import { goArgument, goExpression, goPiped, goScalar, goText, type Scope } from "./go.ts";
import { mayHaveAnyKey, omit, ownKeys, overwritten, partsOf } from "./parts.ts";
import { printBlock } from "./print-block.ts";
import { isPresent, or, presenceOf } from "./presence.ts";
import { printLines } from "./print-lines.ts";
import { inlineScalar, literalLines } from "./print-scalar.ts";
import { yamlKey } from "./scalar.ts";
import { close, dashed, explained, guarded, segmentOf, type Segment } from "./segments.ts";

/**
 * The lines of a map, at a column. Control lines stand at the column of what they guard and trim to their left only, so that
 * the rendered manifest has no blank lines.
 */
export function printMap(value: unknown, column: number, scope: Scope): string[] {
  return close(mapSegments(value, column, scope), column);
}

/** The lines of one document: a manifest, or blocks around one. */
export function printDocument(value: unknown, separator: boolean, scope: Scope): string[] {
  const node = nodeOf(value);
  if (node !== undefined)
    return [
      ...(separator ? ["---"] : []),
      node.type === "object" && node.op !== "include" ? `{{ toYaml ${goArgument(node, scope)} }}` : `{{ ${goText(node, scope)} }}`,
    ];
  const inner = blockOf(value);
  if (inner === undefined) return [...(separator ? ["---"] : []), ...printMap(value, 0, scope)];
  if (inner.kind === "fail") return [`{{- fail ${failMessage(inner.message, scope)} }}`];
  return printBlock(inner, 0, scope, (body, bodyScope) => printDocument(body, separator || inner.kind === "range", bodyScope));
}

// ── maps ────────────────────────────────────────────────────────────────────

function mapSegments(value: unknown, column: number, scope: Scope): Segment[] {
  const inner = blockOf(value);
  const node = nodeOf(value);
  if (node !== undefined) return [wholeMap(node, [], column, scope)];
  if (inner === undefined) {
    const reasons: Readonly<Record<string, string | undefined>> = (value as Why<Record<string, unknown>>)[why] ?? {};
    return Object.entries(value as object).map(([key, field]) =>
      explained(fieldSegment(yamlKey(key), field, column, scope), reasons[key], column),
    );
  }
  switch (inner.kind) {
    case "merge": {
      const { own, references } = partsOf(inner.parts);
      const open = own.find(mayHaveAnyKey);
      if (open !== undefined && inner.parts.length > 1)
        throw new ChartError(
          `merge() cannot tell the keys of ${describe(nodeOf(open) as Node)} from those beside it: use overlay(), or merge what it is made of`,
        );
      const segments = own.flatMap((part) => mapSegments(part, column, scope));
      const [first] = references;
      if (first === undefined) return segments;
      const joined = references.length === 1 ? first : overwritten(references);
      return [...segments, wholeMap(joined, own.flatMap(ownKeys), column, scope)];
    }
    case "entry":
      return [fieldSegment(`{{ ${goScalar(inner.key, scope)} }}`, inner.value, column, scope)];
    case "range":
      if (!yieldsEntries(inner.body))
        throw new ChartError(
          "each() stands where one value is needed: its body must be an entry(name, value) there, or the field a list, [each(…)]",
        );
      return [segmentOf(inner, column, scope, (body, bodyScope) => printMap(body, column, bodyScope))];
    case "if":
    case "with":
      return [segmentOf(inner, column, scope, (body, bodyScope) => printMap(body, column, bodyScope))];
    default:
      throw new ChartError(`a ${inner.kind} block cannot stand in a map`);
  }
}

/** True if a block's body adds entries to a map; any other body of `each` would write one map's fields again and again. */
function yieldsEntries(body: unknown): boolean {
  const inner = blockOf(body);
  if (inner === undefined) return false;
  if (inner.kind === "entry") return true;
  if (inner.kind === "merge") return inner.parts.every(yieldsEntries);
  return (
    "body" in inner &&
    yieldsEntries(inner.body) &&
    (!("otherwise" in inner) || inner.otherwise === undefined || yieldsEntries(inner.otherwise))
  );
}

function wholeMap(node: Node, omitted: readonly string[], column: number, scope: Scope): Segment {
  const pad = " ".repeat(column);
  // At column 0 the line break before the action does what nindent does elsewhere.
  const trim = column === 0 ? "{{" : "{{-";
  const indent = column === 0 ? [] : [`nindent ${column}`];
  if (node.op === "include") return { lines: [`${pad}${trim} ${goPiped(node, scope, ...indent)} }}`] };
  const source = omitted.length === 0 ? node : omit(node, omitted);
  if (source === node && scope.known.has(goExpression(node, scope))) {
    return { lines: [`${pad}${trim} ${[`toYaml ${goArgument(node, scope)}`, ...indent].join(" | ")} }}`] };
  }
  return { open: `with ${goExpression(source, scope)}`, lines: [`${pad}${trim} ${["toYaml .", ...indent].join(" | ")} }}`] };
}

function fieldSegment(key: string, value: unknown, column: number, scope: Scope): Segment {
  const pad = " ".repeat(column);
  const node = nodeOf(value);
  if (node !== undefined) return leafSegment(`${pad}${key}:`, node, column, scope);
  const inner = blockOf(value);
  if (value === undefined) throw new ChartError(`${key} is undefined; is the reference misspelt?`);
  if (inner === undefined) {
    if (typeof value !== "object" || value === null) return { lines: literalLines(`${pad}${key}:`, value as string, column, scope) };
    return containerSegment(key, value, column, scope);
  }
  if (inner.kind === "if" || inner.kind === "with")
    return segmentOf(inner, column, scope, (body, bodyScope) => close([fieldSegment(key, body, column, bodyScope)], column));
  return containerSegment(key, value, column, scope);
}

function leafSegment(head: string, node: Node, column: number, scope: Scope): Segment {
  if (node.op === "yaml") return { lines: [`${head} |`, ...printMap(node.map, column + 2, scope)] };
  if (node.op === "lines") return { lines: [`${head} |`, ...printLines(node.lines, column + 2, scope)] };
  if (node.type === "object" || node.type === "array") {
    const inner = wholeMap(node, [], column + 2, scope);
    const lines = [head, ...inner.lines];
    return inner.open === undefined ? { lines } : { open: inner.open, lines };
  }
  if (node.op === "path" && node.optional) {
    if (node.type === "string") return { open: `with ${goExpression(node, scope)}`, lines: [`${head} {{ . | quote }}`] };
    return { open: `if ${goExpression(isPresent(node), scope)}`, lines: [`${head} {{ ${goScalar(node, scope)} }}`] };
  }
  return { lines: [`${head} ${inlineScalar(node, scope)}`] };
}

/** A field that holds a map or list: left out as a whole if nothing in it is rendered. */
function containerSegment(key: string, value: unknown, column: number, scope: Scope): Segment {
  const pad = " ".repeat(column);
  const isList = Array.isArray(value);
  const onlyItem = isList && value.length === 1 ? blockOf(value[0]) : undefined;
  // A list of one conditional item reads better as a conditional list of one item.
  if (onlyItem?.kind === "if" && onlyItem.otherwise === undefined) {
    return segmentOf({ ...onlyItem, body: [onlyItem.body] }, column, scope, (body, bodyScope) =>
      close([fieldSegment(key, body, column, bodyScope)], column),
    );
  }
  const segments = isList ? value.flatMap((item) => itemSegments(item, column + 2, scope)) : mapSegments(value, column + 2, scope);
  if (segments.length === 0) return { lines: [`${pad}${key}: ${isList ? "[]" : "{}"}`] };
  const presence = presenceOf(value);
  const condition = presence === true ? undefined : goExpression(or(presence), scope);
  const { open, lines } = guarded(segments, condition, column + 2, scope);
  return { ...(open === undefined ? {} : { open }), lines: [`${pad}${key}:`, ...lines] };
}

// ── lists ───────────────────────────────────────────────────────────────────

function itemSegments(item: unknown, column: number, scope: Scope): Segment[] {
  const pad = " ".repeat(column);
  const node = nodeOf(item);
  if (node !== undefined) {
    if (node.type === "object" || node.type === "array") {
      // An included template is text already.
      const text = node.op === "include" ? goPiped(node, scope) : `toYaml ${goArgument(node, scope)}`;
      return [{ lines: [`${pad}-`, `${pad}  {{- ${text} | nindent ${column + 2} }}`] }];
    }
    return [{ lines: [`${pad}- ${inlineScalar(node, scope)}`] }];
  }
  const inner = blockOf(item);
  if (item === undefined) throw new ChartError("an item of a list is undefined; is the reference misspelt?");
  if (inner === undefined && (typeof item !== "object" || item === null))
    return [{ lines: literalLines(`${pad}-`, item as string, column, scope) }];
  if (inner?.kind === "spread")
    return [{ open: `with ${goExpression(inner.list, scope)}`, lines: [`${pad}{{- toYaml . | nindent ${column} }}`] }];
  if (inner?.kind === "if" || inner?.kind === "with" || inner?.kind === "range") {
    return [
      segmentOf(inner, column, scope, (body, bodyScope) =>
        close(
          listBody(body).flatMap((part) => itemSegments(part, column, bodyScope)),
          column,
        ),
      ),
    ];
  }
  const presence = presenceOf(item);
  const condition = presence === true ? undefined : goExpression(or(presence), scope);
  const segments = Array.isArray(item)
    ? item.flatMap((part) => itemSegments(part, column + 2, scope))
    : mapSegments(item, column + 2, scope);
  if (segments.length === 0) return [{ lines: [`${pad}- ${Array.isArray(item) ? "[]" : "{}"}`] }];
  const { open, lines } = guarded(segments, condition, column + 2, scope);
  return [{ ...(open === undefined ? {} : { open }), lines: dashed(lines, pad) }];
}

function listBody(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [body];
}

function failMessage(message: Node, scope: Scope): string {
  const text = goExpression(message, scope);
  return message.op === "literal" ? text : `(${text})`;
}
