import type { JobName } from "../metrics.ts";
import { panelModel } from "./model.ts";
import type { Panel } from "./panels.ts";

/** A list to choose from above the dashboard, filled from the values of a label. */
export interface Variable {
  readonly name: string;
  readonly label: string;
  /** Metric, with a selector if need be, whose values of `of` are offered. */
  readonly from: string;
  readonly of: string;
  /** Several at once, and all of them; otherwise one. */
  readonly several?: boolean;
}

/** A list of fixed values, several of which may be chosen. */
export interface Choice {
  readonly name: string;
  readonly label: string;
  readonly values: readonly string[];
}

/** Free text. */
export interface TextBox {
  readonly name: string;
  readonly label: string;
  readonly text: true;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  /** Part of the dashboard's address, for ever. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly folder: string;
  /** The scrape job without which it would be empty; it is rendered only with it. */
  readonly component: JobName;
  /** Whether it asks Loki, too. */
  readonly variables: readonly (Variable | Choice | TextBox)[];
  readonly rows: readonly Row[];
}

/** The JSON that Grafana provisions: schema v1, which every Grafana from 10 on reads, without what is a default there. */
export function dashboardModel({ uid, title, description, variables, rows }: Dashboard): object {
  const panels: object[] = [];
  let top = 0;
  for (const [index, row] of rows.entries()) {
    panels.push({
      id: panels.length + 1,
      type: "row",
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y: top, w: 24, h: 1 },
    });
    top += 1;
    const { placed, height } = place(row.panels);
    for (const { panel, x, y } of placed) {
      const gridPos = { x, y: top + y, w: panel.width, h: panel.height };
      panels.push({ id: panels.length + 1, ...panelModel(panel), gridPos });
    }
    if (height === 0) throw new Error(`dashboard ${uid}: row ${index + 1} (${row.title}) has no panels`);
    top += height;
  }
  return {
    uid,
    title,
    description,
    tags: ["xpeditis"],
    schemaVersion: 41,
    editable: false,
    graphTooltip: 1,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    timezone: "browser",
    links: [{ type: "dashboards", title: "Dashboards", tags: ["xpeditis"], asDropdown: true, includeVars: true, keepTime: true }],
    templating: { list: [dataSource("prometheus", "Prometheus"), dataSource("loki", "Loki"), ...variables.map(variableModel)] },
    annotations: { list: [rolloutMarks] },
    panels,
  };
}

/** From left to right, and on below when the 24 columns are full. */
function place(panels: readonly Panel[]) {
  const placed: { panel: Panel; x: number; y: number }[] = [];
  let [x, y, lineHeight] = [0, 0, 0];
  for (const panel of panels) {
    if (x + panel.width > 24) [x, y, lineHeight] = [0, y + lineHeight, 0];
    placed.push({ panel, x, y });
    x += panel.width;
    lineHeight = Math.max(lineHeight, panel.height);
  }
  return { placed, height: y + lineHeight };
}

/** By type, not by uid: so the dashboards also work in a Grafana that names its data sources otherwise. */
function dataSource(type: string, label: string) {
  return { type: "datasource", name: type, label, query: type, hide: 0, current: {}, refresh: 1 };
}

function variableModel(variable: Variable | Choice | TextBox) {
  const { name, label } = variable;
  if ("text" in variable) return { type: "textbox", name, label, query: "", current: { text: "", value: "" } };
  if ("values" in variable) {
    const options = variable.values.map((value) => ({ text: value, value, selected: false }));
    return {
      type: "custom",
      name,
      label,
      query: variable.values.join(","),
      options,
      multi: true,
      includeAll: true,
      allValue: ".*",
      current: all,
    };
  }
  const query = `label_values(${variable.from}, ${variable.of})`;
  const several = variable.several ?? false;
  return {
    type: "query",
    name,
    label,
    datasource: { type: "prometheus", uid: "${prometheus}" },
    query: { query, refId: "Variable" },
    definition: query,
    refresh: 2,
    sort: 1,
    multi: several,
    includeAll: several,
    ...(several ? { allValue: ".+", current: all } : {}),
  };
}

const all = { text: "All", value: "$__all" };

/** Most changes for the worse follow a rollout. */
export const rolloutMarks = {
  name: "Rollouts",
  datasource: { type: "prometheus", uid: "${prometheus}" },
  enable: true,
  iconColor: "blue",
  expr: `changes(kube_deployment_status_observed_generation{deployment=~"(.+-)?(backend|frontend)"}[2m]) > 0`,
  step: "1m",
  titleFormat: "Rollout of {{deployment}}",
};
