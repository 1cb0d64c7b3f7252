import { join } from "node:path";
import { expect, test } from "vitest";

import { dashboards, definitions } from "../../generator/charts/monitoring/dashboards/index.ts";
import { dashboardsPage } from "./dashboards-page.ts";

interface Model {
  readonly panels: readonly { id: number; type: string; title: string; gridPos: { x: number; y: number; w: number; h: number } }[];
  readonly templating: { list: readonly { name: string }[] };
}

const models = dashboards.map(({ uid, json }) => ({ uid, json, model: JSON.parse(json) as Model }));

test("addresses are for ever: a dashboard that changes its uid breaks links and Grafana's own store", () => {
  expect(dashboards.map(({ uid, title }) => `${uid} ${title}`)).toEqual([
    "xpeditis-overview Overview",
    "xpeditis-backend Backend",
    "xpeditis-frontend Frontend",
    "xpeditis-ingress Ingress",
    "xpeditis-redis Redis",
    "xpeditis-postgresql PostgreSQL",
    "xpeditis-nodes Nodes",
    "xpeditis-workloads Workloads",
    "xpeditis-storage Storage",
    "xpeditis-logs Logs",
    "xpeditis-monitoring Monitoring",
  ]);
});

test.each(models)("$uid: panels are numbered, within 24 columns, and do not overlap", ({ model }) => {
  const { panels } = model;
  expect(panels.map(({ id }) => id)).toEqual(panels.map((_, index) => index + 1));
  const faults: string[] = [];
  const taken = new Map<string, string>();
  for (const { title, gridPos } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        const place = `${x},${y}`;
        if (x >= 24 || taken.has(place)) faults.push(`${title} at ${place}`);
        taken.set(place, title);
      }
    }
  }
  expect(faults).toEqual([]);
});

test.each(models)("$uid: rows are filled, so that no panel stands alone at an edge", ({ model }) => {
  const rows = Map.groupBy(model.panels, ({ gridPos }) => gridPos.y);
  const short = [...rows.values()].filter((panels) => panels.reduce((sum, { gridPos }) => sum + gridPos.w, 0) !== 24);
  expect(short.map((panels) => panels.map(({ title }) => title))).toEqual([]);
});

test.each(models)("$uid: queries use variables that exist", ({ json, model }) => {
  const known = model.templating.list.map(({ name }) => name);
  const used = [...json.matchAll(/\$\{?(?!__)(\w+)/g)].map(([, name = ""]) => name).filter((name) => !/^\d/.test(name));
  expect([...new Set(used)].filter((name) => !known.includes(name))).toEqual([]);
});

test("links lead to dashboards, with variables that they have", () => {
  const links = models.flatMap(({ json }) =>
    [...json.matchAll(/"url":"\/d\/([\w-]+)\?([^"]*)"/g)].map(([, uid = "", query = ""]) => ({ uid, query })),
  );
  expect(links.length).toBeGreaterThan(0);
  const wrong = links.flatMap(({ uid, query }) => {
    const known = models.find((model) => model.uid === uid)?.model.templating.list.map(({ name }) => name);
    if (known === undefined) return [uid];
    return [...query.matchAll(/var-(\w+)=/g)].map(([, name = ""]) => name).filter((name) => !known.includes(name));
  });
  expect(wrong).toEqual([]);
});

test("every dashboard of something that writes logs shows them", () => {
  const without = definitions
    .filter(({ rows }) => !rows.some(({ panels }) => panels.some(({ kind }) => kind === "logs")))
    .map(({ title }) => title);
  expect(without).toEqual(["Overview", "Nodes", "Workloads", "Storage", "Monitoring"]);
});

test("the files fit: 20 kB each, 150 kB together", () => {
  expect(Math.max(...dashboards.map(({ json }) => json.length))).toBeLessThan(20_000);
  expect(dashboards.reduce((sum, { json }) => sum + json.length, 0)).toBeLessThan(150_000);
});

test("docs/dashboards.md tells of every panel (`npx vitest run test/monitoring -u` writes it anew)", async () => {
  await expect(dashboardsPage()).toMatchFileSnapshot(join(import.meta.dirname, "..", "..", "docs", "dashboards.md"));
});
