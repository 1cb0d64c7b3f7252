import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { matrixOf, type Flow } from "./matrix.ts";
import { flowsPage, ofModes, tabled } from "./page.ts";
import { internet, metadataService, neighbourNames, privateNames } from "./parties.ts";
import { purposeOf, unusedPurposes } from "./purposes.ts";
import { rowsOf } from "./rows.ts";

const file = "docs/network-flows.md";
const all = [...tabled, ...ofModes];
const shown = (flows: readonly Flow[]): string[] => flows.map(({ from, to, port }) => `${from} → ${to}: ${port}`);

test(`${file} says what the policies let through (UPDATE_GOLDEN=1 rewrites it)`, () => {
  const page = flowsPage();
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, page);
  expect(readFileSync(file, "utf8")).toBe(page);
});

describe.each(all)("%s", (name, matrix) => {
  const { flows } = matrix;

  test("lets nothing through that has no purpose", () => {
    expect(rowsOf(matrix).filter(({ from, to }) => purposeOf(from, to) === undefined)).toEqual([]);
  });

  test("treats both families of the internet alike", () => {
    const to = (party: string) => flows.filter((flow) => flow.to === party).map(({ from, port }) => `${from}: ${port}`);
    expect(to(internet.ipv6.name)).toEqual(to(internet.ipv4.name));
  });

  test("lets nobody out of the world in but by Traefik", () => {
    const world = new Set([internet.ipv4.name, internet.ipv6.name, metadataService.name, ...privateNames]);
    expect(shown(flows.filter(({ from }) => world.has(from)))).toEqual([]);
  });

  test("opens no door to pods of strangers", () => {
    const strangers = new Set([
      "another release",
      "another database",
      "another namespace",
      "a pod that no chart knows",
      "metrics-server",
      "cert-manager",
    ]);
    expect(shown(flows.filter(({ from, port }) => strangers.has(from) && !port.startsWith("53")))).toEqual([]);
  });

  test("leads nobody to link-local addresses, where the metadata service is", () => {
    expect(shown(flows.filter(({ to }) => to === metadataService.name))).toEqual([]);
  });

  test("leads the applications and their data to no private address that nobody has opened, but for databases to the API server", () => {
    const chart = /^(backend|frontend|redis|postgresql|ACME|a pod)/;
    const closed = new Set([...neighbourNames.filter((to) => to !== "DNS"), ...privateNames]);
    const asksApiServer = ({ from, to, port }: Flow): boolean =>
      from.startsWith("postgresql") && to === "nodes" && ["443", "6443"].includes(port);
    const opened = name.includes("extraEgress") ? ["backend → nodes: 5432", "backend migration → nodes: 5432"] : [];
    const found = flows.filter((flow) => chart.test(flow.from) && closed.has(flow.to) && !asksApiServer(flow));
    expect(shown(found)).toEqual(opened);
  });
});

test("every purpose is some connection's", () => {
  expect(unusedPurposes(all.flatMap(([, matrix]) => rowsOf(matrix)))).toEqual([]);
});

test("without policies everything is open", () => {
  const { flows, pods } = matrixOf({ global: { networkPolicy: { enabled: false } } });
  const own = new Set(pods);
  expect(flows.filter(({ port }) => port !== "any")).toEqual([]);
  expect(flows.some(({ from, to }) => from === internet.ipv4.name && own.has(to))).toBe(true);
});
