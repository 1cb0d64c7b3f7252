import type { RenderedManifest } from "../manifest.ts";
import { exceptions } from "./exceptions.ts";
import type { Release } from "./release.ts";
import type { Finding, Rule, Tool, ToolCheck } from "./rule.ts";

/** Whether a finding stands: some tool still asks for it, or the rule is our own. */
export function stands({ id, askedBy }: Rule, finding: Finding, release: Release): boolean {
  if (askedBy.length === 0) return true;
  return askedBy.some((check) => {
    const tool = check.slice(0, check.indexOf("/")) as Tool;
    return (
      !isAnnotated(finding.manifest, check) &&
      !exceptions.some(({ rules, tools, matches }) => rules.includes(id) && tools.includes(tool) && matches(finding, release))
    );
  });
}

/** Whether an object carries the tool's own annotation that silences this check. */
function isAnnotated({ object }: RenderedManifest, check: ToolCheck): boolean {
  const annotations = object.metadata.annotations ?? {};
  const name = check.slice(check.indexOf("/") + 1);
  if (check.startsWith("kube-linter/")) {
    return `ignore-check.kube-linter.io/${name}` in annotations || "kube-linter.io/ignore-all" in annotations;
  }
  if (check.startsWith("kube-score/")) {
    const ignored = (annotations["kube-score/ignore"] ?? "").split(",").map((part) => part.trim());
    return ignored.includes(name) || ignored.includes("*");
  }
  return annotations[`polaris.fairwinds.com/${name}-exempt`] === "true" || annotations["polaris.fairwinds.com/exempt"] === "true";
}
