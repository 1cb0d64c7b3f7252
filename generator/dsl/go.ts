import { ChartError } from "../problem.ts";
import { blockOf, describe, nodeOf, type Node, type Template, type Variable } from "./expr.ts";
import { functions } from "./functions.ts";
import { isPlain, itemSchemaOf } from "./refs.ts";
import { goString } from "./scalar.ts";

/** What an expression needs to know about the place it is printed at. */
export interface Scope {
  /** Name of the chart whose template this is: the prefix of its named templates. */
  readonly chart: string;
  /** What `.` is here: the chart's root, a bound variable, or something no expression refers to. */
  readonly dot: "root" | Variable | undefined;
  /** False inside a named template with a parameter, where neither `.` nor `$` is the root. */
  readonly hasRoot: boolean;
  /** Conditions that are known to be true here, as text: what they guard need not be guarded again. */
  readonly known: ReadonlySet<string>;
  /** Go variables by what they are bound to. */
  readonly names: ReadonlyMap<Variable, string>;
  /** Collects variables that were needed under a name but have none, so that the printer gives them one. */
  readonly nameless: Set<Variable>;
  /** Collects the chart's named templates in use. */
  readonly templates: Set<Template>;
}

/** A Go pipeline: `head | stage | stage`. */
interface Pipeline {
  readonly head: string;
  readonly stages: readonly string[];
}

/** The expression as it stands alone in an action, e.g. as a condition. */
export function goExpression(node: Node, scope: Scope): string {
  return join(pipeline(node, scope));
}

/** The expression as YAML text in an action: quoted if it is a string, a whole number if it is one. */
export function goScalar(node: Node, scope: Scope): string {
  // One value as a string: `4000 | quote` says it shorter than printf.
  const [only] = node.op === "concat" && node.parts.length === 1 ? node.parts : [];
  if (typeof only === "object" && only.type === "string") return goScalar(only, scope);
  if (typeof only === "object" && (only.type === "integer" || only.type === "boolean"))
    return goPiped(only, scope, ...scalarStages(only), "quote");
  const { head, stages } = pipeline(node, scope);
  return join({ head, stages: [...stages, ...scalarStages(node)] });
}

/** The expression as raw text in the middle of other text. */
export function goText(node: Node, scope: Scope): string {
  const { head, stages } = pipeline(node, scope);
  return join({ head, stages: node.op === "path" && node.type === "integer" ? [...stages, "int64"] : stages });
}

/** The expression piped through further stages, e.g. `toYaml`, `nindent 4`. */
export function goPiped(node: Node, scope: Scope, ...more: string[]): string {
  const { head, stages } = pipeline(node, scope);
  return join({ head, stages: [...stages, ...more] });
}

/** The expression as an argument of a function, in parentheses where it needs them. */
export function goArgument(node: Node, scope: Scope): string {
  return argument(node, scope);
}

