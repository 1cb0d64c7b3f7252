/** A throw-away chart from a schema and trees: what it prints, what it evaluates to, and what the real Helm renders from it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";

import { evaluateTemplate, printDefinitions, printTemplate, Refusal, type Context } from "../../generator/dsl/index.ts";
import { coalesceValues } from "../../generator/values/coalesce.ts";
import { defaultsOf, type Values } from "../../generator/values/defaults.ts";
import { emitSchema } from "../../generator/values/emit-schema.ts";
import type { ObjectSchema } from "../../generator/values/json-schema.ts";
import { helmMajors, kubeVersion, template } from "../helm/client.ts";

/** Trees by the name of their template; each is the `spec` of an object of that name. */
export type Trees = Readonly<Record<string, unknown>>;

/** What a chart renders to, by name; or why it does not. */
export type Outcome = { readonly specs: Readonly<Record<string, unknown>> } | { readonly refusal: string };

const files: Readonly<Record<string, string>> = { "files/rules.yaml": "rules:\n  - '{{ $labels.pod }}' # \"quoted\"\n" };

/** The printed text of a document, and of the named templates it uses. */
export function print(...documents: readonly unknown[]): string {
  const { text, templates } = printTemplate("probe", documents);
  return [text, ...(templates.size === 0 ? [] : [printDefinitions("probe", templates)])].join("\n");
}

/** The rules of one theme: each tree is printed where it stands, and all are compared with the real Helm at the end. */
export function rules(): { readonly trees: Record<string, unknown>; readonly printed: (name: string, tree: unknown) => string } {
  const trees: Record<string, unknown> = {};
  const printed = (name: string, tree: unknown): string => {
    trees[name] = tree;
    return print({ spec: tree }).trimEnd();
  };
  return { trees, printed };
}

/** What the trees evaluate to in-process. */
export function evaluated(schema: ObjectSchema, trees: Trees, values: Values = {}): Outcome {
  try {
    const context = contextOf(schema, values);
    return byName(Object.entries(trees).flatMap(([name, tree]) => evaluateTemplate([wrapped(name, tree)], context)));
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}

/** Writes the chart into a temporary folder, which is removed when disposed of (`await using`). */
export async function chartOf(schema: ObjectSchema, trees: Trees): Promise<{ readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "probe-"));
  await mkdir(join(folder, "templates"));
  await mkdir(join(folder, "files"));
  const put = (path: string, text: string) => writeFile(join(folder, path), text);
  await put("Chart.yaml", "apiVersion: v2\nname: probe\nversion: 1.2.3\nappVersion: 4.5.6\n");
  await put("values.yaml", JSON.stringify(defaultsOf(schema)));
  await put("values.schema.json", JSON.stringify(emitSchema(schema, { root: "umbrella" })));
  for (const [path, text] of Object.entries(files)) await put(path, text);
  const prints = Object.entries(trees).map(([name, tree]) => [name, printTemplate("probe", [wrapped(name, tree)])] as const);
  for (const [name, { text }] of prints) await put(`templates/${name}.yaml`, text);
  await put("templates/_helpers.tpl", printDefinitions("probe", new Set(prints.flatMap(([, { templates }]) => [...templates]))));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** What Helm renders from a chart's folder. A refusal by the chart is its sentence alone, any other Helm's whole message. */
export async function rendered(major: 3 | 4, folder: string, values: Values = {}): Promise<Outcome> {
  const rendering = await template(major, folder, { values });
  if (rendering.ok) return byName(rendering.documents);
  const sentence = /^Error: execution error at \([^)]*\): ([\s\S]*?)\n\nUse --debug/m.exec(rendering.refusal)?.[1];
  return { refusal: sentence ?? rendering.refusal.trim() };
}

/**
 * Both lines of Helm render exactly what the trees evaluate to, with each of the sets of values. On a difference the message
 * holds both objects and the template.
 */
export async function expectEqualInHelm(schema: ObjectSchema, trees: Trees, sets: readonly Values[] = [{}]): Promise<Outcome[]> {
  await using chart = await chartOf(schema, trees);
  const outcomes: Outcome[] = [];
  for (const values of sets) {
    const ours = evaluated(schema, trees, values);
    outcomes.push(ours);
    const theirs = await Promise.all(helmMajors.map((major) => rendered(major, chart.folder, values)));
    for (const [index, their] of theirs.entries()) {
      if ("specs" in ours && "specs" in their) {
        for (const name of new Set([...Object.keys(ours.specs), ...Object.keys(their.specs)])) {
          const text = printTemplate("probe", [wrapped(name, trees[name])]).text;
          expect(ours.specs[name], `helm ${helmMajors[index]}, values ${JSON.stringify(values).slice(0, 500)}, template:\n${text}`).toEqual(
            their.specs[name],
          );
        }
      } else expect(ours, `helm ${helmMajors[index]}, values ${JSON.stringify(values).slice(0, 500)}`).toEqual(their);
    }
  }
  return outcomes;
}

// ── internal ────────────────────────────────────────────────────────────────

/** Not last in its file: there a text that ends in empty lines takes the file's along, whoever writes the template. */
function wrapped(name: string, spec: unknown): unknown {
  return { apiVersion: "test/v1", kind: "Probe", spec, metadata: { name } };
}

function contextOf(schema: ObjectSchema, values: Values): Context {
  return {
    Values: coalesceValues({ name: "probe", defaults: defaultsOf(schema), subcharts: [] }, values),
    Release: { Name: "release", Namespace: "default", Service: "Helm" },
    Chart: { Name: "probe", Version: "1.2.3", AppVersion: "4.5.6" },
    Capabilities: { kubeVersion },
    Files: files,
    Subcharts: {},
  };
}

function byName(objects: readonly unknown[]): Outcome {
  return {
    specs: Object.fromEntries(
      (objects as { metadata: { name: string }; spec?: unknown }[]).map(({ metadata, spec }) => [metadata.name, spec]),
    ),
  };
}
