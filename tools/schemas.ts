import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildFamily } from "./build.ts";
import { readCrds } from "./crds.ts";

/** A JSON Schema, or the OpenAPI dialect of it. */
type Schema = { readonly [key: string]: unknown };

/**
 * Value for kubeconform's `-schema-location`: JSON Schemas of every Kubernetes kind and of every custom resource that
 * the charts use, made once from the pinned modules. Every object is closed, as with the API server's strict field
 * validation.
 *
 * @throws ChartError when Go is needed for a download and missing.
 */
export async function schemaLocation(): Promise<string> {
  const [openapi, crds] = await Promise.all([buildFamily("openapi"), buildFamily("crds")]);
  const hash = createHash("sha256")
    .update([openapi, crds, await readFile(import.meta.filename, "utf8")].join("\n"))
    .digest("hex")
    .slice(0, 16);
  const folder = join(import.meta.dirname, "..", ".cache", "tools", `schemas-${hash}`);
  const complete = await access(folder).then(
    () => true,
    () => false,
  );
  if (!complete) await writeAll(folder, [...(await builtInKinds(openapi)), ...(await customKinds())]);
  return join(folder, "{{.Group}}", "{{.ResourceKind}}_{{.ResourceAPIVersion}}.json");
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: Schema;
  /** What the schema's references name. */
  readonly definitions: Readonly<Record<string, Schema>>;
}

async function builtInKinds(openapi: string): Promise<Kind[]> {
  const folder = join(openapi, "files", "k8s.io", "kubernetes", "api", "openapi-spec", "v3");
  const files = (await readdir(folder)).filter((file) => file.endsWith("_openapi.json"));
  const kinds = files.map(async (file) => {
    const document = JSON.parse(await readFile(join(folder, file), "utf8")) as {
      components?: { schemas?: Record<string, Schema> };
    };
    const definitions = document.components?.schemas ?? {};
    return Object.values(definitions).flatMap((schema) => gvks(schema).map((gvk): Kind => ({ ...gvk, schema, definitions })));
  });
  return (await Promise.all(kinds)).flat();
}

/** The kinds that a schema is of. Options of API calls are of every group at once; they are no manifests. */
function gvks(schema: Schema): { group: string; version: string; kind: string }[] {
  const found = (schema["x-kubernetes-group-version-kind"] ?? []) as { group: string; version: string; kind: string }[];
  return found.length === 1 ? found : [];
}

async function customKinds(): Promise<Kind[]> {
  return (await readCrds()).flatMap(({ spec: { group, names, versions } }) =>
    versions.map(({ name, schema }): Kind => {
      return { group, version: name, kind: names.kind, schema: schema.openAPIV3Schema as Schema, definitions: {} };
    }),
  );
}

async function writeAll(folder: string, kinds: readonly Kind[]): Promise<void> {
  const partial = `${folder}.${process.pid}.partial`;
  try {
    for (const kind of kinds) {
      // kubeconform takes what stands before a slash in the apiVersion for the group, and so `v1` for that of the core.
      const target = join(partial, kind.group === "" ? kind.version : kind.group);
      await mkdir(target, { recursive: true });
      const file = `${kind.kind.toLowerCase()}_${kind.version}.json`;
      await writeFile(join(target, file), JSON.stringify(selfContained(kind)));
    }
    await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** The kind's schema with everything it refers to. `apiVersion` and `kind` must be its own. */
function selfContained({ group, version, kind, schema, definitions }: Kind): Schema {
  const used: Record<string, Schema> = {};
  const own = closed(schema, (name) => {
    const collect = (reference: string): void => {
      if (reference in used) return;
      used[reference] = {};
      used[reference] = closed(definitions[reference] ?? {}, collect);
    };
    collect(name);
  });
  const properties = own.properties as Record<string, Schema>;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...own,
    required: [...new Set(["apiVersion", "kind", ...((own.required as string[] | undefined) ?? [])])],
    properties: {
      ...properties,
      apiVersion: { const: group === "" ? version : `${group}/${version}` },
      kind: { const: kind },
    },
    definitions: used,
  };
}

/** Words of a schema that hold schemas by name, one schema, and a list of schemas. */
const maps = new Set(["properties", "patternProperties"]);
const single = new Set(["items", "additionalProperties", "not"]);
const lists = new Set(["allOf", "anyOf", "oneOf"]);

/** Words that check nothing, or are said otherwise in JSON Schema. */
const dropped = (word: string) => /^(description|default|nullable|x-kubernetes-.*)$/.test(word);

/** One schema as JSON Schema, with unknown fields refused where the API server knows all; `use` hears each reference. */
function closed(schema: Schema, use: (reference: string) => void): Schema {
  const inner = (value: unknown) => (typeof value === "object" ? closed(value as Schema, use) : value);
  const result: Record<string, unknown> = {};
  for (const [word, value] of Object.entries(schema)) {
    if (dropped(word)) continue;
    if (word === "$ref") {
      const name = String(value).replace("#/components/schemas/", "");
      use(name);
      result.$ref = `#/definitions/${name}`;
    } else if (maps.has(word)) {
      const entries = Object.entries(value as Record<string, Schema>);
      result[word] = Object.fromEntries(entries.map(([key, each]) => [key, closed(each, use)]));
    } else if (single.has(word)) result[word] = inner(value);
    else if (word === "allOf" && (value as unknown[]).length === 1) {
      // OpenAPI's way to write a default beside a reference. Unwrapped, a finding names the field itself.
      Object.assign(result, inner((value as unknown[])[0]));
    } else if (lists.has(word)) result[word] = (value as unknown[]).map(inner);
    else result[word] = value;
  }
  if (schema["x-kubernetes-int-or-string"] === true) delete result.type;
  if (schema.nullable === true && typeof result.type === "string") result.type = [result.type, "null"];
  if (schema["x-kubernetes-int-or-string"] === true) result.type = ["integer", "string"];
  return isOpen(schema) ? result : { ...result, additionalProperties: false };
}

/**
 * Whether unknown fields are allowed. A schema without `properties` says nothing of fields, e.g. a branch of `anyOf`;
 * one with an embedded resource has the fields of every resource beside its own.
 */
function isOpen(schema: Schema): boolean {
  return (
    schema.properties === undefined ||
    schema.additionalProperties !== undefined ||
    schema["x-kubernetes-preserve-unknown-fields"] === true ||
    schema["x-kubernetes-embedded-resource"] === true ||
    schema.type !== "object"
  );
}
