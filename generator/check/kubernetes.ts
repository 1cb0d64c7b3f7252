import type { Problem } from "../problem.ts";
import { apiVersionOf, findApiKind, type ApiKind } from "./api-kinds.ts";
import { findOtherFields, type Fields } from "./custom-fields.ts";
import { checkCustomResource } from "./custom-resources.ts";
import { checkHelmChartConfig } from "./helm-chart-config.ts";
import { fieldPath, isRecord, problemAt } from "./manifest.ts";
import type { RenderedManifest } from "./manifest.ts";
import { checkMetadata } from "./metadata.ts";
import { checkNulls, checkRanges } from "./ranges.ts";
import { nearest } from "./nearest.ts";
import { findUnknownFields, type UnknownField } from "./unknown-fields.ts";

/**
 * Checks each object by itself, as the API server of Kubernetes 1.36 would: allowed kind, schema, unknown fields,
 * names, labels, ranges. Custom resources are checked against their models, or, failing those, for their structure.
 * Gives the problems; throws only if a package lacks a schema that the table of kinds promises.
 */
export async function validateManifests(manifests: readonly RenderedManifest[]): Promise<Problem[]> {
  const problems = await Promise.all(manifests.map(validateManifest));
  return problems.flat();
}

async function validateManifest(manifest: RenderedManifest): Promise<Problem[]> {
  const { apiVersion, kind, metadata } = manifest.object;
  if (!isRecord(metadata) || typeof metadata.name !== "string" || metadata.name === "") {
    return [{ file: manifest.template, path: String(kind), message: "has no metadata.name; every object needs one" }];
  }
  const apiKind = findApiKind(apiVersion, kind);
  if (apiKind === undefined) return [problemAt(manifest, "apiVersion", refusal(apiVersion, kind))];

  const problems = await checkKind(manifest, apiKind);
  return [...problems, ...checkMetadata(manifest, apiKind), ...checkNulls(manifest)];
}

async function checkKind(manifest: RenderedManifest, { models }: ApiKind): Promise<Problem[]> {
  const { apiVersion, kind } = manifest.object;
  if (models === "kubernetes-models")
    return [...checkSchema(manifest, manifest.object, await validatorOf(models, apiVersion, kind)), ...checkRanges(manifest)];
  const structure = [...checkCustomResource(manifest), ...(await checkObjectMeta(manifest))];
  if (structure.length > 0) return structure;
  if (typeof models === "string") return checkSchema(manifest, manifest.object, await validatorOf(models, apiVersion, kind));
  const unknown = otherFields(manifest, models);
  return kind === "HelmChartConfig" ? [...unknown, ...checkHelmChartConfig(manifest)] : unknown;
}

function refusal(apiVersion: string, kind: string): string {
  const right = apiVersionOf(kind);
  const cure = right === undefined ? "add it to generator/check/api-kinds.ts if a chart needs it" : `write ${right}`;
  return `${apiVersion} ${kind} is not among the kinds the charts may render; ${cure}`;
}

