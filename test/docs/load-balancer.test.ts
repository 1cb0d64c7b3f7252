import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";

import { loadBalancerOf } from "../../generator/charts/edge/load-balancer/meaning.ts";
import { loadBalancerTable } from "../../generator/charts/edge/load-balancer/table.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { installation } from "../charts/releases.ts";

const page = "docs/load-balancer.md";
const [begin, end] = ["<!-- table: made by test/docs/load-balancer.test.ts -->\n", "<!-- end of table -->"];

/** The load balancer of a mode, as production has it. */
const of = (mode: string, more: Values = {}) =>
  loadBalancerOf(
    { fullnameOverride: "xpeditis", global: { environment: "production", tls: { mode }, cloudflare: { enabled: true } }, ...more },
    installation,
  );

test(`${page} shows each mode's load balancer (UPDATE_GOLDEN=1 rewrites the table)`, () => {
  const table = loadBalancerTable({
    "`certManager`, `secret`": of("certManager"),
    "`loadBalancer`": of("loadBalancer", { loadBalancer: { certificates: { names: ["xpeditis-2027"] } } }),
    "`cloudflare`": of("cloudflare"),
  });
  expect(of("secret")).toEqual(of("certManager"));
  const text = readFileSync(page, "utf8");
  const [before = "", rest = ""] = text.split(begin);
  const after = rest.slice(rest.indexOf(end));
  const current = `${before}${begin}\n${table}\n\n${after}`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, current);
  expect(readFileSync(page, "utf8")).toBe(current);
});
