import { load } from "js-yaml";
import { expect, test } from "vitest";

import { jobs } from "../../generator/charts/monitoring/metrics.ts";
import { ruleFile, ruleGroups, type Alert } from "../../generator/charts/monitoring/rules/index.ts";
import { latencyBuckets, settings, withExamples } from "../../generator/charts/monitoring/settings.ts";

const alerts = ruleGroups.flatMap(({ rules }) => rules.filter((rule): rule is Alert => "alert" in rule));
const names = [...new Set(alerts.map(({ alert }) => alert))].sort();

test("groups have names of their own, and watch a scrape job", () => {
  const groups = ruleGroups.map(({ name }) => name);
  expect(groups).toEqual([...new Set(groups)]);
  expect(ruleGroups.filter(({ component }) => !(component in jobs))).toEqual([]);
});

test("an alert of several groups means the same in each", () => {
  const differing = names.filter((name) => new Set(alerts.filter(({ alert }) => alert === name).map(({ severity }) => severity)).size > 1);
  expect(differing).toEqual([]);
});

test("an alert that wakes somebody waits for two scrapes, unless it counts what has happened", () => {
  const hasty = alerts.filter(
    ({ severity, expr, for: duration }) => severity === "critical" && duration === undefined && !expr.includes("increase("),
  );
  expect(hasty.map(({ alert }) => alert)).toEqual([]);
});

test("ratios are taken only of something: no division by a rate without a floor", () => {
  const divisors = ruleGroups.flatMap(({ rules }) =>
    rules.flatMap(({ expr }) => [...expr.matchAll(/\/ (sum(?: by \([^)]*\))? \(rate\([^/]*)/g)].map(([, divisor = ""]) => divisor)),
  );
  expect(divisors).toEqual([]);
});

test("thresholds of latency are bounds of Traefik's histogram", () => {
  const bounds = ruleGroups.flatMap(({ rules }) =>
    rules.flatMap(({ expr }) => [...withExamples(expr).matchAll(/\ble="([^"]+)"/g)].map(([, bound]) => bound)),
  );
  expect(bounds.length).toBeGreaterThan(0);
  expect(latencyBuckets).toEqual(expect.arrayContaining(bounds));
  expect(latencyBuckets).toContain(settings.fastSeconds.example);
});

test("a rule file says what Prometheus reads", () => {
  const [first] = (
    load(
      ruleFile([{ name: "one", component: "grafana", interval: "2m", rules: [alertOf("GrafanaDown"), { record: "a:b:c", expr: "up" }] }]),
    ) as {
      groups: unknown[];
    }
  ).groups;
  expect(first).toEqual({
    name: "one",
    interval: "2m",
    rules: [
      {
        alert: "GrafanaDown",
        expr: 'absent(up{job="grafana"} == 1)',
        for: "10m",
        labels: { severity: "warning", component: "grafana" },
        annotations: {
          summary: "Grafana does not answer",
          description: "Alerts still work. Dashboards and logs cannot be looked at.",
          runbook_url: "__RUNBOOKS__/GrafanaDown.md",
        },
      },
      { record: "a:b:c", expr: "up" },
    ],
  });
});

test("no word for the chart to replace is left after it has", () => {
  expect(withExamples(ruleFile(ruleGroups))).not.toMatch(/__[A-Z]/);
});

test("the files fit: all rules together in 100 kB", () => {
  expect(ruleFile(ruleGroups).length).toBeLessThan(100_000);
});

function alertOf(name: string): Alert {
  const found = alerts.find(({ alert }) => alert === name);
  if (found === undefined) throw new Error(`no alert ${name}`);
  return found;
}
