import type { KubernetesObject } from "../../../generator/check/manifest.ts";
import type { Client, KubeObject } from "../harness/client.ts";
import type { Release } from "./release.ts";

interface Managed extends KubeObject {
  readonly metadata: KubeObject["metadata"] & { readonly managedFields?: readonly ManagedFields[]; readonly resourceVersion?: string };
}

interface ManagedFields {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  readonly subresource?: string;
  readonly fieldsV1?: Fields;
}

/** A set of fields as the API server tells it: `f:spec` → below it. An owned field has `{}` or `.` below it. */
type Fields = { readonly [key: string]: Fields };

/** Fields that Helm applies and that somebody else has written as well: the next apply of either would be a conflict. */
export async function foughtOver(cluster: Client, release: Release): Promise<string[]> {
  const problems: string[] = [];
  for (const object of await release.objects()) {
    const fields = (await managed(cluster, release, object))?.metadata.managedFields ?? [];
    const helms = new Set(fields.filter(isHelms).flatMap(({ fieldsV1 }) => leaves(fieldsV1 ?? {})));
    for (const { manager, subresource, fieldsV1 } of fields.filter((each) => !isHelms(each) && each.subresource !== "status")) {
      const shared = leaves(fieldsV1 ?? {}).filter((path) => helms.has(path));
      const who = subresource === undefined ? manager : `${manager} (${subresource})`;
      problems.push(...shared.map((path) => `${object.kind} ${object.metadata.name}: ${path}: also ${who}`));
    }
  }
  return problems;
}

/** The stored form of every object of a release that only its writers change: equal before and after an apply of the same. */
export async function stored(cluster: Client, release: Release): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const object of await release.objects()) {
    const now = await managed(cluster, release, object);
    if (now === undefined) throw new Error(`${object.kind} ${object.metadata.name}: not in the cluster`);
    found.set(`${object.kind} ${object.metadata.name}`, JSON.stringify(withoutStatus(now)));
  }
  return found;
}

// ── internal ────────────────────────────────────────────────────────────────

function isHelms({ manager, operation }: ManagedFields): boolean {
  return manager === "helm" && operation === "Apply";
}

function managed(cluster: Client, release: Release, { apiVersion, kind, metadata }: KubernetesObject): Promise<Managed | undefined> {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return getManaged(cluster, `${kind}.${version}.${group}`, metadata.name, metadata.namespace ?? release.namespace);
}

async function getManaged(cluster: Client, kind: string, name: string, namespace: string): Promise<Managed | undefined> {
  const how = ["--output=json", "--show-managed-fields", "--ignore-not-found"];
  const text = await cluster.kubectl(["get", kind, name, "--namespace", namespace, ...how]);
  return text === "" ? undefined : (JSON.parse(text) as Managed);
}

/** A controller writes the status at any time, which also raises the resource version; without one, nobody but Helm does. */
function withoutStatus({ status, ...object }: Managed): object {
  const { managedFields, resourceVersion, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: status === undefined ? { ...metadata, resourceVersion } : metadata,
    helms: managedFields?.filter(isHelms),
  };
}

/** The last fields of a set as paths: where two sets share one, they own the same value. */
function leaves(fields: Fields, path = ""): string[] {
  return Object.entries(fields).flatMap(([key, below]) => {
    if (key === ".") return [];
    const own = `${path}.${key.replace(/^[fkv]:/, "")}`;
    return Object.keys(below).length === 0 ? [own] : leaves(below, own);
  });
}
