import { createHash } from "node:crypto";
import { dump } from "js-yaml";

import { ChartError } from "../problem.ts";
import { branches, evaluateLines, evaluateMap, text, type Context, type Environment } from "./evaluate.ts";
import { blockOf, nodeOf, type Node, type Template } from "./expr.ts";
import { functions, goJson, isTrue } from "./functions.ts";

/** The value of an expression, as the template would compute it. */
export function evaluateNode(node: Node, scope: Environment): unknown {
  switch (node.op) {
    case "path": {
      const root = typeof node.root === "string" ? scope.context[node.root] : scope.bindings.get(node.root);
      return node.keys.reduce<unknown>((value, key, depth) => {
        if (value !== null && value !== undefined) return (value as Record<string, unknown>)[key];
        const parent = [typeof node.root === "string" ? `.${node.root}` : "", ...node.keys.slice(0, depth)].join(".");
        throw new ChartError(
          `${parent} does not exist here, so ${key} cannot be read from it (values of a subchart that is off are not there)`,
        );
      }, root);
    }
    case "literal":
      return node.value;
    case "concat":
      return node.parts.map((part) => (typeof part === "string" ? part : text(evaluateNode(part, scope)))).join("");
    case "call":
      // As in Go since 1.18, the rest is not looked at once the outcome is clear.
      if (node.fn === "and" || node.fn === "or") return evaluateLogic(node.fn, node.args, scope);
      return evaluateCall(
        node.fn,
        node.args.map((arg) => evaluateNode(arg, scope)),
      );
    case "include":
      return evaluateInclude(node, scope);
    case "checksum":
      return once(checksums, node.template, scope.context, () => {
        const data = once(included, node.template, scope.context, () => evaluateMap(node.template.body, rootOf(scope.context)));
        return createHash("sha256")
          .update(goJson(asIncluded(node.template.body, data as Readonly<Record<string, unknown>>)))
          .digest("hex");
      });
    case "capability":
      return isAtLeast(scope.context.Capabilities.kubeVersion, node.kubeVersion);
    case "tpl":
      throw new ChartError("a value with a template in it can only be rendered by Helm");
    case "file": {
      const content = scope.context.Files[node.path];
      if (content === undefined) throw new ChartError(`the chart has no file ${node.path}: add it to the chart's files`);
      return content.trim();
    }
    case "yaml":
      // The layout is not Helm's; what it says is.
      return dump(evaluateMap(node.map, scope), { lineWidth: -1 });
    case "lines": {
      const joined = evaluateLines(node.lines, scope).join("\n").replace(/\n+$/, "");
      return joined === "" ? "" : `${joined}\n`;
    }
  }
}

/** A template function applied to values. */
export function evaluateCall(name: string, args: readonly unknown[]): unknown {
  const fn = functions[name];
  if (fn === undefined) throw new ChartError(`no template function is called ${name}`);
  return fn.evaluate(args);
}

// ── internal ────────────────────────────────────────────────────────────────

function evaluateLogic(fn: "and" | "or", args: readonly Node[], scope: Environment): unknown {
  let result: unknown;
  for (const arg of args) {
    result = evaluateNode(arg, scope);
    if (isTrue(result) === (fn === "or")) break;
  }
  return result;
}

// What a template without an argument yields depends on the context alone; labels and names are asked for by every object.
type Cache = WeakMap<Context, Map<Template, unknown>>;
const included: Cache = new WeakMap();
const checksums: Cache = new WeakMap();

function once(cache: Cache, template: Template, context: Context, compute: () => unknown): unknown {
  const results = cache.get(context) ?? new Map<Template, unknown>();
  cache.set(context, results);
  if (!results.has(template)) results.set(template, compute());
  return results.get(template);
}

function rootOf(context: Context): Environment {
  return { context, bindings: new Map() };
}

function evaluateInclude(node: Extract<Node, { op: "include" }>, scope: Environment): unknown {
  const { template } = node;
  const context = node.subchart === undefined ? scope.context : scope.context.Subcharts[node.subchart];
  if (context === undefined)
    throw new ChartError(
      `template ${template.name} of subchart ${node.subchart} is used while the subchart is off: guard it with its enabled value`,
    );
  if (template.parameter === undefined || node.argument === undefined) {
    return once(included, template, context, () => evaluateBody(template, rootOf(context)));
  }
  return evaluateBody(template, { context, bindings: new Map([[template.parameter, evaluateNode(node.argument, scope)]]) });
}

function evaluateBody(template: Template, inner: Environment): unknown {
  if (template.type === "object") return evaluateMap(template.body, inner);
  const result = evaluateScalarBody(template.body, inner);
  return template.type === "integer" ? Number.parseInt(text(result), 10) || 0 : text(result);
}

function evaluateScalarBody(body: unknown, scope: Environment): unknown {
  const node = nodeOf(body);
  if (node !== undefined) return evaluateNode(node, scope);
  const inner = blockOf(body);
  if (inner === undefined) return body;
  const [branch] = branches(inner, scope);
  return branch === undefined ? "" : evaluateScalarBody(...branch);
}

/** As `semverCompare ">=x.y-0"`: vendor suffixes and pre-releases of the same minor count. */
function isAtLeast(kubeVersion: string, minimum: string): boolean {
  const [major = 0, minor = 0] = kubeVersion
    .replace(/^v/, "")
    .split(".")
    .map((part) => Number.parseInt(part, 10));
  const [wantedMajor = 0, wantedMinor = 0] = minimum.split(".").map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
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
