import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import { buildFamily } from "../../../tools/build.ts";
import { families } from "../../../tools/families.ts";
import type { Client, KubeObject } from "./client.ts";

/** A CustomResourceDefinition, as far as it is read here. */
export interface Crd extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema?: { readonly openAPIV3Schema: object };
    }[];
  };
}

/**
 * The custom resource definitions of cert-manager, CloudNativePG, External Secrets, the k3s Helm controller, KEDA,
 * the Prometheus Operator and Traefik, in the versions that `tools/crds/go.mod` pins.
 */
export async function readCrds(): Promise<Crd[]> {
  const folder = join(await buildFamily("crds"), "files");
  const sources = Object.entries(families.crds.files).flatMap(([module, paths]) => paths.map((path) => join(folder, module, path)));
  const files = (await Promise.all(sources.map(yamlFiles))).flat();
  const documents = await Promise.all(files.map(async (file) => loadAll(await readFile(file, "utf8"))));
  return documents.flat().filter(isCrd);
}

/**
 * Applies those of the definitions that the cluster does not have, and waits until it serves them. A definition that
 * is there is left alone, so that a cluster of the user's keeps its own versions.
 */
export async function loadCrds(client: Client): Promise<void> {
  const present = await client.kubectl(["get", "customresourcedefinitions", "--output", "name"]);
  const names = new Set(present.trim().split("\n"));
  const missing = (await readCrds()).filter((crd) => !names.has(resourceName(crd)));
  if (missing.length === 0) return;
  // The descriptions are three quarters of the text, and the API server takes three times as long with them.
  await client.apply(missing.map(withoutDescriptions));
  await client.kubectl(["wait", "--for=condition=Established", "--timeout=60s", ...missing.map(resourceName)]);
}

function resourceName({ metadata }: Crd): string {
  return `customresourcedefinition.apiextensions.k8s.io/${metadata.name}`;
}

/** The same rules without their prose. A property that is named `description` is an object and stays. */
function withoutDescriptions<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withoutDescriptions) as T;
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key, value]) => key !== "description" || typeof value !== "string");
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutDescriptions(value as unknown)])) as T;
}

async function yamlFiles(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path);
  return entries.filter((entry) => /\.ya?ml$/.test(entry)).map((entry) => join(path, entry));
}

function isCrd(document: unknown): document is Crd {
  return (document as KubeObject | null)?.kind === "CustomResourceDefinition";
}
