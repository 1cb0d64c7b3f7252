import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import type { Manifest } from "../../helm/client.ts";

/** A query of a panel, as Grafana would send it. */
export interface PanelQuery {
  /** Address of the dashboard, row and panel. */
  readonly panel: string;
  /** Letter of the query in its panel. */
  readonly refId: string;
  readonly source: "prometheus" | "loki";
  readonly expr: string;
  /** Only the present value. */
  readonly instant: boolean;
}

/** A variable whose values are those of a label. */
interface Variable {
  readonly name: string;
  readonly type: string;
  readonly definition?: string;
  readonly includeAll?: boolean;
  readonly allValue?: string;
}

interface Model {
  readonly uid: string;
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly datasource?: { readonly type: PanelQuery["source"] };
    readonly targets?: readonly { readonly refId: string; readonly expr: string; readonly instant?: boolean }[];
  }[];
}

/** The dashboards that are rendered into ConfigMaps. */
function modelsOf(manifests: readonly Manifest[]): Model[] {
  const maps = manifests.filter(({ kind, metadata }) => kind === "ConfigMap" && /-dashboards-/.test(metadata.name)) as IConfigMap[];
  return maps.flatMap(({ data = {} }) => Object.values(data).map((text) => JSON.parse(text) as Model));
}

/**
 * All queries of all rendered dashboards, with their variables filled in as Grafana does when one opens them.
 *
 * @param labelValues values of a label among the series of a metric.
 * @param interval duration that rates are taken over: four scrapes, as Grafana chooses it. A minute is enough where everything is
 *   scraped every second.
 */
export async function panelQueriesOf(
  manifests: readonly Manifest[],
  labelValues: (metric: string, label: string) => Promise<readonly string[]>,
  interval = "1m",
): Promise<readonly PanelQuery[]> {
  const queries: PanelQuery[] = [];
  for (const { uid, panels, templating } of modelsOf(manifests)) {
    const chosen: Record<string, string> = {};
    for (const variable of templating.list)
      chosen[variable.name] = await choiceOf(variable, (text) => fill(text, chosen, interval), labelValues);
    let row = "";
    for (const { title, type, datasource, targets = [] } of panels) {
      if (type === "row") row = title;
      for (const { refId, expr, instant = false } of targets)
        queries.push({
          panel: `${uid} / ${row} / ${title}`,
          refId,
          source: datasource?.type ?? "prometheus",
          expr: fill(expr, chosen, interval),
          instant,
        });
    }
  }
  return queries;
}

/** What is chosen at first: everything where that is offered, else the first value there is. */
async function choiceOf(
  { name, type, definition = "", includeAll = false, allValue = "" }: Variable,
  filled: (text: string) => string,
  labelValues: (metric: string, label: string) => Promise<readonly string[]>,
): Promise<string> {
  if (type !== "query") return includeAll ? allValue : "";
  const [, metric = "", label = ""] = /^label_values\((.+), (\w+)\)$/.exec(filled(definition)) ?? [];
  const [first] = await labelValues(metric, label);
  if (first === undefined) throw new Error(`nothing to choose for ${name}: ${definition} is empty`);
  return includeAll ? allValue : first;
}

function fill(text: string, chosen: Readonly<Record<string, string>>, interval: string): string {
  return text
    .replaceAll(/\$__(rate_interval|interval|range|auto)\b/g, interval)
    .replaceAll(/\$\{?(\w+)\}?/g, (whole, name: string) => chosen[name] ?? whole);
}
