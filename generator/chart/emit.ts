import { ChartError } from "../problem.ts";
import { printDefinitions, printTemplate, printText, type Template } from "../dsl/index.ts";
import { release } from "../release.ts";
import { emitSchema } from "../values/emit-schema.ts";
import { valuesYaml } from "../values/yaml.ts";
import type { Chart } from "./chart.ts";
import type { ChartFiles } from "./files.ts";
import { chartMetadata, toYamlFile } from "./metadata.ts";
import { readme } from "./readme.ts";

/** What Helm leaves out of a package, should somebody pack the folder by hand. */
const helmignore = [".git/", ".DS_Store", "*.orig", "*.swp", "*.tgz", ""].join("\n");

/**
 * All files of a chart, its subcharts' included, as text. The same source gives the same bytes.
 *
 * @throws ChartError that names the chart and the file, if a template cannot be printed or a schema is faulty.
 */
export function emitChart(chart: Chart, folder = ""): ChartFiles {
  const files = new Map<string, string>();
  const isRoot = folder === "";
  const schema = emitSchema(chart.schema, {
    root: isRoot && chart.subcharts.length > 0 ? "umbrella" : "subchart",
    subcharts: chart.subcharts.map(({ name }) => name),
    file: `schemas/${chart.name}.ts`,
  });
  files.set(`${folder}Chart.yaml`, toYamlFile(chartMetadata(chart)));
  files.set(`${folder}.helmignore`, helmignore);
  files.set(`${folder}README.md`, readme(chart));
  files.set(`${folder}values.yaml`, valuesYaml(chart.schema, { header: valuesHeader(chart) }));
  files.set(`${folder}values.schema.json`, `${JSON.stringify(schema, null, 2)}\n`);
  const templates = templateFiles(chart);
  for (const [name, text] of templates) files.set(`${folder}templates/${name}`, text);
  for (const [path, text] of plainFiles(chart, templates)) files.set(`${folder}${path}`, text);
  for (const subchart of chart.subcharts) {
    for (const [path, text] of emitChart(subchart, `${folder}charts/${subchart.name}/`)) files.set(path, text);
  }
  return files;
}

// ── internal ────────────────────────────────────────────────────────────────

function templateFiles(chart: Chart): Map<string, string> {
  const used = new Set<Template>();
  const files = new Map<string, string>();
  const print = (name: string, printed: () => ReturnType<typeof printTemplate>): void => {
    try {
      const { text, templates } = printed();
      for (const template of templates) used.add(template);
      files.set(name, text);
    } catch (error) {
      if (!(error instanceof ChartError)) throw error;
      throw new ChartError(`${chart.name}/templates/${name}: ${error.message}`, { cause: error });
    }
  };
  for (const [name, documents] of Object.entries(chart.templates)) print(`${name}.yaml`, () => printTemplate(chart.name, documents));
  // Helm renders files in reverse order of their names: with a late one, the guards speak before any template stumbles.
  if (chart.guards.length > 0) print("validation.yaml", () => printTemplate(chart.name, chart.guards));
  if (chart.notes.length > 0) print("NOTES.txt", () => printText(chart.name, chart.notes));
  if (used.size > 0) files.set("_helpers.tpl", printDefinitions(chart.name, used));
  return files;
}

/** The chart's files as they are. What no template reads would only fill the release record, and Helm reads a missing one as empty. */
function plainFiles(chart: Chart, templates: ReadonlyMap<string, string>): [path: string, text: string][] {
  const files = new Map(Object.entries(chart.files ?? {}));
  const read = new Set<string>();
  for (const [name, text] of templates) {
    for (const [, path = ""] of text.matchAll(/\.Files\.Get "([^"]+)"/g)) {
      if (!files.has(path)) throw new ChartError(`${chart.name}/templates/${name}: reads ${path}, which is not among the chart's files`);
      read.add(path);
    }
  }
  for (const [path, text] of files) {
    if (!read.has(path)) throw new ChartError(`${chart.name}/${path}: no template reads this file`);
    if (!path.startsWith("files/")) throw new ChartError(`${chart.name}/${path}: files that are no templates belong below files/`);
    if (!text.endsWith("\n")) throw new ChartError(`${chart.name}/${path}: does not end in a newline`);
  }
  return [...files];
}

function valuesHeader(chart: Chart): string {
  return [
    `Values of the ${chart.name} chart, ${release.chart}. Generated from schemas/${chart.name}.ts; values.schema.json refuses unknown keys.`,
    "Set only what differs, in a file of your own: helm install … --values my-values.yaml",
  ].join("\n");
}
