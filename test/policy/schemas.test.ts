import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, test } from "vitest";
import { helmChartConfig, objectStore, type Fields } from "../../generator/check/custom-fields.ts";
import { helmChartConfigWords } from "../../generator/check/helm-chart-config.ts";
import { toolPath } from "../../tools/build.ts";
import { readCrds } from "../../tools/crds.ts";
import { schemaLocation } from "../../tools/schemas.ts";

let kubeconform: string;
let location: string;

beforeAll(async () => {
  [kubeconform, location] = await Promise.all([toolPath("lint", "kubeconform"), schemaLocation()]);
});

/** What kubeconform has against a manifest, or "" if nothing. */
function complaints(manifest: object): string {
  const args = ["-strict", "-schema-location", location, "-output", "json"];
  const { stdout, stderr } = spawnSync(kubeconform, args, { input: JSON.stringify(manifest), encoding: "utf8" });
  expect(stderr).toBe("");
  const { resources } = JSON.parse(stdout) as { resources: { msg: string }[] };
  return resources.map(({ msg }) => msg).join();
}

function deployment(container: object, spec: object = {}) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "app" },
    spec: {
      selector: { matchLabels: { app: "app" } },
      template: {
        metadata: { labels: { app: "app" } },
        spec: { containers: [{ name: "app", image: "app:1", ...container }] },
      },
      ...spec,
    },
  };
}

describe("Kubernetes kinds", () => {
  test.each([
    ["an unknown field deep inside", deployment({ imagePullPolcy: "Always" }), /containers\/0.*imagePullPolcy/],
    ["an unknown field of the metadata", { ...deployment({}), metadata: { label: {} } }, /metadata.*label/],
    ["a text for a number", deployment({}, { replicas: "2" }), /replicas.*got string, want null or integer|replicas.*integer/],
    ["a number for a text", deployment({ env: [{ name: "A", value: 1 }] }), /value.*got number, want string/],
    ["a missing field", deployment({}, { selector: undefined }), /spec.*selector/],
    [
      "an unknown field of a core kind",
      { apiVersion: "v1", kind: "Service", metadata: { name: "app" }, spec: { portz: [] } },
      /spec.*portz/,
    ],
    ["a kind that the version does not have", { ...deployment({}), apiVersion: "apps/v1beta1" }, /could not find schema/],
  ])("%s is found", (_, manifest, expected) => {
    expect(complaints(manifest)).toMatch(expected);
  });

  test("what is right is left in peace: ports by name or number, quantities by text or number", () => {
    const probe = (port: number | string) => ({ httpGet: { path: "/", port } });
    const container = {
      resources: { limits: { memory: "1Gi", cpu: 1 } },
      livenessProbe: probe("http"),
      readinessProbe: probe(8080),
      securityContext: { runAsUser: 10001 },
    };
    expect(complaints(deployment(container, { strategy: { rollingUpdate: { maxSurge: "25%" } } }))).toBe("");
  });
});

describe("custom resources", () => {
  const monitor = (endpoint: object) => ({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: { name: "app" },
    spec: { selector: {}, endpoints: [endpoint] },
  });

  test("an unknown field is found, and a value outside its list", () => {
    expect(complaints(monitor({ prot: "http" }))).toMatch(/endpoints\/0.*prot/);
    expect(complaints(monitor({ scheme: "ftp" }))).toMatch(/scheme/);
  });

  test("a right one is left in peace", () => {
    expect(complaints(monitor({ port: "http", targetPort: 80, interval: "30s" }))).toBe("");
  });

  test.each([
    ["HelmChartConfig", helmChartConfig],
    ["ObjectStore", objectStore],
  ])("what the check knows of a %s is there", async (kind, fields) => {
    expect(strangers(fields, await schemaOf(kind))).toEqual([]);
    expect(strangers({ spec: { nonesuch: true } }, await schemaOf(kind))).toEqual(["spec.nonesuch"]);
  });

  test("a HelmChartConfig's fields take the words that the check knows", async () => {
    const { properties = {} } = (await schemaOf("HelmChartConfig")).properties?.["spec"] ?? {};
    const words = Object.entries(properties).flatMap(([name, field]) => (field.enum === undefined ? [] : [[name, field.enum.toSorted()]]));
    const known = Object.entries(helmChartConfigWords).map(([name, allowed]) => [name, allowed.toSorted()]);
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(words));
  });

  test("a place that takes anything takes anything", () => {
    const middleware = { plugin: { bouncer: { any: { thing: 1 } } } };
    const metadata = { name: "app" };
    expect(complaints({ apiVersion: "traefik.io/v1alpha1", kind: "Middleware", metadata, spec: middleware })).toBe("");
  });

  test.each([
    ["cert-manager.io/v1", "Certificate"],
    ["external-secrets.io/v1", "ExternalSecret"],
    ["helm.cattle.io/v1", "HelmChartConfig"],
    ["keda.sh/v1alpha1", "ScaledObject"],
    ["monitoring.coreos.com/v1", "PrometheusRule"],
    ["postgresql.cnpg.io/v1", "Cluster"],
    ["traefik.io/v1alpha1", "IngressRoute"],
  ])("%s %s is known", (apiVersion, kind) => {
    expect(complaints({ apiVersion, kind, metadata: {}, spec: { noSuchField: 1 } })).toMatch(/noSuchField/);
  });
});

/** A schema of a custom resource's definition, as far as it is read here. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly string[];
}

async function schemaOf(kind: string): Promise<Schema> {
  const crd = (await readCrds()).find(({ spec }) => spec.names.kind === kind);
  return crd?.spec.versions[0]?.schema.openAPIV3Schema ?? {};
}

/** Fields that a definition does not have. */
function strangers(fields: Fields, schema: Schema, path = ""): string[] {
  return Object.entries(fields).flatMap(([name, below]) => {
    const field = schema.properties?.[name];
    if (field === undefined) return [`${path}${name}`];
    return below === true ? [] : strangers(below, field.items ?? field, `${path}${name}.`);
  });
}
