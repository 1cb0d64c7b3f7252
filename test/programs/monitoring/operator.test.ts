import { spawnSync } from "node:child_process";

import { expect, test } from "vitest";

import { toolPath } from "../../../tools/build.ts";
import { schemaLocation } from "../../../tools/schemas.ts";
import { operator } from "../../fixtures/monitoring-switched.ts";
import { production } from "./files.ts";

test("what mode operator renders is what the operator's own definitions allow", async () => {
  const manifests = await production({ monitoring: operator });
  const own = manifests.filter(({ apiVersion }) => apiVersion.startsWith("monitoring.coreos.com/"));
  expect([...new Set(own.map(({ kind }) => kind))].toSorted()).toEqual(["PodMonitor", "PrometheusRule", "ScrapeConfig"]);
  const [kubeconform, location] = await Promise.all([toolPath("lint", "kubeconform"), schemaLocation()]);
  const { stdout, stderr } = spawnSync(kubeconform, ["-strict", "-schema-location", location, "-output", "json", "-verbose"], {
    input: own.map((manifest) => JSON.stringify(manifest)).join("\n---\n"),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  expect(stderr).toBe("");
  const { resources } = JSON.parse(stdout) as { resources: readonly { name: string; status: string; msg: string }[] };
  expect(resources).toHaveLength(own.length);
  expect(resources.filter(({ status }) => status !== "statusValid").map(({ name, msg }) => `${name}: ${msg}`)).toEqual([]);
});
