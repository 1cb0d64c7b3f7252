import { readFileSync } from "node:fs";

import Handlebars from "handlebars";

import { release } from "../release.ts";
import { valuesTable } from "../values/readme.ts";
import type { Chart } from "./chart.ts";

const source = readFileSync(new URL("./readme.hbs", import.meta.url), "utf8");

// With the default options Handlebars drops what it does not know without a word, and escapes for HTML.
const render = Handlebars.compile<Readonly<Record<string, unknown>>>(source, {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: { each: true, if: true },
});

/** The README.md of a chart: how to install it, and a table of all its values. */
export function readme(chart: Chart): string {
  return render({
    name: chart.name,
    description: chart.description,
    introduction: chart.readme,
    version: release.chart,
    appVersion: release.app,
    kubeVersion: release.kubeVersion.replace(/-0$/, ""),
    subcharts: chart.subcharts.map(({ name, description }) => ({ name, description })),
    table: valuesTable(chart.schema),
  });
}
