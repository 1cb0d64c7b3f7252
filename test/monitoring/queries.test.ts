import { expect, test } from "vitest";

import { jobs, keepPattern, type Job, type JobName } from "../../generator/charts/monitoring/metrics.ts";
import { ruleGroups } from "../../generator/charts/monitoring/rules/index.ts";
import { catalogue, ownMetrics, sourcesOf } from "./catalogue.ts";
import { logQueries, metricsOf, panelQueries, ruleQueries, syntaxErrors, variableQueries } from "./queries.ts";

const metricQueries = [...ruleQueries, ...panelQueries, ...variableQueries];
const recorded = new Set(ruleGroups.flatMap(({ rules }) => rules.flatMap((rule) => ("record" in rule ? [rule.record] : []))));

test.each(metricQueries)("$place is PromQL", (query) => {
  expect(syntaxErrors(query, "promql")).toEqual([]);
});

test.each(logQueries)("$place is LogQL", (query) => {
  expect(syntaxErrors(query, "logql")).toEqual([]);
});

test("the parsers do notice mistakes", () => {
  expect(syntaxErrors({ place: "", expr: "sum by (rate(x[5m])" }, "promql")).not.toEqual([]);
  expect(syntaxErrors({ place: "", expr: '{namespace="x" |= "y"' }, "logql")).not.toEqual([]);
});

test.each(metricQueries)("$place asks for metrics that exist, are kept, and are counters where it takes rates", (query) => {
  const faults = metricsOf(query).flatMap(({ name, asCounter, job }) => {
    if (recorded.has(name)) return asCounter ? [`${name} is recorded, no counter`] : [];
    if (ownMetrics.has(name)) return [];
    const sources = sourcesOf(name).filter((source) => job === undefined || source.job === job);
    if (sources.length === 0) return [`no job brings ${name}`];
    return asCounter && sources.some(({ type }) => type === "gauge") ? [`${name} is a gauge`] : [];
  });
  expect(faults).toEqual([]);
});

test("a metric that no exporter has, or that is not kept, is noticed", () => {
  expect(sourcesOf("node_memory_MemAvailable")).toEqual([]);
  expect(sourcesOf("apiserver_request_duration_seconds_bucket")).toEqual([]);
  expect(sourcesOf("node_load1_bucket")).toEqual([]);
  expect(sourcesOf("traefik_service_request_duration_seconds_bucket")).toEqual([{ job: "traefik", type: "histogram" }]);
});

test("queries name jobs that are scraped", () => {
  const named = metricQueries.flatMap(({ expr }) => [...expr.matchAll(/\bjob=~?"([^"]+)"/g)].flatMap(([, value = ""]) => value.split("|")));
  expect([...new Set(named)].filter((job) => !(job in jobs))).toEqual([]);
});

test("what is said to be used is: a series costs memory", () => {
  const used = new Set(metricQueries.flatMap((query) => metricsOf(query).map(({ name }) => name)));
  const unused = (Object.keys(jobs) as JobName[]).flatMap((job) => {
    const { keep, histograms = [] }: Job = jobs[job];
    if (keep === "all") return [];
    return [
      ...keep.filter((name) => !used.has(name)),
      ...histograms.filter((name) => !used.has(`${name}_bucket`) && !used.has(`${name}_count`)),
    ].map((name) => `${job}: ${name}`);
  });
  expect(unused).toEqual([]);
});

test("what a job keeps is what its exporters have, histograms as histograms", () => {
  const wrong = (Object.keys(jobs) as JobName[]).flatMap((job) => {
    const { exporters, keep, explore = [], histograms = [] }: Job = jobs[job];
    const typeOf = (name: string) => exporters.map((exporter) => catalogue.get(exporter)?.get(name)).find((type) => type !== undefined);
    return [
      ...[...(keep === "all" ? [] : keep), ...explore].filter((name) => [undefined, "histogram", "summary"].includes(typeOf(name))),
      ...histograms.filter((name) => typeOf(name) !== "histogram"),
    ].map((name) => `${job}: ${name}`);
  });
  expect(wrong).toEqual([]);
});

test("keep-lists are disjoint, but for what every process has: k3s serves the same registry on every port", () => {
  const onePort: JobName[] = ["kubelet", "apiserver"];
  const [kubelet = "", apiserver = ""] = onePort.map((job) => keepPattern(job));
  expect(kubelet.split("|").filter((name) => apiserver.split("|").includes(name))).toEqual([]);
});
