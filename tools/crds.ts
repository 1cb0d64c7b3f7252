import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { buildFamily } from "./build.ts";
import { families } from "./families.ts";

/** A CustomResourceDefinition, as far as it is read here. */
export interface Crd {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: object };
    }[];
  };
}

/**
 * The custom resource definitions of cert-manager, CloudNativePG and its Barman Cloud plugin, External Secrets, the k3s
 * Helm controller, KEDA, the Prometheus Operator and Traefik, in the versions that `tools/crds/go.mod` pins.
 */
export async function readCrds(): Promise<Crd[]> {
  const folder = join(await buildFamily("crds"), "files");
  const sources = Object.entries(families.crds.files).flatMap(([module, paths]) => paths.map((path) => join(folder, module, path)));
  const files = (await Promise.all(sources.map(yamlFiles))).flat();
  const documents = await Promise.all(files.map(async (file) => loadAll(await readFile(file, "utf8"))));
  return documents.flat().filter(isCrd);
}

async function yamlFiles(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path);
  return entries.filter((entry) => /\.ya?ml$/.test(entry)).map((entry) => join(path, entry));
}

function isCrd(document: unknown): document is Crd {
  return (document as Crd | null)?.kind === "CustomResourceDefinition";
}
