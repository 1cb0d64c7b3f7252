import { load } from "js-yaml";

import type { Problem } from "../problem.ts";
import { isRecord, problemAt } from "./manifest.ts";
import type { RenderedManifest } from "./manifest.ts";

/** The words that fields of a HelmChartConfig's spec take; a test compares them with the CRD of k3s-io/helm-controller. */
export const helmChartConfigWords: Readonly<Record<string, readonly string[]>> = {
  failurePolicy: ["abort", "reinstall", "retry"],
  serverSide: ["true", "false", "auto"],
};

/** What k3s would fail on in a HelmChartConfig: unknown words, values that are no YAML map. */
export function checkHelmChartConfig(manifest: RenderedManifest): Problem[] {
  const { spec } = manifest.object;
  if (!isRecord(spec)) return [];
  const problems: Problem[] = [];
  for (const [field, value] of Object.entries(spec)) {
    const words = helmChartConfigWords[field];
    if (words !== undefined && !words.includes(String(value)))
      problems.push(problemAt(manifest, `spec.${field}`, `is ${JSON.stringify(value)}; write one of ${words.join(", ")}`));
  }
  const fault = faultOf(spec["valuesContent"]);
  if (fault !== undefined) problems.push(problemAt(manifest, "spec.valuesContent", fault));
  return problems;
}

function faultOf(content: unknown): string | undefined {
  if (content === undefined) return undefined;
  if (typeof content !== "string") return "is no text; write a YAML document as a block scalar";
  try {
    return isRecord(load(content)) ? undefined : "holds no map; write the values of a chart";
  } catch (error) {
    return `is no YAML: ${(error as Error).message.split("\n")[0]}`;
  }
}
