import { load } from "js-yaml";

import type { Problem } from "../problem.ts";
import { isRecord, problemAt } from "./manifest.ts";
import type { RenderedManifest } from "./manifest.ts";
import { nearest } from "./nearest.ts";

/**
 * Fields of a HelmChartConfig's spec, with the words that a field takes if it takes only some. No npm package has the model; a
 * test compares these with the CRD of k3s-io/helm-controller.
 */
export const helmChartConfigFields: Readonly<Record<string, readonly string[] | undefined>> = {
  failurePolicy: ["abort", "reinstall", "retry"],
  forceConflicts: undefined,
  serverSide: ["true", "false", "auto"],
  values: undefined,
  valuesContent: undefined,
  valuesSecrets: undefined,
};

/** What k3s would ignore or fail on in a HelmChartConfig: unknown fields, unknown words, values that are no YAML map. */
export function checkHelmChartConfig(manifest: RenderedManifest): Problem[] {
  const { spec } = manifest.object;
  if (!isRecord(spec)) return [];
  const problems: Problem[] = [];
  for (const [field, value] of Object.entries(spec)) {
    if (!(field in helmChartConfigFields)) {
      const meant = nearest(field, Object.keys(helmChartConfigFields));
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      problems.push(problemAt(manifest, `spec.${field}`, `is not a field of this object${hint}`));
      continue;
    }
    const words = helmChartConfigFields[field];
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
