import { expect, test } from "vitest";

import { parseQuantity } from "../../generator/check/lint/quantity.ts";
import { environment, rendered } from "../cluster/chart/environments.ts";
import { misfits, sizesOf } from "../nodes/monitoring/sizes.ts";
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

const mebibytes = (amount: number) => amount * 2 ** 20;
const size = (requested: number, limit: number, cpu = 0.01) => ({
  name: "alertmanager",
  rest: { cpu: 0.002, memory: mebibytes(40) },
  most: { cpu: 0.002, memory: mebibytes(60) },
  asked: { cpu, memory: mebibytes(requested), memoryLimit: mebibytes(limit) },
});

test.each([
  ["fits", size(48, 128), []],
  ["asks for too little", size(32, 128), ["alertmanager: uses 40 MiB at rest and asks for 32 MiB"]],
  ["asks for too much", size(81, 128), ["alertmanager: asks for 81 MiB, uses 40 MiB, and has 0 MiB of headroom"]],
  ["asks for too much CPU", size(48, 128, 0.1), ["alertmanager: asks for 100m CPU, uses 2m, and has 10m of headroom"]],
  ["is near its limit", size(48, 89), ["alertmanager: used up to 60 MiB, and its limit is 89 MiB"]],
])("a container that %s is judged so", (_, measured, problems) => {
  expect(misfits(measured)).toEqual(problems);
});

test("what is not measured, or has no stated headroom, is no table", () => {
  const asked = new Map([["alertmanager", size(48, 128).asked]]);
  expect(() => sizesOf(new Map(), new Map(), asked)).toThrow("was not measured");
  expect(() => sizesOf(new Map(), new Map(), new Map([["another", size(48, 128).asked]]))).toThrow("no headroom is stated for another");
});
