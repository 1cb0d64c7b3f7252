import type { LogVolume, Logs, Panel, Query, Stat, Table, Thresholds, TimeSeries } from "./panels.ts";

const prometheus = { type: "prometheus", uid: "${prometheus}" } as const;
const loki = { type: "loki", uid: "${loki}" } as const;

/** A panel as Grafana stores it, but for its number and place. */
export function panelModel(panel: Panel): object {
  const { title, description } = panel;
  return { title, ...(description === undefined ? {} : { description }), ...body(panel) };
}

function body(panel: Panel): object {
  switch (panel.kind) {
    case "timeseries":
      return timeSeries(panel);
    case "stat":
      return stat(panel);
    case "table":
      return tableModel(panel);
    case "logs":
      return logsModel(panel);
    case "logvolume":
      return logVolumeModel(panel);
  }
}

function timeSeries({ queries, unit, stacked = false, max, thresholds }: TimeSeries) {
  return {
    type: "timeseries",
    datasource: prometheus,
    targets: queries.map(metricTarget),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(max === undefined ? {} : { max }),
        custom: {
          fillOpacity: stacked ? 40 : 10,
          showPoints: "never",
          ...(stacked ? { stacking: { mode: "normal" } } : {}),
          ...(thresholds === undefined ? {} : { thresholdsStyle: { mode: "dashed" } }),
        },
        ...(thresholds === undefined ? {} : { thresholds: steps(thresholds) }),
      },
      overrides: [],
    },
    options: { tooltip: { mode: "multi", sort: "desc" } },
  };
}

function stat({ queries, unit, decimals, thresholds, noValue }: Stat) {
  return {
    type: "stat",
    datasource: prometheus,
    targets: queries.map(metricTarget),
    fieldConfig: {
      defaults: {
        unit,
        ...(decimals === undefined ? {} : { decimals }),
        ...(noValue === undefined ? {} : { noValue }),
        thresholds: steps(thresholds ?? [["blue", null]]),
      },
      overrides: [],
    },
    options: { colorMode: "value", graphMode: "none", reduceOptions: { calcs: ["lastNotNull"] }, textMode: "value" },
  };
}

function tableModel({ queries, columns, links = {} }: Table) {
  const targets = queries.map((query, index) => ({ ...metricTarget(query, index), format: "table" }));
  // With one query Grafana calls the column "Value", with several "Value #A" and so on.
  const field = (name: string) => (queries.length === 1 && name === "Value #A" ? "Value" : name);
  const names = Object.keys(columns);
  const overrides = names.map((name) => {
    const column = columns[name] ?? name;
    const link = links[name];
    return {
      matcher: { id: "byName", options: typeof column === "string" ? column : column.title },
      properties: [
        ...(typeof column === "string" ? [] : [{ id: "unit", value: column.unit }]),
        ...(typeof column === "string" || column.thresholds === undefined
          ? []
          : [
              { id: "thresholds", value: steps(column.thresholds) },
              { id: "custom.cellOptions", value: { type: "color-text" } },
            ]),
        ...(link === undefined ? [] : [{ id: "links", value: [{ title: "Show", url: link }] }]),
      ],
    };
  });
  return {
    type: "table",
    datasource: prometheus,
    targets,
    fieldConfig: { defaults: {}, overrides: overrides.filter(({ properties }) => properties.length > 0) },
    options: { showHeader: true, cellHeight: "sm" },
    transformations: [
      ...(queries.length > 1 ? [{ id: "merge", options: {} }] : []),
      {
        id: "organize",
        options: {
          includeByName: Object.fromEntries(names.map((name) => [field(name), true])),
          indexByName: Object.fromEntries(names.map((name, index) => [field(name), index])),
          renameByName: Object.fromEntries(
            names.map((name) => {
              const column = columns[name] ?? name;
              return [field(name), typeof column === "string" ? column : column.title];
            }),
          ),
        },
      },
    ],
  };
}

function logsModel({ queries }: Logs) {
  return {
    type: "logs",
    datasource: loki,
    targets: queries.map(logTarget),
    options: { showTime: true, wrapLogMessage: true, enableLogDetails: true, sortOrder: "Descending", dedupStrategy: "none" },
  };
}

function logVolumeModel({ queries }: LogVolume) {
  const colours = { error: "red", fatal: "purple", critical: "purple", warn: "yellow", info: "green", debug: "blue", unknown: "gray" };
  return {
    type: "timeseries",
    datasource: loki,
    targets: queries.map(logTarget),
    fieldConfig: {
      defaults: { unit: "short", min: 0, custom: { drawStyle: "bars", fillOpacity: 80, lineWidth: 0, stacking: { mode: "normal" } } },
      overrides: Object.entries(colours).map(([level, fixedColor]) => ({
        matcher: { id: "byName", options: level },
        properties: [{ id: "color", value: { mode: "fixed", fixedColor } }],
      })),
    },
    options: { tooltip: { mode: "multi", sort: "desc" } },
  };
}

function metricTarget({ expr, legend, instant = false }: Query, index: number) {
  return {
    refId: refId(index),
    expr,
    ...(legend === undefined ? {} : { legendFormat: legend }),
    ...(instant ? { instant: true, range: false } : {}),
  };
}

function logTarget({ expr, legend }: Query, index: number) {
  return { refId: refId(index), expr, queryType: "range", ...(legend === undefined || legend === "" ? {} : { legendFormat: legend }) };
}

function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

function steps(thresholds: Thresholds) {
  return { mode: "absolute", steps: thresholds.map(([color, value]) => ({ color, value })) };
}
