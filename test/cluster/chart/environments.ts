import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { renderChart, chartValues } from "../../../generator/chart/render.ts";
import { readValuesFile } from "../../../generator/check/values-file.ts";
import type { KubernetesObject } from "../../../generator/check/manifest.ts";
import { xpeditis } from "../../../generator/charts/xpeditis/index.ts";
import { coalesceValues, mergeFiles } from "../../../generator/values/coalesce.ts";
import { isMap, type Values } from "../../../generator/values/defaults.ts";

/** One file of values/: what an operator installs with. */
export interface Environment {
  /** Name of the file without its ending, e.g. `production`. */
  readonly name: string;
  /** What the file says. */
  readonly values: Values;
}

/** Every file of values/; a new one joins all tests by itself. */
export const environments: readonly Environment[] = readdirSync("values")
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => {
    const path = join("values", file);
    return { name: basename(file, ".yaml"), values: readValuesFile({ path, text: readFileSync(path, "utf8") }).values };
  });

/** The environment of that name. Throws when there is no such file. */
export function environment(name: string): Environment {
  const found = environments.find((each) => each.name === name);
  if (found === undefined) throw new Error(`values/${name}.yaml: no such file`);
  return found;
}

/** The environments that run for customers: `global.environment` is `production`. */
export const productions = environments.filter(({ values }) => (coalesced(values)["global"] as Values)["environment"] === "production");

/** An environment with further values over those of its file. */
export function overlaid({ name, values }: Environment, ...over: readonly Values[]): Environment {
  return { name, values: mergeFiles([values, ...over]) };
}

/** No waiting after a pod is ready, in every chart that has such a wait: for tests that are not about rollouts. */
export const impatient: Values = inCharts((values) => ("minReadySeconds" in values ? { minReadySeconds: 0 } : undefined));

/** Values that give every chart that is autoscaled further settings of its autoscaling. */
export function autoscaling(settings: Values): Values {
  return inCharts((values) => ("autoscaling" in values ? { autoscaling: settings } : undefined));
}

/** What an environment renders to in a namespace, and the Secrets that have to be there first, by name with their keys. */
export function rendered({ values }: Environment, namespace: string, name = "xpeditis", kubeVersion = "v1.36.0") {
  const { manifests, requires, notes } = renderChart(xpeditis, values, { name, namespace, kubeVersion });
  const objects = manifests.map(({ object }) => object);
  const references = objects.flatMap(secretKeys);
  const secrets = requires.map((required) => ({
    name: required.name,
    keys: [...new Set(references.filter((reference) => reference.name === required.name).map(({ key }) => key))],
  }));
  return { objects, secrets, notes };
}

/** Whether an object is in another namespace than the release's, or in none: two releases would meet there. */
export function isOutside(object: KubernetesObject, namespace: string): boolean {
  return object.metadata.namespace !== namespace;
}

// ── internal ────────────────────────────────────────────────────────────────

/** Values for each chart, chosen by its defaults. */
function inCharts(choose: (defaults: Values) => Values | undefined): Values {
  const charts = Object.entries(coalesced({})).map(([chart, defaults]) => [chart, isMap(defaults) ? choose(defaults) : undefined] as const);
  return Object.fromEntries(charts.filter(([, values]) => values !== undefined));
}

function coalesced(values: Values): Values {
  return coalesceValues(chartValues(xpeditis), values);
}

/** Every key of a Secret that is named below a node, in variables and in volumes. */
function secretKeys(node: unknown): { name: string; key: string }[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(secretKeys);
  return Object.entries(node).flatMap(([field, value]) => {
    if (field === "secretKeyRef") return [value as { name: string; key: string }];
    const { secretName, items } = (field === "secret" ? value : {}) as { secretName?: string; items?: { key: string }[] };
    return secretName === undefined ? secretKeys(value) : (items ?? []).map(({ key }) => ({ name: secretName, key }));
  });
}
