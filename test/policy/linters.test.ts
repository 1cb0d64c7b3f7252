import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exceptions } from "../../generator/check/lint/exceptions.ts";
import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { environment, environments, type Environment } from "../cluster/chart/environments.ts";
import { startPacking, type Edit, type Packages } from "../cluster/chart/packages.ts";
import { helmMajors, template } from "../helm/client.ts";
import { kubeconformFindings, kubeScoreFindings } from "./linters.ts";

/** kubeconform and kube-score on what Helm renders of every environment, and of no values at all. */
const installation = { name: "xpeditis", namespace: "xpeditis-prod", kubeVersion: "v1.36.0" };
const all: readonly Environment[] = [{ name: "defaults", values: {} }, ...environments];

let packages: Packages;
beforeAll(async () => void (packages = await startPacking()));
afterAll(() => packages?.[Symbol.asyncDispose]());

async function rendering({ values }: Environment, edits: readonly Edit[] = [], major: 3 | 4 = 4): Promise<string> {
  const { name: release, namespace, kubeVersion } = installation;
  const result = await template(major, await packages.pack({ edits }), { values, release, namespace, kubeVersion });
  if (!result.ok) throw new Error(result.refusal);
  return result.text;
}

async function scored(each: Environment, edits: readonly Edit[] = []): Promise<string[]> {
  const { manifests, requires } = renderChart(xpeditis, each.values, installation);
  const singleNode = ["defaults", "local"].includes(each.name);
  const external = { Secret: new Set(requires.map(({ name }) => name)) };
  return kubeScoreFindings(await rendering(each, edits), manifests, { namespace: installation.namespace, external, singleNode });
}

describe.each(all)("$name", (each) => {
  test.each(helmMajors)("kubeconform finds nothing in what Helm %i renders", async (major) => {
    expect(await kubeconformFindings(await rendering(each, [], major))).toEqual([]);
  });

  test("kube-score finds nothing that no exception allows", async () => {
    expect(await scored(each)).toEqual([]);
  });
});

test("there are at most ten exceptions, each with its reason", () => {
  expect(exceptions.length).toBeLessThanOrEqual(10);
  for (const { reason } of exceptions) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
});

describe("faults", () => {
  const deployment = "charts/backend/templates/deployment.yaml";

  test("kubeconform sees a misspelt field", async () => {
    const edits = [{ file: deployment, from: "enableServiceLinks", to: "enableServiceLink" }];
    expect((await kubeconformFindings(await rendering(environment("production"), edits))).join("\n")).toMatch(/enableServiceLink/);
  });

  test.each([
    ["a pod without probes", { file: deployment, from: "readinessProbe:", to: "startupProbe2:" }, /pod-probes/],
    ["an image without a tag", { file: deployment, from: /image: \{\{ include .*/g, to: "image: example.test/app" }, /container-image-tag/],
    [
      "a policy that selects other pods",
      { file: "charts/backend/templates/networkpolicy.yaml", from: /component: \w+/g, to: "component: nothing" },
      /networkpolicy-targets-pod/,
    ],
    [
      "a budget that selects nothing",
      { file: "charts/backend/templates/poddisruptionbudget.yaml", from: "component: server", to: "component: nothing" },
      /poddisruptionbudget/,
    ],
    [
      "no memory limit, beside the CPU limit that is allowed to lack",
      { file: deployment, from: /resources:\n +\{\{- toYaml.*/g, to: "resources: {}" },
      /container-resources: backend: Memory limit/,
    ],
  ] as const)("kube-score sees %s", async (_, edit, expected) => {
    expect((await scored(environment("production"), [edit])).join("\n")).toMatch(expected);
  });
});
