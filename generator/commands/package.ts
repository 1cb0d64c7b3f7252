import { emitChart } from "../chart/emit.ts";
import { chartTree } from "../chart/chart.ts";
import { chartMetadata } from "../chart/metadata.ts";
import { pack } from "../chart/pack.ts";
import { addToRepository } from "../chart/repository.ts";
import { xpeditis } from "../charts/xpeditis/index.ts";
import { release } from "../release.ts";

/** Packs the umbrella and each of its charts into the chart repository in a folder. */
export async function packageCharts(folder: string): Promise<void> {
  const packages = chartTree(xpeditis).map(([, chart]) => ({
    name: chart.name,
    version: release.chart,
    tgz: pack(chart.name, release.chart, emitChart(chart)),
    metadata: chartMetadata(chart),
  }));
  for (const { file, added } of await addToRepository(folder, packages, release.date))
    console.log(`${folder}/${file}${added ? "" : " (unchanged)"}`);
}
