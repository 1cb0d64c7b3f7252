import { dump } from "js-yaml";

import { release } from "../release.ts";
import type { Chart } from "./chart.ts";

/** The contents of Chart.yaml. Subcharts lie in `charts/`, so their dependency entries name no repository. */
export function chartMetadata(chart: Chart): Readonly<Record<string, unknown>> {
  const dependencies = chart.subcharts.map(({ name }) => ({ name, version: release.chart, condition: `${name}.enabled` }));
  return {
    apiVersion: "v2",
    name: chart.name,
    description: chart.description,
    type: "application",
    version: release.chart,
    appVersion: release.app,
    kubeVersion: release.kubeVersion,
    keywords: chart.keywords,
    ...(dependencies.length === 0 ? {} : { dependencies }),
    annotations: { "artifacthub.io/license": "Apache-2.0" },
  };
}

/** A data file in YAML, as Helm and people read it. */
export function toYamlFile(data: unknown): string {
  return dump(data, { lineWidth: -1, noRefs: true, quoteStyle: "double" });
}