/** A compiled validator (ajv standalone code): true or false, with what it found in `errors`. */
interface Validator {
  (data: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function validatorOf(models: string, apiVersion: string, kind: string): Promise<Validator> {
  return models === "kubernetes-models" ? loadValidator(apiVersion, kind) : loadModelValidator(models, apiVersion, kind);
}

const validators = new Map<string, Promise<Validator>>();

/** One module per kind: kubernetes-models' root index alone takes over a second and 300 MB. */
function loadValidator(apiVersion: string, kind: string): Promise<Validator> {
  const name = schemaName(apiVersion, kind);
  const known = validators.get(name);
  if (known !== undefined) return known;
  const loading = import(`kubernetes-models/_schemas/${name}`).then((module: { validate: Validator }) => module.validate);
  validators.set(name, loading);
  return loading;
}

/** A custom resource's model hides its validator behind a method that throws. */
async function loadModelValidator(models: string, apiVersion: string, kind: string): Promise<Validator> {
  const module = (await import(`${models}/${apiVersion}/${kind}`)) as Record<string, new () => { validate(): void }>;
  const model = module[kind];
  if (model === undefined) throw new Error(`${models} has no ${apiVersion} ${kind}`);
  const validator = (data: unknown): boolean => {
    try {
      model.prototype.validate.call(data);
      validator.errors = [];
    } catch (error) {
      const { errors } = error as { errors?: readonly SchemaError[] };
      if (errors === undefined) throw error;
      validator.errors = errors;
    }
    return validator.errors.length === 0;
  };
  validator.errors = [] as readonly SchemaError[];
  return validator;
}

/** `networking.k8s.io/v1`, `Ingress` → `IoK8sApiNetworkingV1Ingress`, the name in Kubernetes' OpenAPI document. */
function schemaName(apiVersion: string, kind: string): string {
  const [version = "", group = "core"] = apiVersion.split("/").toReversed();
  return `IoK8sApi${capital(group.split(".")[0] ?? "")}${capital(version)}${kind}`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** kubernetes-models strips descriptions from its schemas, and with them this one field of that name. */
const lostFields: ReadonlySet<string> = new Set(["PriorityClass.description"]);

function checkSchema(manifest: RenderedManifest, data: object, validate: Validator): Problem[] {
  const problems: Problem[] = [];
  const unknown = findUnknownFields(data, (wrapped) => {
    if (!validate(wrapped)) problems.push(...schemaProblems(manifest, data, validate.errors ?? []));
  });
  return [...problems, ...unknown.flatMap((field) => unknownProblem(manifest, field))];
}

/** The fields of an object that its kind does not have, and a kind that may not be; what the fields' values are is not looked at. */
export async function findUnknown(manifest: RenderedManifest): Promise<Problem[]> {
  const { apiVersion, kind } = manifest.object;
  const apiKind = findApiKind(apiVersion, kind);
  if (apiKind === undefined) return [problemAt(manifest, "apiVersion", refusal(apiVersion, kind))];
  if (typeof apiKind.models !== "string") return otherFields(manifest, apiKind.models);
  const validate = await validatorOf(apiKind.models, apiVersion, kind);
  return findUnknownFields(manifest.object, validate).flatMap((field) => unknownProblem(manifest, field));
}

/** Fields that a kind without a model does not have. Its metadata is that of every object. */
function otherFields(manifest: RenderedManifest, known: Fields): Problem[] {
  const object = findOtherFields(manifest.object, { apiVersion: true, kind: true, metadata: true, ...known });
  return object.flatMap((field) => unknownProblem(manifest, field));
}

function unknownProblem(manifest: RenderedManifest, { path, name, known }: UnknownField): Problem[] {
  const field = fieldPath(path, name);
  if (lostFields.has(`${manifest.object.kind}.${field}`)) return [];
  const meant = nearest(name, known);
  const cure = meant === undefined ? "remove it" : `did you mean ${meant}?`;
  return [problemAt(manifest, field, `is not a field of this object; ${cure}`)];
}

/** A custom resource's metadata is that of every object; the validator of any kind will do. */
async function checkObjectMeta(manifest: RenderedManifest): Promise<Problem[]> {
  const probe = { apiVersion: "v1", kind: "ConfigMap", metadata: manifest.object.metadata };
  return checkSchema(manifest, probe, await loadValidator("v1", "ConfigMap"));
}

/**
 * One problem per place. A union (a port is a number or a string) reports every branch and itself; the branches
 * together say what is allowed.
 */
function schemaProblems(manifest: RenderedManifest, data: unknown, errors: readonly SchemaError[]): Problem[] {
  const byPlace = new Map<string, Set<string>>();
  for (const error of errors) {
    if (error.keyword === "oneOf" || error.keyword === "anyOf") continue;
    const missing = error.params["missingProperty"];
    const place = typeof missing === "string" ? `${error.instancePath}/${missing}` : error.instancePath;
    const demands = byPlace.get(place) ?? new Set<string>();
    byPlace.set(place, demands.add(demand(error)));
  }
  return [...byPlace].map(([pointer, demands]) => {
    const { path, value } = follow(data, pointer);
    const wanted = [...demands].join(" or ");
    const message = value === undefined ? "is missing; the API server requires it" : `is ${show(value)}; write ${wanted}`;
    return problemAt(manifest, path, message);
  });
}

function demand({ keyword, params }: SchemaError): string {
  switch (keyword) {
    case "type":
      return `a value of type ${String(params["type"])}`;
    case "format":
      return `a valid ${String(params["format"])}`;
    case "enum":
      return Array.isArray(params["allowedValues"]) ? `one of ${params["allowedValues"].join(", ")}` : "an allowed value";
    default:
      return `what the schema asks for (${keyword})`;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Follows a JSON pointer, and writes it the way people write paths. */
function follow(data: unknown, pointer: string): { path: string; value: unknown } {
  let path = "";
  let value = data;
  for (const escaped of pointer.split("/").slice(1)) {
    const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    path = fieldPath(path, Array.isArray(value) ? Number(key) : key);
    value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }
  return { path, value };
}
