import { readdir, readFile } from "node:fs/promises";

import { checkEveryBranch } from "../check/every-branch.ts";
import { checkRelease } from "../check/check-release.ts";
import { readValuesFile } from "../check/values-file.ts";
import type { Place } from "../check/values-places.ts";
import { pointerTo, type Pointer } from "../check/values-pointer.ts";
import { checkValues, type SchemaChart } from "../check/values.ts";
import { chartTree, type Chart } from "../chart/chart.ts";
import { chartValues, renderChart } from "../chart/render.ts";
import { xpeditis } from "../charts/xpeditis/index.ts";
import { Refusal } from "../dsl/index.ts";
import { ChartError, formatProblems, type Problem } from "../problem.ts";
import { coalesceValues } from "../values/coalesce.ts";
import type { Values } from "../values/defaults.ts";
import { build } from "./build.ts";

const valuesFolder = "values";

/**
 * Checks values files, each over the defaults, and everything the charts render with them; without files, all environments,
 * the fields of what no environment switches on, and that the committed charts are current.
 *
 * @throws ChartError with all problems found, by file.
 */
export async function check(files: readonly string[]): Promise<void> {
  const isWhole = files.length === 0;
  const paths = isWhole
    ? (await readdir(valuesFolder)).filter((name) => name.endsWith(".yaml")).map((name) => `${valuesFolder}/${name}`)
    : files;
  const branches = isWhole ? await Promise.all(chartTree(xpeditis).map(([, chart]) => checkEveryBranch(chart))) : [];
  const schemas = schemaChart(xpeditis);
  const problems = [...branches, ...(await Promise.all(paths.map((path) => checkFile(path, schemas))))].flat();
  if (problems.length > 0)
    throw new ChartError(`${formatProblems(problems)}\n${problems.length} problem${problems.length === 1 ? "" : "s"}`);
  if (isWhole) await build({ check: true });
  console.log(`${paths.length} values file${paths.length === 1 ? "" : "s"} and what they render: no problem found`);
}

async function checkFile(path: string, schemas: SchemaChart): Promise<Problem[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ChartError(`${path}: ${error.code === "ENOENT" ? "no such file" : error.message}`);
  });
  const faults = await checkValues(schemas, [{ path, text }]);
  if (faults.length > 0) return faults;
  const { values, places } = readValuesFile({ path, text });
  const installation = { name: "xpeditis", namespace: "xpeditis-prod", kubeVersion: "v1.36.0" };
  try {
    const { manifests, requires } = renderChart(xpeditis, values, installation);
    const secrets = new Set(requires.map(({ name }) => name));
    const options = { namespace: installation.namespace, external: { Secret: secrets }, singleNode: environmentOf(values) === "local" };
    return (await checkRelease(manifests, options)).map((problem) => ({ ...problem, file: `${path} → ${problem.file}` }));
  } catch (error) {
    if (error instanceof Refusal) return [{ file: `${path}${lineOf(error.message, places)}`, path: "", message: error.message }];
    throw error;
  }
}

/** `:line` of the first value that a guard's message names and the file sets; nothing if the file sets none of them. */
function lineOf(message: string, places: ReadonlyMap<Pointer, Place>): string {
  for (const [name] of message.matchAll(/[a-z][\w-]*(?:\.[\w-]+)+/giu)) {
    const line = places.get(name.split(".").reduce(pointerTo, ""))?.line;
    if (line !== undefined) return `:${line}`;
  }
  return "";
}

/** A laptop's values, or the defaults: rules about spare pods and TLS do not apply to those. */
function environmentOf(values: Values): unknown {
  const { global } = coalesceValues(chartValues(xpeditis), values) as { global: { environment: string } };
  return global.environment;
}

function schemaChart({ name, schema, subcharts }: Chart): SchemaChart {
  return { name, schema, subcharts: subcharts.map((chart) => ({ chart: schemaChart(chart), condition: `${chart.name}.enabled` })) };
}
