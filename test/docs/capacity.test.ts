import { expect, test } from "vitest";

import { parseQuantity } from "../../generator/check/lint/quantity.ts";
import { environment, rendered } from "../cluster/chart/environments.ts";
import { readSizes } from "../nodes/monitoring/sizes-page.ts";

interface Container {
  readonly name: string;
  readonly resources?: { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> };
  readonly restartPolicy?: string;
}

interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

/** Not measured: there is no image of it. Traefik is not the chart's, only its size is. */
const [unmeasured, othersOwn] = [["grafana"], ["traefik"]];

test("docs/capacity.md shows the requests and limits that production has (test/nodes/monitoring.test.ts measures the rest)", () => {
  const { objects } = rendered(environment("production"), "xpeditis-prod");
  const rendering = objects
    .filter(({ kind }) => ["Deployment", "StatefulSet", "DaemonSet"].includes(kind))
    .flatMap((object) => {
      const { spec } = (object["spec"] as { template: { spec: PodSpec } }).template;
      return [...spec.containers, ...(spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always")];
    })
    .filter(({ name }) => !unmeasured.includes(name))
    .map(({ name, resources }) => {
      const number = (kind: "requests" | "limits", resource: string) => parseQuantity(resources?.[kind][resource]) ?? 0;
      const mebibytes = (kind: "requests" | "limits") => `${number(kind, "memory") / 2 ** 20}`;
      return { name, cpu: `${number("requests", "cpu") * 1000}m`, memory: mebibytes("requests"), limit: mebibytes("limits") };
    });
  const page = readSizes()
    .split("\n")
    .slice(2)
    .map((row) => row.split(" | ").map((cell) => cell.replaceAll("|", "").trim()))
    .map(([name = "", , , cpu = "", , , memory = "", limit = ""]) => ({ name, cpu, memory, limit }))
    .filter(({ name }) => !othersOwn.includes(name));
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  expect(page).toEqual(rendering.toSorted(byName));
});
