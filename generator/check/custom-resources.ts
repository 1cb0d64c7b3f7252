import type { Problem } from "../problem.ts";
import { isRecord, problemAt } from "./manifest.ts";
import type { RenderedManifest } from "./manifest.ts";

/**
 * The part of a custom resource that can be judged without its CRD: a `spec` object with something in it and, at the
 * top, no field besides it. The CRDs' own schemas and rules are applied by the cluster tests.
 */
export function checkCustomResource(manifest: RenderedManifest): Problem[] {
  const { spec } = manifest.object;
  const problems: Problem[] = [];
  if (spec === undefined) problems.push(problemAt(manifest, "spec", "is missing; write the custom resource's spec"));
  else if (!isRecord(spec)) problems.push(problemAt(manifest, "spec", "must be an object"));
  for (const field of Object.keys(manifest.object)) {
    if (["apiVersion", "kind", "metadata", "spec"].includes(field)) continue;
    problems.push(problemAt(manifest, field, "is no field of a custom resource; its settings belong below spec"));
  }
  return problems;
}
