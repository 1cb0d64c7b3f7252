import { ChartError } from "../problem.ts";
import { isMap } from "./defaults.ts";
import type { Values } from "./defaults.ts";

/** What Helm's merge needs to know of a chart: its `values.yaml` and the charts below it, in the order of Chart.yaml. */
export interface ChartValues {
  readonly name: string;
  readonly defaults: Values;
  readonly subcharts: readonly Subchart[];
}

export interface Subchart {
  readonly chart: ChartValues;
  /** Paths in the parent's values, comma-separated; the first that holds a boolean decides. */
  readonly condition?: string;
}

/** Several `-f` files as one: maps merge, anything else is replaced by the later file, nulls stay. */
export function mergeFiles(files: readonly Values[]): Values {
  return files.reduce((below, above) => mergeMaps(below, above), {});
}

/**
 * The values that templates see when Helm installs `chart` with the user's values (all `-f` files merged): `.Values` of the
 * root, with the `.Values` of each enabled subchart under its name.
 *
 * Follows Helm 4.2 (pkg/chart/common/util/coalesce.go, pkg/chart/v2/util/dependencies.go) to the letter, its oddities
 * included: nested globals of a subchart leak into its parent. Other versions differ in nulls only (their coalesce.go
 * compared): 3.20 and 4.0 also drop a user's null below the first level where no default has the key, and before 4.2 nulls
 * of `values.yaml` were kept; the generator writes none.
 *
 * @throws ChartError if the values of a subchart are not a map.
 */
export function coalesceValues(chart: ChartValues, user: Values): Values {
  const enabled = withoutDisabled(chart, copy(user), "");
  const known = imported.get(chart) ?? new Map<string, ChartValues>();
  imported.set(chart, known);
  const key = subchartPaths(enabled).join();
  const whole = known.get(key) ?? importDefaults(enabled);
  known.set(key, whole);
  return coalesce(whole, copy(user), false);
}

/** Charts with their subcharts' defaults, by which of those are on: that alone decides, and it is most of the work. */
const imported = new WeakMap<ChartValues, Map<string, ChartValues>>();

/** Names of the subcharts that these values enable, in the order of Chart.yaml; one below another as `parent.child`. */
export function enabledSubcharts(chart: ChartValues, user: Values): string[] {
  return subchartPaths(withoutDisabled(chart, copy(user), ""));
}

/** Go's maps are changed in place, and several tables may hold the same one: so are these. */
type Table = Record<string, unknown>;

function mergeMaps(below: Values, above: Values): Values {
  const merged: Table = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = isMap(value) && isMap(under) ? mergeMaps(under, value) : value;
  }
  return merged;
}

function subchartPaths(chart: ChartValues): string[] {
  return chart.subcharts.flatMap(({ chart: below }) => [below.name, ...subchartPaths(below).map((path) => `${below.name}.${path}`)]);
}

/** `processDependencyEnabled`: conditions are looked up in the coalesced values of the whole tree. */
function withoutDisabled(chart: ChartValues, values: Table, path: string): ChartValues {
  if (chart.subcharts.length === 0) return chart;
  const coalesced = coalesce(chart, copy(values), false);
  const enabled = chart.subcharts.filter(({ condition }) => conditionHolds(condition, coalesced, path));
  return {
    ...chart,
    subcharts: enabled.map(({ chart: below }) => ({ chart: withoutDisabled(below, coalesced, `${path}${below.name}.`) })),
  };
}

function conditionHolds(condition: string | undefined, values: Table, path: string): boolean {
  const found = condition
    ?.split(",")
    .map((part) => valueAt(values, `${path}${part}`))
    .find((value) => typeof value === "boolean");
  return found !== false;
}

function valueAt(values: Table, path: string): unknown {
  return path.split(".").reduce<unknown>((table, key) => (isMap(table) ? table[key] : undefined), values);
}

