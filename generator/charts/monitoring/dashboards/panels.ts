/** Units of Grafana that the dashboards use. */
export type Unit =
  | "short"
  | "none"
  | "percent"
  | "percentunit"
  | "bytes"
  | "Bps"
  | "s"
  | "reqps"
  | "ops"
  | "cps"
  | "dateTimeFromNow"
  | "bool_on_off";

export interface Query {
  readonly expr: string;
  /** Name of a series; may name labels as `{{pod}}`. */
  readonly legend?: string;
  /** Only the present value, as a table or a number shows it. */
  readonly instant?: boolean;
}

interface Base {
  readonly title: string;
  /** What a reader of the panel must know to judge it. */
  readonly description?: string;
  readonly queries: readonly Query[];
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
}

/** Colours from these values on; the first is for everything below. */
export type Thresholds = readonly (readonly [colour: "green" | "yellow" | "orange" | "red" | "blue", from: number | null])[];

export interface TimeSeries extends Base {
  readonly kind: "timeseries";
  readonly unit: Unit;
  readonly stacked?: boolean;
  readonly max?: number;
  readonly thresholds?: Thresholds;
}

export interface Stat extends Base {
  readonly kind: "stat";
  readonly unit: Unit;
  readonly decimals?: number;
  readonly thresholds?: Thresholds;
  /** Instead of Grafana's "No data", which looks like a fault where nothing is what one hopes for. */
  readonly noValue?: string;
}

export interface Table extends Base {
  readonly kind: "table";
  /** Label, or `Value #A`, … of the queries in order → heading, and unit if it is a number; what is not named is left out. */
  readonly columns: Readonly<Record<string, string | { readonly title: string; readonly unit: Unit; readonly thresholds?: Thresholds }>>;
  /** Label → address of a dashboard, in which `${__value.raw}` is the label's value. */
  readonly links?: Readonly<Record<string, string>>;
}

/** Log lines, from Loki. */
export interface Logs extends Base {
  readonly kind: "logs";
}

/** Counts of log lines, from Loki. */
export interface LogVolume extends Base {
  readonly kind: "logvolume";
}

export type Panel = TimeSeries | Stat | Table | Logs | LogVolume;

const queriesOf = (query: string | readonly Query[], legend = ""): readonly Query[] =>
  typeof query === "string" ? [{ expr: query, legend }] : query;

/** A curve per series, a third of the width unless told. */
export function curves(
  title: string,
  unit: Unit,
  queries: readonly Query[],
  options: Partial<Omit<TimeSeries, "kind" | "title" | "unit" | "queries">> = {},
): TimeSeries {
  return { kind: "timeseries", title, unit, queries, width: 8, height: 7, ...options };
}

/** One number. */
export function number(
  title: string,
  unit: Unit,
  expr: string,
  options: Partial<Omit<Stat, "kind" | "title" | "unit" | "queries">> = {},
): Stat {
  return { kind: "stat", title, unit, queries: [{ expr, instant: true }], width: 4, height: 4, ...options };
}

/** Rows of labels and present values. */
export function table(
  title: string,
  queries: readonly string[],
  columns: Table["columns"],
  options: Partial<Omit<Table, "kind" | "title" | "columns" | "queries">> = {},
): Table {
  return { kind: "table", title, queries: queries.map((expr) => ({ expr, instant: true })), columns, width: 12, height: 8, ...options };
}

/** Log lines, newest first, over the whole width. */
export function logs(title: string, expr: string, options: Partial<Pick<Logs, "description" | "width" | "height">> = {}): Logs {
  return { kind: "logs", title, queries: queriesOf(expr), width: 24, height: 10, ...options };
}

/** Bars of log lines counted. */
export function logVolume(
  title: string,
  expr: string,
  legend: string,
  options: Partial<Pick<Logs, "description" | "width" | "height">> = {},
): LogVolume {
  return { kind: "logvolume", title, queries: queriesOf(expr, legend), width: 24, height: 6, ...options };
}
