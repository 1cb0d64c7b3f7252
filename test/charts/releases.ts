/** The charts as an operator renders them, by Helm and in-process, for the tests of this folder. */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

import type { ICertificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import type { IScaledObject } from "@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject";
import type { IPodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type { IServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import type { IScrapeConfig } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1/ScrapeConfig";
import type { IMiddleware } from "@kubernetes-models/traefik/traefik.io/v1alpha1/Middleware";
import type { ITLSOption } from "@kubernetes-models/traefik/traefik.io/v1alpha1/TLSOption";
import type { IServersTransport } from "@kubernetes-models/traefik/traefik.io/v1alpha1/ServersTransport";
import { load } from "js-yaml";
import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import type { ICronJob } from "kubernetes-models/batch/v1/CronJob";
import type { IJob } from "kubernetes-models/batch/v1/Job";
import type { IIngress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IPersistentVolumeClaim } from "kubernetes-models/v1/PersistentVolumeClaim";
import type { IPod } from "kubernetes-models/v1/Pod";
import type { ISecret } from "kubernetes-models/v1/Secret";
import type { IService } from "kubernetes-models/v1/Service";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";

import type { RenderedManifest } from "../../generator/check/manifest.ts";
import { readValuesFile } from "../../generator/check/values-file.ts";
import type { SchemaChart } from "../../generator/check/values.ts";
import type { Chart } from "../../generator/chart/chart.ts";
import { renderChart, type Installation } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import type { HelmChartConfig } from "../../generator/kubernetes/helm-chart-config.ts";
import { Refusal } from "../../generator/dsl/index.ts";
import { mergeFiles } from "../../generator/values/coalesce.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { template, type Manifest, type TemplateOptions } from "../helm/client.ts";

/** The umbrella's folder, and where a subchart lies in it. */
export const umbrella = "charts/xpeditis";
export const subchartFolder = (name: string): string => `${umbrella}/charts/${name}`;

/** The release that the tests render unless they say otherwise. */
export const installation: Installation = { name: "xpeditis", namespace: "xpeditis-prod", kubeVersion: "v1.36.0" };

/** Values that all required Secrets are there for, in mode `literal`. */
export const literalSecrets: Values = {
  mode: "literal",
  literal: Object.fromEntries(
    ["DATABASE_URL", "DATABASE_DIRECT_URL", "REDIS_URL", "JWT_SECRET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map((key) => [
      key,
      `value of ${key}`,
    ]),
  ),
};

/** The same for Redis. */
export const literalPasswords: Values = {
  mode: "literal",
  literal: Object.fromEntries(["app", "probe", "exporter", "backup"].map((user) => [`${user}-password`, `password-of-${user}`])),
};

/** Values of every environment file by its name, and of an empty one as `defaults`. */
export const environments: ReadonlyMap<string, Values> = new Map([
  ["defaults", {}],
  ...readdirSync("values")
    .filter((file) => file.endsWith(".yaml"))
    .map((file): [string, Values] => {
      const path = join("values", file);
      return [basename(file, ".yaml"), readValuesFile({ path, text: readFileSync(path, "utf8") }).values];
    }),
]);

/** A chart's schemas, as the check of values files wants them. */
export function schemaChart({ name, schema, subcharts }: Chart): SchemaChart {
  return { name, schema, subcharts: subcharts.map((chart) => ({ chart: schemaChart(chart), condition: `${chart.name}.enabled` })) };
}

/** Several sets as one, the later over the earlier, as Helm merges several `-f`. */
export const overlaid = (...sets: Values[]): Values => mergeFiles(sets);

/** Objects by `apiVersion/kind/namespace/name`, or the refusal: what both ways of rendering must agree on. */
export type Outcome = { readonly objects: Readonly<Record<string, unknown>> } | { readonly refusal: string };

/** What renders in-process. */
export function renderedInProcess(values: Values, chart: Chart = xpeditis, into: Installation = installation): Outcome {
  try {
    return { objects: byKey(renderChart(chart, values, into).manifests.map(({ object }) => object)) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}

/** What the real Helm renders. A refusal by a guard is its sentence alone; any other is Helm's whole message. */
export async function renderedByHelm(
  major: 3 | 4,
  values: Values,
  folder = umbrella,
  into: Installation = installation,
  options: TemplateOptions = {},
): Promise<Outcome> {
  const rendering = await template(major, folder, {
    values,
    release: into.name,
    namespace: into.namespace,
    kubeVersion: into.kubeVersion,
    ...options,
  });
  return rendering.ok ? { objects: byKey(rendering.documents) } : { refusal: sentenceOf(rendering.refusal) };
}

/** The manifests of the umbrella, evaluated. */
export function manifestsOf(values: Values = {}, into: Partial<Installation> = {}, chart: Chart = xpeditis): readonly RenderedManifest[] {
  return renderChart(chart, values, { ...installation, ...into }).manifests;
}

/** What the tests look into, by kind. */
interface Kinds {
  readonly Certificate: ICertificate;
  readonly ClusterIssuer: IClusterIssuer;
  readonly ConfigMap: IConfigMap;
  readonly CronJob: ICronJob;
  readonly Deployment: IDeployment;
  readonly ExternalSecret: IExternalSecret;
  readonly HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  readonly Ingress: IIngress;
  readonly Job: IJob;
  readonly Middleware: IMiddleware;
  readonly TLSOption: ITLSOption;
  readonly PodMonitor: IPodMonitor;
  readonly ScrapeConfig: IScrapeConfig;
  readonly NetworkPolicy: INetworkPolicy;
  readonly PersistentVolumeClaim: IPersistentVolumeClaim;
  readonly Pod: IPod;
  readonly PodDisruptionBudget: IPodDisruptionBudget;
  readonly ScaledObject: IScaledObject;
  readonly Secret: ISecret;
  readonly ServersTransport: IServersTransport;
  readonly Service: IService;
  readonly ServiceAccount: IServiceAccount;
  readonly ServiceMonitor: IServiceMonitor;
  readonly StatefulSet: IStatefulSet;
}

/** The one object of that kind and name. */
export function find<K extends keyof Kinds>(manifests: readonly RenderedManifest[], kind: K, name: string): Kinds[K] {
  const found = manifests.filter(({ object }) => object.kind === kind && object.metadata.name === name);
  if (found.length !== 1) throw new Error(`${found.length} objects are ${kind} ${name}; there are ${names(manifests).join(", ")}`);
  return found[0]?.object as unknown as Kinds[K];
}

/** All objects of a kind. */
export const ofKind = <K extends keyof Kinds>(manifests: readonly RenderedManifest[], kind: K): Kinds[K][] =>
  manifests.filter(({ object }) => object.kind === kind).map(({ object }) => object as unknown as Kinds[K]);

/** `Kind/name` of all objects, sorted. */
export const names = (manifests: readonly RenderedManifest[]): string[] =>
  manifests.map(({ object }) => `${object.kind}/${object.metadata.name}`).toSorted();

// ── internal ────────────────────────────────────────────────────────────────

function byKey(objects: readonly Manifest[] | readonly RenderedManifest["object"][]): Record<string, unknown> {
  const keyed: Record<string, unknown> = {};
  for (const object of objects) {
    const key = `${object.apiVersion}/${object.kind}/${String(object.metadata["namespace"])}/${object.metadata.name}`;
    if (key in keyed) throw new Error(`${key} is rendered twice`);
    keyed[key] = withReadValues(object);
  }
  return keyed;
}

/** A HelmChartConfig with its values as data: what they say counts, and not how the YAML in the text is laid out. */
function withReadValues(object: Manifest | RenderedManifest["object"]): unknown {
  if (object.kind !== "HelmChartConfig") return object;
  const { spec } = object as unknown as HelmChartConfig;
  return { ...object, spec: { ...spec, valuesContent: load(spec.valuesContent ?? "") } };
}

function sentenceOf(message: string): string {
  return /^Error: (?:INSTALLATION FAILED: )?execution error at \([^)]*\): ([\s\S]*?)\n\nUse --debug/m.exec(message)?.[1] ?? message.trim();
}
