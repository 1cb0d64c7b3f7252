import { readCrds, type Crd } from "../../../tools/crds.ts";
import type { Client } from "./client.ts";

/**
 * Applies those of the definitions that the cluster does not have, and waits until it serves them. A definition that
 * is there is left alone, so that a cluster of the user's keeps its own versions. All of them take the API server
 * about ten seconds of computing; `groups` limits them to those of some API groups.
 */
export async function loadCrds(client: Client, groups?: readonly string[]): Promise<void> {
  const present = await client.kubectl(["get", "customresourcedefinitions", "--output", "name"]);
  const names = new Set(present.trim().split("\n"));
  const wanted = (await readCrds()).filter(({ spec }) => groups === undefined || groups.includes(spec.group));
  const missing = wanted.filter((crd) => !names.has(resourceName(crd)));
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
