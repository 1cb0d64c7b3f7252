import { dump } from "js-yaml";

import { ChartError } from "../problem.ts";
import { plainText } from "../values/plain-text.ts";
import { block, blockOf, expression, nodeOf, why, type Block, type BlockNode, type Expr, type Node } from "./expr.ts";
import { lines, type Line } from "./expressions.ts";
import { nodeOfExpression, toNode } from "./nodes.ts";
import { wrap } from "./wrap.ts";

/** A configuration file as data: what YAML holds, with values of the chart and conditions in it. */
export type Yaml =
  | string
  | number
  | boolean
  | Expr<unknown>
  | Block<unknown>
  | readonly Yaml[]
  | { readonly [key: string]: Yaml | undefined; readonly [why]?: object };

/**
 * The text of a program's configuration file in YAML, for a ConfigMap. Values of the chart that are strings are written
 * between quotes, so their schema needs a pattern that keeps quotes, backslashes and newlines out; lists and maps of the user's
 * are written as JSON, which is YAML too.
 */
export function configYaml(file: { readonly [key: string]: Yaml | undefined }): Expr<string> {
  return lines(...mapLines(file, ""));
}

// ── internal ────────────────────────────────────────────────────────────────

function mapLines(map: object, pad: string): Line[] {
  const inner = blockOf(map);
  if (inner?.kind === "merge") return inner.parts.flatMap((part) => mapLines(part as object, pad));
  if (inner?.kind === "entry") return [concat(pad, inner.key, ': "', toNode(inner.value), '"')];
  if (inner !== undefined) return [within(inner, (body) => mapLines(body as object, pad))];
  const reasons: Readonly<Record<string, string | undefined>> = (map as { [why]?: Record<string, string> })[why] ?? {};
  return Object.entries(map as Record<string, Yaml | undefined>).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const reason = reasons[key];
    return [...(reason === undefined ? [] : comment(reason, pad)), ...fieldLines(key, value, pad)];
  });
}

function fieldLines(key: string, value: Yaml, pad: string): Line[] {
  const head = `${pad}${scalar(key)}:`;
  const inner = blockOf(value);
  if (inner !== undefined && inner.kind !== "merge") return [within(inner, (body) => fieldLines(key, body as Yaml, pad))];
  if (isLeaf(value)) return [leaf(`${head} `, value)];
  if (Array.isArray(value))
    return isShort(value) ? [`${head} [${value.map(scalar).join(", ")}]`] : [head, ...listLines(value as readonly Yaml[], `${pad}  `)];
  const body = mapLines(value, `${pad}  `);
  return body.length === 0 ? [`${head} {}`] : [head, ...body];
}

function listLines(list: readonly Yaml[], pad: string): Line[] {
  return list.flatMap((item): Line[] => {
    const inner = blockOf(item);
    if (inner !== undefined) return [within(inner, (body) => listLines((Array.isArray(body) ? body : [body]) as Yaml[], pad))];
    if (isLeaf(item)) return [leaf(`${pad}- `, item)];
    if (Array.isArray(item)) throw new ChartError("a list in a list has no place in a configuration file");
    return dashed(mapLines(item, `${pad}  `), pad);
  });
}

/** The first line of an item carries the dash; a condition there would have to carry it, too. */
function dashed([first, ...rest]: readonly Line[], pad: string): Line[] {
  const withDash = (text: string): string => `${pad}- ${text.slice(pad.length + 2)}`;
  if (typeof first === "string" && !first.trimStart().startsWith("#")) return [withDash(first), ...rest];
  const node = nodeOf(first);
  const [head, ...parts] = node?.op === "concat" ? node.parts : [];
  if (typeof head !== "string") throw new ChartError("an item of a list must begin with a field that is always there");
  return [concat(withDash(head), ...parts), ...rest];
}

function within(inner: BlockNode, print: (body: unknown) => Line[]): Block<Line> {
  if (!("body" in inner)) throw new ChartError(`a ${inner.kind} block cannot stand in a configuration file`);
  const otherwise = "otherwise" in inner && inner.otherwise !== undefined ? { otherwise: print(inner.otherwise) } : {};
  return block({ ...inner, body: print(inner.body), ...otherwise });
}

/** A list of a few words reads best in one line; what has commas or brackets in it would need quotes there. */
function isShort(list: readonly Yaml[]): list is readonly (string | number | boolean)[] {
  return list.every((item) => typeof item !== "object" && !/[,[\]{}]/.test(String(item))) && list.join(", ").length <= 80;
}

function isLeaf(value: Yaml): value is string | number | boolean | Expr<unknown> {
  return typeof value !== "object" || nodeOf(value) !== undefined;
}

function leaf(head: string, value: string | number | boolean | Expr<unknown>): Line {
  if (typeof value !== "object") return `${head}${scalar(value)}`;
  const node = nodeOfExpression(value);
  if (node.type === "object" || node.type === "array") return concat(head, { op: "call", fn: "toJson", args: [node], type: "string" });
  return node.type === "string" ? concat(`${head}"`, node, '"') : concat(head, node);
}

function concat(...parts: (string | Node)[]): Expr<string> {
  return expression({
    op: "concat",
    parts: parts.flatMap((part) => (typeof part === "object" && part.op === "concat" ? part.parts : [part])),
    type: "string",
  });
}

/** Plain where it can be, else in single quotes, in which the backslashes of regular expressions stay as they are. */
function scalar(value: string | number | boolean): string {
  const text = plainText(value) ?? dump(value, { lineWidth: -1 }).trimEnd();
  return text.includes("\n") ? JSON.stringify(value) : text;
}

/** Shorter than the comments of manifests, as the file stands indented in one. */
const comment = (reason: string, pad: string): string[] => wrap(reason, 110 - pad.length).map((text) => `${pad}# ${text}`);
