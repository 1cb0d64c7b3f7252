import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubeVersion, parseManifests, template } from "../helm/client.ts";
import type { KubernetesObject } from "../../generator/check/manifest.ts";
import { customGroups } from "./chart/chart-cluster.ts";
import { objections } from "./chart/dry-run.ts";
import { environment, environments, type Environment } from "./chart/environments.ts";
import { startPacking, type Edit, type Packages } from "./chart/packages.ts";
import { startCluster, type Cluster } from "./harness/cluster.ts";

/** Every object of every environment, asked of the API server of every minor version that the charts support. */
const minors = ["1.33", "1.34", "1.35", "1.36"] as const;

let packages: Packages;
beforeAll(async () => void (packages = await startPacking()));
afterAll(() => packages?.[Symbol.asyncDispose]());

describe.each(minors)("Kubernetes %s", (minor) => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster(minor === "1.36" ? {} : { emulate: minor });
    await cluster.loadCrds(customGroups());
  });
  afterAll(() => cluster?.stop());

  /** What the API server objects to, of what the real Helm renders for this version. */
  async function objectionsTo({ name, values }: Environment, edits: readonly Edit[] = []): Promise<string[]> {
    const rendering = await template(4, await packages.pack({ edits }), {
      values,
      release: "xpeditis",
      namespace: name,
      kubeVersion: minor === "1.36" ? kubeVersion : `v${minor}.0`,
    });
    if (!rendering.ok) throw new Error(rendering.refusal);
    const objects = parseManifests(rendering.text) as unknown as KubernetesObject[];
    const namespaces = new Set([name, ...objects.flatMap(({ metadata }) => metadata.namespace ?? [])]);
    await cluster.apply([...namespaces].map((each) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name: each } })));
    // The API server takes no pod, not even to try, whose account is not there.
    await cluster.apply(objects.filter(({ kind }) => kind === "ServiceAccount"));
    return objections(cluster, objects);
  }

  test.each(environments)("5 $name: no unknown field, no deprecated version, nothing dropped", async (each) => {
    expect(await objectionsTo(each)).toEqual([]);
  });

  const backend = "charts/backend/templates";
  const faults: readonly (readonly [fault: string, edit: Edit, expected: RegExp])[] = [
    [
      "a misspelt field",
      { file: `${backend}/deployment.yaml`, from: "enableServiceLinks: false", to: "enableServiceLink: false" },
      /enableServiceLink: field not declared in schema/,
    ],
    [
      "a version that is no longer served",
      { file: `${backend}/poddisruptionbudget.yaml`, from: "policy/v1", to: "policy/v1beta1" },
      /no matches for kind "PodDisruptionBudget" in version "policy\/v1beta1"/,
    ],
    [
      "a deprecated kind",
      {
        file: `${backend}/serviceaccount.yaml`,
        from: /$/,
        to: "---\napiVersion: v1\nkind: Endpoints\nmetadata:\n  name: old\n  namespace: {{ .Release.Namespace }}\n",
      },
      /v1 Endpoints is deprecated/,
    ],
    [
      "a custom resource that breaks its schema",
      { file: "templates/middlewares.yaml", from: "contentTypeNosniff: true", to: "contentTypeNosniff: 12" },
      /contentTypeNosniff/,
    ],
  ];
  test.runIf(minor === "1.36").each(faults)("5 fault: %s is caught", async (_, edit, expected) => {
    expect((await objectionsTo(environment("staging"), [edit])).join("\n")).toMatch(expected);
  });

  test.runIf(minor === "1.33")("5 fault: a field that this version would drop without a word is caught", async () => {
    const edit = { file: `${backend}/hpa.yaml`, from: /\{\{- if semverCompare ">=1\.35-0" [^}]*\}\}/g, to: "{{- if true }}" };
    expect((await objectionsTo(environment("staging"), [edit])).join("\n")).toMatch(/tolerance: dropped/);
  });
});
