import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import type { Values } from "../../../generator/values/defaults.ts";
import { template, type Manifest } from "../../helm/client.ts";

/** What helm renders of production, with further values over it. */
export async function production(values: Values = {}): Promise<readonly Manifest[]> {
  const rendering = await template(4, "charts/xpeditis", {
    files: ["values/production.yaml"],
    values,
    release: "xpeditis",
    namespace: "xpeditis-prod",
  });
  if (!rendering.ok) throw new Error(rendering.refusal);
  return rendering.documents;
}

/** Data of a rendered ConfigMap, as the program would find it in its folder. */
export function dataOf(manifests: readonly Manifest[], name: string): Readonly<Record<string, string>> {
  const found = manifests.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === name) as IConfigMap | undefined;
  if (found?.data === undefined) throw new Error(`no ConfigMap ${name} is rendered`);
  return found.data;
}

/** Replacements of texts in files, in order: the folders and addresses of a pod by those of this machine. */
export type Places = Readonly<Record<string, string>>;

/** Writes the files into a folder, with other places in them. Every place must occur: a path that moved would go unnoticed. */
export async function place(folder: string, files: Readonly<Record<string, string>>, places: Places = {}): Promise<void> {
  await mkdir(folder, { recursive: true });
  const all = Object.values(files).join("\n");
  for (const from of Object.keys(places))
    if (!all.includes(from)) throw new Error(`${from} does not occur in ${Object.keys(files).join(", ")}`);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(
      join(folder, name),
      Object.entries(places).reduce((rest, [from, to]) => rest.replaceAll(from, to), text),
    );
  }
}
