import type { Ajv, DefinedError, ValidateFunction } from "ajv";
import { coalesceValues, enabledSubcharts } from "../values/coalesce.ts";
import type { ChartValues } from "../values/coalesce.ts";
import { defaultsOf, isMap } from "../values/defaults.ts";
import type { Values } from "../values/defaults.ts";
import { emitSchema } from "../values/emit-schema.ts";
import type { ObjectSchema } from "../values/json-schema.ts";
import { pointerTo } from "./values-pointer.ts";
import type { Pointer } from "./values-pointer.ts";

/** A chart as far as its values go. Subcharts stand in the order of Chart.yaml. */
export interface SchemaChart {
  readonly name: string;
  readonly schema: ObjectSchema;
  readonly subcharts: readonly SchemaSubchart[];
}

export interface SchemaSubchart {
  readonly chart: SchemaChart;
  /** Path in the parent's values that switches it, as in Chart.yaml. */
  readonly condition?: string;
}

/** A value that a chart's schema refuses. */
export interface Refusal {
  readonly pointer: Pointer;
  readonly error: DefinedError;
}

/** What the merge needs to know of a chart. */
export function chartValues({ name, schema, subcharts }: SchemaChart): ChartValues {
  return {
    name,
    defaults: defaultsOf(schema),
    subcharts: subcharts.map(({ chart, ...rest }) => ({ ...rest, chart: chartValues(chart) })),
  };
}

/**
 * Everything that the schemas of the chart and of its enabled subcharts refuse, as Helm would: each sees its own share of
 * the coalesced values. `user` holds all `-f` files merged.
 */
export async function refusals(chart: SchemaChart, user: Values): Promise<Refusal[]> {
  const { Ajv } = await import("ajv"); // takes 25 ms, so only now
  const charts = chartValues(chart);
  const values = coalesceValues(charts, user);
  return ["", ...enabledSubcharts(charts, user)].flatMap((path) => {
    const steps = path === "" ? [] : path.split(".");
    const validate = validatorOf(steps.reduce(subchartOf, chart), Ajv);
    validate(steps.reduce<unknown>((share, name) => (isMap(share) ? share[name] : undefined), values));
    const base = steps.reduce(pointerTo, "");
    return sayingOnce((validate.errors ?? []) as DefinedError[]).map((error) => ({ pointer: base + pointerOf(error), error }));
  });
}

function subchartOf({ name, subcharts }: SchemaChart, below: string): SchemaChart {
  const found = subcharts.find(({ chart }) => chart.name === below);
  if (found === undefined) throw new Error(`${name} has no subchart ${below}`);
  return found.chart;
}

const validators = new WeakMap<SchemaChart, ValidateFunction>();

/** Compiles the schema that ships with the chart, once: 40 ms for a hundred values. */
function validatorOf(chart: SchemaChart, AjvClass: typeof Ajv): ValidateFunction {
  const known = validators.get(chart);
  if (known !== undefined) return known;
  const subcharts = chart.subcharts.map((subchart) => subchart.chart.name);
  const schema = emitSchema(chart.schema, { root: subcharts.length > 0 ? "umbrella" : "subchart", subcharts });
  // unoptimized code compiles in a third of the time and runs a few times only; that the schema is one is proven by tests
  const validate = new AjvClass({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    validateFormats: false,
    validateSchema: false,
    code: { optimize: false },
  }).compile(schema);
  validators.set(chart, validate);
  return validate;
}

/** ajv reports a wrong type and what follows from it, and a bad name and why it is bad: the first tells enough. */
function sayingOnce(errors: readonly DefinedError[]): DefinedError[] {
  const mistyped = new Set(errors.filter(({ keyword }) => keyword === "type").map(({ instancePath }) => instancePath));
  return errors.filter(
    ({ keyword, instancePath, propertyName }) =>
      (keyword === "type" || !mistyped.has(instancePath)) && (keyword === "propertyNames" || propertyName === undefined),
  );
}

function pointerOf(error: DefinedError): Pointer {
  switch (error.keyword) {
    case "additionalProperties":
      return pointerTo(error.instancePath, error.params.additionalProperty);
    case "required":
      return pointerTo(error.instancePath, error.params.missingProperty);
    case "propertyNames":
      return pointerTo(error.instancePath, error.params.propertyName);
    default:
      return error.instancePath;
  }
}
