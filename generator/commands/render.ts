import { findHelm, runHelm } from "../helm.ts";
import { ChartError } from "../problem.ts";
import { writeFileAtomic } from "../write.ts";
import { chartsFolder } from "./build.ts";

/** Renders the umbrella with the real Helm into a file. */
export async function render(
  files: readonly string[],
  {
    out,
    release,
    namespace,
    kubeVersion,
  }: { readonly out: string; readonly release: string; readonly namespace: string; readonly kubeVersion: string },
): Promise<void> {
  const helm = await findHelm();
  const values = files.flatMap((file) => ["--values", file]);
  const result = await runHelm(helm, [
    "template",
    release,
    `${chartsFolder}/xpeditis`,
    "--namespace",
    namespace,
    "--kube-version",
    kubeVersion,
    ...values,
  ]);
  if (result.code !== 0) throw new ChartError(result.stderr.trimEnd());
  await writeFileAtomic(out, result.stdout);
  console.log(`${out}: ${(result.stdout.match(/^---$/gm) ?? []).length} manifests by helm ${helm.version}`);
}
