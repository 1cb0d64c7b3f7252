import type { Block, Guard, Line, Tpl } from "../dsl/index.ts";
import type { Required } from "../kubernetes/required.ts";
import type { global } from "../../schemas/global.ts";
import type { JsonSchema, ObjectSchema } from "../values/json-schema.ts";

/**
 * A chart: its values' schema and what it renders. Everything in its folder (Chart.yaml, values.yaml with comments, schema,
 * README, templates) follows from this.
 */
export interface Chart {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly schema: ChartSchema;
  /** File name below `templates/`, without `.yaml` → the documents in it: manifests or blocks around manifests. */
  readonly templates: Readonly<Record<string, readonly unknown[]>>;
  /**
   * Files that templates read with `file`, by path below the chart's folder (`files/…`), and that nobody renders: dashboards,
   * alerting rules. Helm gives a chart only its own.
   */
  readonly files?: Readonly<Record<string, string>>;
  /** Refusals of values that cannot be right together; tested first, in this order. */
  readonly guards: readonly Guard[];
  /** NOTES.txt: what is there now, what is missing, and the next command. */
  readonly notes: readonly Line[];
  /** Objects that others have to create first, under the condition that they are needed: the checks count on them. */
  readonly requires: readonly (Tpl<Required> | Block<Tpl<Required>>)[];
  /** Introduction of the README, in Markdown. */
  readonly readme: string;
  /** Charts inside this one. Each is switched by `<name>.enabled`. */
  readonly subcharts: readonly Chart[];
}

/** The values that every chart has: what names, labels and metadata are made from. */
export type ChartSchema = ObjectSchema & {
  readonly properties: { readonly global: typeof global; readonly fullnameOverride: JsonSchema; readonly extraObjects: JsonSchema };
};

/** The charts of a tree with their folders below the root's, parents first. */
export function chartTree(chart: Chart, folder = ""): (readonly [folder: string, chart: Chart])[] {
  return [[folder, chart], ...chart.subcharts.flatMap((subchart) => chartTree(subchart, `${folder}charts/${subchart.name}/`))];
}
