import { outlines } from "../dsl/index.ts";
import type { Problem } from "../problem.ts";
import { findUnknown } from "./kubernetes.ts";
import { isRecord, type RenderedManifest } from "./manifest.ts";

/** The part of a chart that says what it renders. */
export interface Templates {
  readonly name: string;
  readonly templates: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * Unknown fields in whatever a chart may ever write, also where no values file switches it on. The compiler finds most of
 * them, but not in what a callback of `each` or `use` gives: TypeScript does not look for excess properties there.
 */
export async function checkEveryBranch({ name, templates }: Templates): Promise<Problem[]> {
  const manifests = Object.entries(templates).flatMap(([template, documents]) =>
    documents.flatMap(outlines).flatMap((object): RenderedManifest[] => {
      if (!isRecord(object) || typeof object["kind"] !== "string") return [];
      return [
        { chart: name, template: `generator/charts/${name} → templates/${template}.yaml`, object: object as RenderedManifest["object"] },
      ];
    }),
  );
  const problems = (await Promise.all(manifests.map(findUnknown))).flat();
  return [...new Map(problems.map((problem) => [`${problem.file} ${problem.path}`, problem])).values()];
}