/** True if the text of a string expression can hold neither quotes, backslashes nor newlines. */
export function isPlainText(node: Node): boolean {
  switch (node.op) {
    case "path":
      return node.plain || node.type === "integer" || node.type === "boolean";
    case "literal":
      return !/["\\\n]/.test(String(node.value));
    case "concat":
      return node.parts.every((part) => (typeof part === "string" ? !/["\\\n]/.test(part) : isPlainText(part)));
    case "call":
      if (["trunc", "trimSuffix", "replace", "default", "lower", "trim"].includes(node.fn)) return node.args.every(isPlainText);
      if (node.fn === "join") return node.args.every((arg) => isPlainText(arg) || isPlainList(arg));
      return node.type !== "string" || node.fn === "b64enc" || node.fn === "sha256sum";
    case "include":
      return node.type === "integer" || (node.type === "string" && isPlainBody(node.template.body));
    default:
      return false;
  }
}

// ── internal ────────────────────────────────────────────────────────────────

function pipeline(node: Node, scope: Scope): Pipeline {
  switch (node.op) {
    case "path":
      return { head: path(node, scope), stages: [] };
    case "literal":
      return { head: typeof node.value === "string" ? goString(node.value) : String(node.value), stages: [] };
    case "concat":
      return { head: printf(node, scope), stages: [] };
    case "call":
      return call(node, scope);
    case "include":
      return { head: include(node, scope), stages: node.type === "integer" ? ["int64"] : [] };
    case "checksum":
      scope.templates.add(node.template);
      return {
        head: `include ${goString(`${scope.chart}.${node.template.name}`)} ${rootOf(scope)}`,
        stages: ["fromYaml", "toJson", "sha256sum"],
      };
    case "capability":
      return { head: `semverCompare ">=${node.kubeVersion}-0" ${rootPath("Capabilities", scope)}.KubeVersion.Version`, stages: [] };
    case "tpl":
      return { head: `tpl ${argument(node.value, scope)} ${rootOf(scope)}`, stages: [] };
    case "file":
      return { head: `${rootPath("Files", scope)}.Get ${goString(node.path)}`, stages: ["trim"] };
    case "yaml":
    case "lines":
      throw new ChartError("a text of several lines can only be the value of a field");
  }
}

function call(node: Extract<Node, { op: "call" }>, scope: Scope): Pipeline {
  const fn = functions[node.fn];
  if (fn === undefined) throw new ChartError(`no template function is called ${node.fn}`);
  const last = node.args.at(-1);
  if (fn.style === "pipe" && last !== undefined) {
    const { head, stages } = pipeline(last, scope);
    return { head, stages: [...stages, [node.fn, ...node.args.slice(0, -1).map((arg) => argument(arg, scope))].join(" ")] };
  }
  return { head: [node.fn, ...node.args.map((arg) => argument(arg, scope, fn.compares))].join(" "), stages: [] };
}

function argument(node: Node, scope: Scope, wholeNumber = false): string {
  const { head, stages: asText } = pipeline(node, scope);
  // An included template is text, of which a function wants the data.
  const stages = node.op === "include" && node.type === "object" ? [...asText, "fromYaml"] : asText;
  const isOneWord = stages.length === 0 && (node.op === "literal" || !head.includes(" "));
  const text = isOneWord ? head : `(${join({ head, stages })})`;
  return node.op === "path" && node.type === "integer" && wholeNumber ? `(int64 ${text})` : text;
}

function printf(node: Extract<Node, { op: "concat" }>, scope: Scope): string {
  const format = node.parts.map((part) => (typeof part === "string" ? part.replaceAll("%", "%%") : verb(part))).join("");
  const args = node.parts.filter((part) => typeof part !== "string").map((part) => argument(part, scope, true));
  return ["printf", goString(format), ...args].join(" ");
}

function verb(node: Node): string {
  if (node.type === "integer") return "%d";
  if (node.type === "boolean") return "%t";
  if (node.type === "string") return "%s";
  throw new ChartError(
    `${describe(node)} has the type ${node.type}, which cannot stand inside a string${node.type === "number" ? ': give its schema the type "integer"' : ""}`,
  );
}

function include(node: Extract<Node, { op: "include" }>, scope: Scope): string {
  if (node.subchart !== undefined) {
    return `include ${goString(`${node.subchart}.${node.template.name}`)} ${scope.dot === "root" ? "" : "$"}.Subcharts.${node.subchart}`;
  }
  scope.templates.add(node.template);
  const dot = node.argument === undefined ? rootOf(scope) : argument(node.argument, scope);
  return `include ${goString(`${scope.chart}.${node.template.name}`)} ${dot}`;
}

function path(node: Extract<Node, { op: "path" }>, scope: Scope): string {
  const base = typeof node.root === "string" ? rootPath(node.root, scope) : variable(node.root, scope);
  if (node.keys.length === 0) return base;
  const odd = node.keys.findIndex((key) => !/^[A-Za-z_]\w*$/.test(key));
  const words = odd === -1 ? node.keys : node.keys.slice(0, odd);
  const dotted = words.length === 0 ? base : `${base === "." ? "" : base}.${words.join(".")}`;
  return odd === -1 ? dotted : `index ${dotted} ${node.keys.slice(odd).map(goString).join(" ")}`;
}

function variable(bound: Variable, scope: Scope): string {
  if (scope.dot === bound) return ".";
  const name = scope.names.get(bound);
  if (name === undefined) scope.nameless.add(bound);
  return name ?? `$${bound.hint}`;
}

function rootPath(root: string, scope: Scope): string {
  return `${rootOf(scope) === "." ? "" : "$"}.${root}`;
}

function rootOf(scope: Scope): "." | "$" {
  if (!scope.hasRoot) throw new ChartError("a named template with a parameter sees nothing but its argument");
  return scope.dot === "root" ? "." : "$";
}

function scalarStages(node: Node): readonly string[] {
  if (node.type === "string") return ["quote"];
  if (node.type === "scalar") return ["toJson"];
  if (node.type === "integer" && node.op === "path") return ["int64"];
  return [];
}

function join({ head, stages }: Pipeline): string {
  return [head, ...stages].join(" | ");
}

function isPlainList(node: Node): boolean {
  const items = itemSchemaOf(node);
  return node.type === "array" && items !== undefined && isPlain(items);
}

function isPlainBody(body: unknown): boolean {
  const parts = leaves(body);
  return parts.length > 0 && parts.every(isPlainText);
}

function leaves(body: unknown): Node[] {
  if (typeof body === "string") return [{ op: "literal", value: body, type: "string" }];
  const node = nodeOf(body);
  if (node !== undefined) return [node];
  const inner = blockOf(body);
  if (inner?.kind === "if" || inner?.kind === "with")
    return [...leaves(inner.body), ...(inner.otherwise === undefined ? [] : leaves(inner.otherwise))];
  return [];
}
