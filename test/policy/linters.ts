import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

import { exceptions } from "../../generator/check/lint/exceptions.ts";
import { indexRelease, type LintOptions } from "../../generator/check/lint/release.ts";
import { rules } from "../../generator/check/lint.ts";
import type { KubernetesObject, RenderedManifest } from "../../generator/check/manifest.ts";
import { toolPath } from "../../tools/build.ts";
import { schemaLocation } from "../../tools/schemas.ts";

/** What kubeconform has against a rendering, by the schemas of the API server and of the custom resources, unknown fields included. */
export async function kubeconformFindings(rendering: string): Promise<string[]> {
  const args = ["-strict", "-schema-location", await schemaLocation(), "-output", "json"];
  const { resources } = JSON.parse(await run(await toolPath("lint", "kubeconform"), args, rendering)) as {
    resources: readonly { readonly kind: string; readonly name: string; readonly msg: string }[];
  };
  return resources.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`);
}

interface Score {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly path: string; readonly summary: string }[] | null;
  }[];
}

/**
 * What kube-score has against a rendering and no exception of generator/check/lint/exceptions.ts allows. A complaint is
 * allowed when the rule that stands for kube-score's check finds the same of the same object, and an exception takes it.
 */
export async function kubeScoreFindings(
  rendering: string,
  manifests: readonly RenderedManifest[],
  options: LintOptions,
): Promise<string[]> {
  const args = ["score", "--output-format", "json", "--kubernetes-version", "v1.36", "-"];
  const scores = JSON.parse(await run(await toolPath("lint", "kube-score"), args, rendering)) as Score[];
  const release = indexRelease(manifests, options);
  return scores.flatMap(({ type_meta, object_meta, checks }) =>
    checks
      .filter(({ grade, skipped }) => !skipped && grade < 10)
      .flatMap(({ check, comments }) => {
        const complaints = comments ?? [];
        const allowed = allowedFindings(check.id, (object) => object.kind === type_meta.kind && object.metadata.name === object_meta.name);
        if (complaints.length <= allowed) return [];
        return complaints.map(({ path, summary }) => `${type_meta.kind} ${object_meta.name}: ${check.id}: ${path}: ${summary}`);
      }),
  );

  /** How many findings of our rules for that check, on that object, an exception takes from kube-score. */
  function allowedFindings(check: string, isIt: (object: KubernetesObject) => boolean): number {
    const own = rules.filter(({ askedBy }) => askedBy.includes(`kube-score/${check}`));
    return own.flatMap((rule) =>
      [...rule.check(release)].filter(
        (finding) =>
          isIt(finding.manifest.object) &&
          exceptions.some(
            ({ rules: ids, tools, matches }) => ids.includes(rule.id) && tools.includes("kube-score") && matches(finding, release),
          ),
      ),
    ).length;
  }
}

/** Standard output of a linter, whose exit code tells only whether it found something. */
async function run(program: string, args: readonly string[], input: string): Promise<string> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.end(input);
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (output === "") throw new Error(`${program}: ${complaint}`);
  return output;
}
