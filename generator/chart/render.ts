import type { KubernetesObject, RenderedManifest } from "../check/manifest.ts";
import { evaluateTemplate, evaluateText, type Context } from "../dsl/index.ts";
import { release } from "../release.ts";
import { coalesceValues, type ChartValues } from "../values/coalesce.ts";
import { defaultsOf, type Values } from "../values/defaults.ts";
import type { Required } from "../kubernetes/required.ts";
import type { Chart } from "./chart.ts";

/** For whom a chart is rendered: what `helm template` takes as arguments. */
export interface Installation {
  readonly name: string;
  readonly namespace: string;
  /** As `1.36` or `v1.36.3+k3s1`. */
  readonly kubeVersion: string;
}

/** What a chart renders to. */
export interface Rendered {
  readonly manifests: readonly RenderedManifest[];
  readonly notes: string;
  /** What has to be there already. */
  readonly requires: readonly Required[];
}

/**
 * Renders a chart in-process: the same objects as `helm template`, without Helm. Throws a Refusal where a guard refuses.
 * Assumes values that the schemas allow.
 */
export function renderChart(chart: Chart, user: Values, installation: Installation): Rendered {
  const context = chartContext(chart, user, installation);
  const scopes = enabledScopes(chart, context, "");
  // Helm renders the deepest charts first, the last by name before the others: so the same refusal of several is told.
  for (const [, { guards }, scope] of scopes.toReversed()) evaluateTemplate(guards, scope);
  const manifests = scopes.flatMap(([folder, { name, templates }, scope]) =>
    Object.entries(templates).flatMap(([file, documents]) =>
      evaluateTemplate(documents, scope).map((object): RenderedManifest => ({
        chart: name,
        template: `${folder}templates/${file}.yaml`,
        object: object as KubernetesObject,
      })),
    ),
  );
  const required = scopes.flatMap(([, chartInScope, scope]) => evaluateTemplate(chartInScope.requires, scope) as Required[]);
  return { manifests, requires: missingOf(required, manifests), notes: chart.notes.length === 0 ? "" : evaluateText(chart.notes, context) };
}

/** What a chart's templates see. */
export function chartContext(chart: Chart, user: Values, installation: Installation): Context {
  return contextOf(chart, coalesceValues(chartValues(chart), user), installation);
}

/** What the merge of values needs to know of a chart. */
export function chartValues(chart: Chart): ChartValues {
  const known = valuesOfCharts.get(chart);
  if (known !== undefined) return known;
  const values = {
    name: chart.name,
    defaults: defaultsOf(chart.schema),
    subcharts: chart.subcharts.map((subchart) => ({ chart: chartValues(subchart), condition: `${subchart.name}.enabled` })),
  };
  valuesOfCharts.set(chart, values);
  return values;
}

// Defaults follow from the schema, which never changes.
const valuesOfCharts = new WeakMap<Chart, ChartValues>();

// ── internal ────────────────────────────────────────────────────────────────

/** What is required and not of the release itself: one chart's Secret may be another's requirement. Each once. */
function missingOf(required: readonly Required[], manifests: readonly RenderedManifest[]): Required[] {
  const rendered = manifests
    .filter(({ object }) => object.kind === "Secret" || object.kind === "ExternalSecret")
    .map(({ object }) => object.metadata.name);
  const names = new Set(required.map(({ name }) => name).filter((name) => !rendered.includes(name)));
  return [...names].map((name) => ({ kind: "Secret", name }));
}

function contextOf(chart: Chart, values: Values, installation: Installation): Context {
  const subcharts = chart.subcharts.flatMap((subchart) => {
    const below = values[subchart.name] as Values | undefined;
    // As Helm does: only an explicit false switches a chart off.
    return below === undefined || below["enabled"] === false ? [] : [[subchart.name, contextOf(subchart, below, installation)] as const];
  });
  return {
    Values: values,
    Release: { Name: installation.name, Namespace: installation.namespace, Service: "Helm" },
    Chart: { Name: chart.name, Version: release.chart, AppVersion: release.app },
    Capabilities: { kubeVersion: installation.kubeVersion },
    Files: chart.files ?? {},
    Subcharts: Object.fromEntries(subcharts),
  };
}

function enabledScopes(chart: Chart, context: Context, folder: string): (readonly [folder: string, Chart, Context])[] {
  const below = chart.subcharts.flatMap((subchart) => {
    const scope = context.Subcharts[subchart.name];
    return scope === undefined ? [] : enabledScopes(subchart, scope, `${folder}charts/${subchart.name}/`);
  });
  return [[folder, chart, context], ...below];
}
