import { createHash } from "node:crypto";

import { ChartError } from "../problem.ts";
import { compileMap } from "./compile.ts";
import { compileBlock } from "./compile-block.ts";
import { compileNode } from "./compile-node.ts";
import { blockOf, nodeOf, type Node, type Template } from "./expr.ts";
import { goJson, text } from "./functions.ts";
import { bind, type Context, type Program, type Writer } from "./scope.ts";

/** What a named template yields. */
export function compileInclude({ template, argument, subchart }: Extract<Node, { op: "include" }>): Program {
  const contextOf = ({ context }: { readonly context: Context }): Context => {
    const of = subchart === undefined ? context : context.Subcharts[subchart];
    if (of !== undefined) return of;
    throw new ChartError(
      `template ${template.name} of subchart ${subchart} is used while the subchart is off: guard it with its enabled value`,
    );
  };
  const { parameter } = template;
  if (parameter === undefined || argument === undefined) {
    return (scope) => {
      const context = contextOf(scope);
      return once(included, template, context, () => bodyOf(template)({ context }));
    };
  }
  const value = compileNode(argument);
  return (scope) => bodyOf(template)(bind({ context: contextOf(scope) }, parameter, value(scope)));
}

/** The checksum of the data that a named template yields. */
export function compileChecksum(template: Template): Program<string> {
  return ({ context }) =>
    once(checksums, template, context, () => {
      const data = once(included, template, context, () => bodyOf(template)({ context }));
      return createHash("sha256")
        .update(goJson(asIncluded(template.body, data as Readonly<Record<string, unknown>>)))
        .digest("hex");
    });
}

// ── internal ────────────────────────────────────────────────────────────────

// Compiled when it is first included.
const bodies = new WeakMap<Template, Program>();

function bodyOf(template: Template): Program {
  const program = bodies.get(template) ?? compileBody(template);
  bodies.set(template, program);
  return program;
}

function compileBody({ body, type }: Template): Program {
  if (type === "object") return compileMap(body);
  const write = compileScalar(body);
  return (scope) => {
    const out = { value: "" };
    write(scope, out);
    return type === "integer" ? Number.parseInt(out.value, 10) || 0 : out.value;
  };
}

function compileScalar(body: unknown): Writer<{ value: string }> {
  const inner = blockOf(body);
  if (inner !== undefined) return compileBlock(inner, compileScalar);
  const node = nodeOf(body);
  const value = node === undefined ? () => body : compileNode(node);
  return (scope, out) => {
    out.value = text(value(scope));
  };
}

// What a template without an argument yields depends on the context alone; labels and names are asked for by every object.
type Results<T> = WeakMap<Context, Map<Template, T>>;
const included: Results<unknown> = new WeakMap();
const checksums: Results<string> = new WeakMap();

function once<T>(results: Results<T>, template: Template, context: Context, compute: () => T): T {
  let known = results.get(context);
  if (known === undefined) {
    known = new Map();
    results.set(context, known);
  }
  const result = known.get(template);
  if (result !== undefined) return result;
  const computed = compute();
  known.set(template, computed);
  return computed;
}

/**
 * The data as `fromYaml` reads it: a definition ends without a line break, and so does a block scalar that ends it. Where the
 * definition is included as data of an object, more text follows, and nothing is missing.
 */
function asIncluded(body: unknown, data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (typeof body !== "object" || body === null || blockOf(body) !== undefined) return data;
  const [key, last] = Object.entries(body).at(-1) ?? [];
  const isText = nodeOf(last)?.op === "lines" || (typeof last === "string" && last.endsWith("\n"));
  return key === undefined || !isText ? data : { ...data, [key]: text(data[key]).replace(/\n$/, "") };
}