/** `processImportValues`: a chart with enabled subcharts takes their defaults into its own, nulls included. */
function importDefaults(chart: ChartValues): ChartValues {
  if (chart.subcharts.length === 0) return chart;
  const whole = { ...chart, subcharts: chart.subcharts.map(({ chart: below }) => ({ chart: importDefaults(below) })) };
  return { ...whole, defaults: copy(coalesce(whole, {}, true)) };
}

/** `keepNulls` is Helm's `merge` mode. Changes and returns `values`. */
function coalesce(chart: ChartValues, values: Table, keepNulls: boolean): Table {
  coalesceDefaults(chart, values, keepNulls);
  for (const { chart: below } of chart.subcharts) {
    const slice = Object.hasOwn(values, below.name) ? values[below.name] : {};
    if (!isTable(slice))
      throw new ChartError(`${below.name}: is ${JSON.stringify(slice)}, must be a map: it holds the values of the subchart ${below.name}`);
    pushGlobals(slice, values);
    values[below.name] = coalesce(below, slice, keepNulls);
  }
  return values;
}

function coalesceDefaults(chart: ChartValues, values: Table, keepNulls: boolean): void {
  for (const [key, stated] of Object.entries(chart.defaults)) {
    const value = values[key];
    if (!Object.hasOwn(values, key)) fill(values, key, stated, keepNulls);
    else if (value === null && !keepNulls) delete values[key];
    else if (isTable(value) && isMap(stated))
      coalesceTables(value, stated, keepNulls || chart.subcharts.some(({ chart: below }) => below.name === key));
  }
}

/** `coalesceTablesFullKey`: fills `over` from `under`; a null over a default deletes both, unless nulls are kept. */
function coalesceTables(over: Table, under: Values, keepNulls: boolean): void {
  for (const [key, stated] of Object.entries(under)) {
    const value = over[key];
    if (!Object.hasOwn(over, key)) fill(over, key, stated, keepNulls);
    else if (value === null && stated !== null && !keepNulls) delete over[key];
    else if (isTable(value) && isMap(stated)) coalesceTables(value, stated, keepNulls);
  }
}

/** Copies, because what is filled in changes later, and the defaults serve again. */
function fill(table: Table, key: string, value: unknown, keepNulls: boolean): void {
  if (keepNulls || value !== null) set(table, key, copied(value, keepNulls));
}

/** `coalesceGlobals`: the parent's globals win; only the first level of their maps is copied. */
function pushGlobals(slice: Table, parent: Table): void {
  const globals = Object.hasOwn(slice, "global") ? slice["global"] : {};
  const shared = Object.hasOwn(parent, "global") ? parent["global"] : {};
  if (!isTable(globals) || !isTable(shared)) return;
  for (const [key, value] of Object.entries(shared)) {
    const own = globals[key];
    if (isTable(value)) {
      if (Object.hasOwn(globals, key) && !isTable(own)) continue;
      const merged = { ...value };
      if (isTable(own)) coalesceTables(merged, own, true);
      globals[key] = merged;
    } else if (!isTable(own)) {
      globals[key] = value;
    }
  }
  slice["global"] = globals;
}

/** A deep copy in which no two places share a map; without nulls, if they are not kept, except in lists. */
function copy(values: Values, keepNulls = true): Table {
  const table: Table = {};
  for (const [key, value] of Object.entries(values)) fill(table, key, value, keepNulls);
  return table;
}

function copied(value: unknown, keepNulls: boolean): unknown {
  if (isMap(value)) return copy(value, keepNulls);
  return Array.isArray(value) ? value.map((item) => copied(item, true)) : value;
}

/** As any other key, `__proto__` is the user's. */
function set(table: Table, key: string, value: unknown): void {
  if (key === "__proto__") Object.defineProperty(table, key, { value, enumerable: true, configurable: true, writable: true });
  else table[key] = value;
}

function isTable(value: unknown): value is Table {
  return isMap(value);
}
