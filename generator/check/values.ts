import type { Problem } from "../problem.ts";
import { mergeFiles } from "../values/coalesce.ts";
import { defaultsOf, isMap } from "../values/defaults.ts";
import type { Values } from "../values/defaults.ts";
import { isObjectSchema } from "../values/json-schema.ts";
import type { JsonSchema } from "../values/json-schema.ts";
import { readValuesFile } from "./values-file.ts";
import type { ReadFile, ValuesFile } from "./values-file.ts";
import { messageFor } from "./values-message.ts";
import { parentOf, pathOf, pointerParts, pointerTo } from "./values-pointer.ts";
import type { Pointer } from "./values-pointer.ts";
import { refusals } from "./values-schema.ts";
import type { SchemaChart } from "./values-schema.ts";

export type { ValuesFile } from "./values-file.ts";
export type { SchemaChart, SchemaSubchart } from "./values-schema.ts";

/**
 * Everything that is wrong with the values files of one Helm command (`-f a -f b`: the later file wins), by file and line.
 *
 * What Helm refuses is refused, and nothing else that it takes (tests hold both to the same verdict): the files are merged
 * over the chart's defaults as Helm does, and each enabled chart checks its share with the schema that ships with it.
 * One addition: what Helm takes and surely misunderstands is a problem, too, such as a key that is given twice.
 *
 * Schemas are compiled once per chart object.
 */
export async function checkValues(chart: SchemaChart, files: readonly ValuesFile[]): Promise<Problem[]> {
  const read = files.map(readValuesFile);
  const faults = read.flatMap(({ problems }) => problems);
  if (read.some(({ readable }) => !readable)) return inOrder(faults);
  const user = mergeFiles(read.map(({ values }) => values));
  const misshapen = misshapenShares(chart, user);
  const shapely = Object.fromEntries(Object.entries(user).filter(([key]) => !misshapen.includes(key)));
  const refused = (await refusals(chart, shapely)).map(({ pointer, error }) => {
    const stated = sharedOrigin(pointer, chart, read);
    return problemAt(
      stated,
      messageFor(error, { place: fileWith(read, stated)?.places.get(stated), elsewhere: (key) => pathsTo(chart, key) }),
      chart,
      read,
    );
  });
  const shapes = misshapen.map((name) =>
    problemAt(pointerTo("", name), `must be a map: it holds the values of the subchart ${name}`, chart, read),
  );
  return inOrder([...faults, ...shapes, ...refused]);
}

/** Subcharts whose values are no map. Helm stops there; a null is fine where the parent has defaults for the subchart. */
function misshapenShares({ schema, subcharts }: SchemaChart, user: Values): string[] {
  const defaults = defaultsOf(schema);
  return subcharts
    .map(({ chart }) => chart.name)
    .filter((name) => Object.hasOwn(user, name) && !isMap(user[name]) && !(user[name] === null && Object.hasOwn(defaults, name)));
}

/** Helm copies the globals of a chart into its subcharts: a fault found there is told where the user has written it. */
function sharedOrigin(pointer: Pointer, chart: SchemaChart, read: readonly ReadFile[]): Pointer {
  const [name, second, ...rest] = pointerParts(pointer);
  const copied = second === "global" && chart.subcharts.some((below) => below.chart.name === name) && fileWith(read, pointer) === undefined;
  return copied ? ["global", ...rest].reduce(pointerTo, "") : pointer;
}

/** The last file that states the value. */
function fileWith(read: readonly ReadFile[], pointer: Pointer): ReadFile | undefined {
  return read.findLast(({ places }) => places.has(pointer));
}

/** A problem with the line of the value, or failing that of what encloses it. */
function problemAt(pointer: Pointer, message: string, chart: SchemaChart, read: readonly ReadFile[]): Problem {
  for (let enclosing = pointer; enclosing !== ""; enclosing = parentOf(enclosing)) {
    const file = fileWith(read, enclosing);
    if (file !== undefined) return { file: `${file.path}:${file.places.get(enclosing)?.line}`, path: pathOf(pointer), message };
  }
  return { file: read.at(-1)?.path ?? `${chart.name}/values.yaml`, path: pathOf(pointer), message };
}

/** Dotted paths of all values whose key is `key`, in the chart and its subcharts. */
function pathsTo(chart: SchemaChart, key: string): string[] {
  const within = (schema: JsonSchema, pointer: Pointer): Pointer[] =>
    isObjectSchema(schema)
      ? Object.entries(schema.properties).flatMap(([name, property]) => [
          ...(name === key ? [pointerTo(pointer, name)] : []),
          ...within(property, pointerTo(pointer, name)),
        ])
      : [];
  const below = chart.subcharts.flatMap(({ chart: subchart }) =>
    within({ ...subchart.schema, properties: withoutGlobal(subchart.schema.properties) }, pointerTo("", subchart.name)),
  );
  return [...within(chart.schema, ""), ...below].map(pathOf);
}

function withoutGlobal<T>({ global: _global, ...properties }: Readonly<Record<string, T>>): Record<string, T> {
  return properties;
}

/** By file and line. What several charts say of the same shared value is told once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const told = new Map<string, Problem>();
  for (const problem of problems) {
    const key = Object.values(problem).join(" ");
    if (!told.has(key)) told.set(key, problem);
  }
  return [...told.values()].sort((a, b) => a.file.localeCompare(b.file, "en", { numeric: true }));
}
