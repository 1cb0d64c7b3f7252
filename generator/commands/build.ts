import { readFile } from "node:fs/promises";

import { emitChart } from "../chart/emit.ts";
import { xpeditis } from "../charts/xpeditis/index.ts";
import { ChartError } from "../problem.ts";
import { emitOverlaySchema } from "../values/emit-schema.ts";
import { diffTree, writeFileAtomic, writeTree } from "../write.ts";

/** Where the generated files go, from the project's folder. */
export const chartsFolder = "charts";
export const overlaySchemaFile = "schemas/overlay.schema.json";

/**
 * Generates all charts. With `check`, writes nothing.
 *
 * @throws ChartError with the differences, if `check` finds any.
 */
export async function build({ check = false }: { readonly check?: boolean }): Promise<void> {
  const files = new Map([...emitChart(xpeditis)].map(([path, text]) => [`${xpeditis.name}/${path}`, text]));
  const subcharts = Object.fromEntries(xpeditis.subcharts.map(({ name, schema }) => [name, schema]));
  const overlay = `${JSON.stringify(emitOverlaySchema(xpeditis.schema, subcharts), null, 2)}\n`;
  const isOverlayCurrent = (await readFile(overlaySchemaFile, "utf8").catch(() => "")) === overlay;
  if (check) {
    const stale = (await diffTree(chartsFolder, files)).map(({ path, kind }) => `${chartsFolder}/${path}: ${kind}`);
    if (!isOverlayCurrent) stale.push(`${overlaySchemaFile}: differs`);
    if (stale.length > 0)
      throw new ChartError(`generated files are not what a build gives; run \`make build\` and commit:\n${stale.join("\n")}`);
    return;
  }
  const changed = await writeTree(chartsFolder, files);
  if (!isOverlayCurrent) await writeFileAtomic(overlaySchemaFile, overlay);
  console.log(
    changed.length === 0
      ? `${files.size} files in ${chartsFolder}/ are up to date`
      : `wrote ${changed.length} of ${files.size} files in ${chartsFolder}/`,
  );
}
