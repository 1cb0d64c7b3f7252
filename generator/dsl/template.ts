import { blockOf, nodeOf, type Template } from "./expr.ts";
import { goText, type Scope } from "./go.ts";
import { printLines } from "./print-lines.ts";
import { printBlock } from "./print-block.ts";
import { printDocument, printMap } from "./print.ts";

/** A printed file of a chart, and the named templates it uses (defined by {@link printDefinitions}). */
export interface Printed {
  readonly text: string;
  readonly templates: ReadonlySet<Template>;
}

/**
 * A file of `templates/`: one or several documents. A document that is there under a condition starts with that condition,
 * so that Helm sees an empty file otherwise.
 */
export function printTemplate(chart: string, documents: readonly unknown[]): Printed {
  const scope = rootScope(chart);
  const lines = documents.flatMap((document, index) => printDocument(document, index > 0, scope));
  return { text: lines.join("\n") + "\n", templates: scope.templates };
}

/** NOTES.txt: plain text with values in it. */
export function printText(chart: string, list: readonly unknown[]): Printed {
  const scope = rootScope(chart);
  return { text: printLines(list, 0, scope).join("\n") + "\n", templates: scope.templates };
}

/** `_helpers.tpl`: the definitions of the given named templates and of those they use, in order of their names. */
export function printDefinitions(chart: string, templates: Iterable<Template>): string {
  const bodies = new Map<Template, string>();
  const queue = [...templates];
  for (let template = queue.pop(); template !== undefined; template = queue.pop()) {
    if (bodies.has(template)) continue;
    const scope: Scope =
      template.parameter === undefined ? rootScope(chart) : { ...rootScope(chart), dot: template.parameter, hasRoot: false };
    bodies.set(template, definition(template, scope));
    queue.push(...scope.templates);
  }
  const names = new Map<string, Template>();
  for (const template of bodies.keys()) {
    const known = names.get(template.name);
    if (known !== undefined) throw new TypeError(`two named templates of chart ${chart} are called ${template.name}`);
    names.set(template.name, template);
  }
  const sorted = [...bodies].toSorted(([a], [b]) => (a.name < b.name ? -1 : 1));
  return sorted.map(([, text]) => text).join("\n");
}

// ── internal ────────────────────────────────────────────────────────────────

function rootScope(chart: string): Scope {
  return { chart, dot: "root", hasRoot: true, known: new Set(), names: new Map(), nameless: new Set(), templates: new Set() };
}

function definition(template: Template, scope: Scope): string {
  const body = template.type === "object" ? printMap(template.body, 0, scope) : textLines(template.body, scope);
  return [`{{/*`, template.description, `*/}}`, `{{- define "${scope.chart}.${template.name}" -}}`, ...body, "{{- end }}", ""].join("\n");
}

function textLines(body: unknown, scope: Scope): string[] {
  const node = nodeOf(body);
  if (node !== undefined) return [`{{- ${goText(node, scope)} }}`];
  const inner = blockOf(body);
  if (inner === undefined) return [`{{- ${JSON.stringify(body)} }}`];
  return printBlock(inner, 0, scope, textLines);
}
