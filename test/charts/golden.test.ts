import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { template } from "../helm/client.ts";
import { environments, installation, subchartFolder, umbrella } from "./releases.ts";

/** What operators get, committed, so that a change of the generator shows what it does to a release. */
const renders: readonly (readonly [name: string, folder: string, values: Values])[] = [
  ...[...environments].map(([name, values]) => [name, umbrella, values] as const),
  ...xpeditis.subcharts.map(({ name }) => [`${name}-alone`, subchartFolder(name), {}] as const),
];

const rewrite = process.env["UPDATE_GOLDEN"] === "1";
const changed: string[] = [];

describe("what helm renders is what was reviewed (UPDATE_GOLDEN=1 rewrites test/golden/)", () => {
  test.each(renders)("%s", async (name, folder, values) => {
    const { name: release, namespace, kubeVersion } = installation;
    const rendering = await template(4, folder, { values, release, namespace, kubeVersion });
    if (!rendering.ok) throw new Error(rendering.refusal);
    const file = join("test", "golden", `${name}.yaml`);
    if (rewrite) {
      mkdirSync(join("test", "golden"), { recursive: true });
      writeFileSync(file, rendering.text);
      changed.push(file);
    }
    expect(rendering.text).toBe(readFileSync(file, "utf8"));
  });
});

afterAll(() => {
  if (rewrite) console.log(`rewritten: ${changed.join(", ")}`);
});
