import type { Problem } from "../problem.ts";
import { validateManifests } from "./kubernetes.ts";
import { lint } from "./lint.ts";
import type { LintOptions } from "./lint.ts";
import type { RenderedManifest } from "./manifest.ts";

/**
 * All checks on the evaluated objects of one release. The rules that compare objects run only when every object is
 * valid by itself: a misspelt field would otherwise show up again as whatever it leaves unset.
 */
export async function checkRelease(manifests: readonly RenderedManifest[], options: LintOptions): Promise<Problem[]> {
  const invalid = await validateManifests(manifests);
  return invalid.length > 0 ? invalid : lint(manifests, options);
}
