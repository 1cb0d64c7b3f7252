import { ChartError } from "../problem.ts";
import { compileMap } from "./compile.ts";
import { compileChecksum, compileInclude } from "./compile-include.ts";
import { compileText } from "./compile-text.ts";
import type { Node, Variable } from "./expr.ts";
import { functions, isTrue, text } from "./functions.ts";
import { lookUp, type Program } from "./scope.ts";

/** The value of an expression, as the template would compute it. */
export function compileNode(node: Node): Program {
  const program = programs.get(node) ?? compile(node);
  programs.set(node, program);
  return program;
}

// ── internal ────────────────────────────────────────────────────────────────

// Nodes never change, and many stand in several places.
const programs = new WeakMap<Node, Program>();

function compile(node: Node): Program {
  switch (node.op) {
    case "path":
      return compilePath(node);
    case "literal":
      return () => node.value;
    case "concat": {
      const parts = node.parts.map((part) => (typeof part === "string" ? part : compileNode(part)));
      return (scope) => parts.reduce<string>((joined, part) => joined + (typeof part === "string" ? part : text(part(scope))), "");
    }
    case "call":
      return compileCall(node);
    case "include":
      return compileInclude(node);
    case "checksum":
      return compileChecksum(node.template);
    case "capability":
      return ({ context }) => isAtLeast(context.Capabilities.kubeVersion, node.kubeVersion);
    case "tpl":
      return () => {
        throw new ChartError("a value with a template in it can only be rendered by Helm");
      };
    case "file":
      return ({ context }) => {
        const content = context.Files[node.path];
        if (content === undefined) throw new ChartError(`the chart has no file ${node.path}: add it to the chart's files`);
        return content.trim();
      };
    case "yaml": {
      const map = compileMap(node.map);
      // The layout is not Helm's; what it says is: JSON is YAML, too.
      return (scope) => JSON.stringify(map(scope));
    }
    case "lines": {
      const lines = compileText(node.lines);
      return (scope) => endingOnce(lines(scope));
    }
  }
}

function compilePath({ root, keys }: Extract<Node, { op: "path" }>): Program {
  const start: Program = typeof root === "string" ? ({ context }) => context[root] : (scope) => lookUp(scope, root);
  return (scope) => {
    let value = start(scope);
    for (let depth = 0; depth < keys.length; depth += 1) {
      if (value === null || value === undefined) throw missing(root, keys, depth);
      value = (value as Readonly<Record<string, unknown>>)[keys[depth] as string];
    }
    return value;
  };
}

function missing(root: string | Variable, keys: readonly string[], depth: number): ChartError {
  const ofChart = typeof root === "string";
  const parent = [ofChart ? `.${root}` : `$${root.hint}`, ...keys.slice(0, depth)].join(".");
  const hint = ofChart ? "values of a subchart that is off are not there" : "an entry may be null";
  return new ChartError(`${parent} does not exist here, so ${keys[depth]} cannot be read from it (${hint})`);
}

/** As a block scalar keeps it: empty lines at the end are not its own. */
function endingOnce(lines: string): string {
  let end = lines.length;
  while (lines[end - 1] === "\n") end -= 1;
  return end === 0 ? "" : `${lines.slice(0, end)}\n`;
}

function compileCall({ fn: name, args: nodes }: Extract<Node, { op: "call" }>): Program {
  const fn = functions[name];
  if (fn === undefined) throw new ChartError(`no template function is called ${name}`);
  const args = nodes.map(compileNode);
  if (name !== "and" && name !== "or") return (scope) => fn.evaluate(args.map((arg) => arg(scope)));
  // As in Go since 1.18, the rest is not looked at once the outcome is clear.
  return (scope) => {
    let result: unknown;
    for (const arg of args) {
      result = arg(scope);
      if (isTrue(result) === (name === "or")) break;
    }
    return result;
  };
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
