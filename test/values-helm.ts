import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { ChartError } from "../generator/problem.ts";
import { findHelm, runHelm } from "../generator/helm.ts";
import type { HelmMajor } from "../generator/helm.ts";
import type { Values } from "../generator/values/defaults.ts";

/** What templates see of a chart whose values.yaml has this text. Throws if Helm refuses it, or the schema. */
export async function valuesInHelm(major: HelmMajor, text: string, schema?: object): Promise<Values> {
  const folder = await mkdtemp(join(tmpdir(), "values-"));
  try {
    await mkdir(join(folder, "templates"));
    await writeFile(join(folder, "Chart.yaml"), "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    await writeFile(join(folder, "values.yaml"), text);
    if (schema !== undefined) await writeFile(join(folder, "values.schema.json"), JSON.stringify(schema));
    await writeFile(
      join(folder, "templates", "x.yaml"),
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\ndata: { values: {{ toJson .Values | quote }} }\n",
    );
    const { stdout, stderr, code } = await runHelm(await findHelm(major), ["template", "x", folder]);
    if (code !== 0) throw new ChartError(stderr);
    const [manifest] = loadAll(stdout) as { data: { values: string } }[];
    return JSON.parse(manifest?.data.values ?? "") as Values;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
