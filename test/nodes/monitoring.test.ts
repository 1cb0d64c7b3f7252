import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";

import { jobs } from "../../generator/charts/monitoring/metrics.ts";
import { environment, rendered } from "../cluster/chart/environments.ts";
import { unready } from "../cluster/chart/workloads.ts";
import { query as sql } from "./database.ts";
import { complaints } from "./logs.ts";
import { alertname, followBurn, toldOf } from "./monitoring/burn.ts";
import { expectedLines } from "./monitoring/lines.ts";
import { machineAlerts, missingJobs } from "./monitoring/missing.ts";
import { drawnPanels, isMisdrawn, panelsTable, type DrawnPanel } from "./monitoring/panels.ts";
import { told } from "./monitoring/receiver.ts";
import { evaluatedRules, recordings } from "./monitoring/rules.ts";
import { budgetMebibytes, misfits, monitoringRequests, monitoringSum, sizesOf, sizesTable } from "./monitoring/sizes.ts";
import { writeSizes } from "./monitoring/sizes-page.ts";
import { startWatched, type Watched } from "./monitoring/start.ts";
import { chatter, troubleObjects } from "./monitoring/trouble.ts";
import { asked, used, usedAtMost, type ByContainer, type Use } from "./monitoring/use.ts";
import { visit, wrongTarget, type Visitors } from "./monitoring/visitors.ts";
import { namespace } from "./production.ts";

let watched: Watched;
/** When the last container had started. */
let started: number;
let atRest: ByContainer<Use>;

beforeAll(async () => {
  watched = await startWatched();
  started = performance.now();
});
afterAll(() => watched?.[Symbol.asyncDispose]());

const waitFor = <T>(what: string, ask: () => Promise<T | undefined>, seconds: number) =>
  watched.production.cluster.waitFor(what, ask, seconds);

test("the monitoring is Ready, and none of its containers misses a permission", async () => {
  const { cluster, release } = watched.production;
  onTestFailed(async () => console.error(await cluster.diagnose()));
  expect(await unready(cluster, release)).toEqual([]);
  expect(await complaints(cluster, "monitoring")).toEqual([]);
});

test("Prometheus reaches everything that it is told of, but for what does not run here", async () => {
  type Targets = { activeTargets: readonly { readonly health: string; readonly labels: { readonly job: string } }[] };
  const targets = await waitFor(
    "every target is up",
    async () => {
      const { activeTargets } = await watched.observer.prometheus<Targets>("targets", { state: "active" });
      return activeTargets.every(({ health }) => health === "up") ? activeTargets : undefined;
    },
    150,
  );
  const reached = [...new Set(targets.map(({ labels }) => labels.job))].toSorted();
  console.log(`targets of Prometheus: ${targets.length}, of ${reached.join(", ")}`);
  expect(reached).toEqual(
    Object.keys(jobs)
      .filter((job) => !(job in missingJobs))
      .toSorted(),
  );
  // A process of Node.js takes more, and cAdvisor tells whose it is only if it finds containerd.
  const memory = `container_memory_working_set_bytes{namespace="${namespace}",container="backend"} > 20e6`;
  await waitFor(
    "cAdvisor's metrics of both backends",
    async () => ((await watched.observer.samples(memory)).length >= 2 ? true : undefined),
    90,
  );
});

test("at rest no alert waits or fires, but those that this machine is to blame for", async () => {
  const waiting = async () => (await watched.observer.samples("ALERTS")).map(({ metric }) => metric["alertname"] ?? "");
  // What waits at first for a first scrape.
  await waitFor(
    "nothing waits that should not",
    async () => ((await waiting()).every((name) => name in machineAlerts) ? true : undefined),
    60,
  ).catch(() => undefined);
  await sleep(Math.max(0, started + 90_000 - performance.now()));
  atRest = await used(watched.production.cluster, watched.observer);
  const alerts = [...new Set(await waiting())];
  expect(alerts).toContain("Watchdog");
  expect(alerts.filter((name) => !(name in machineAlerts))).toEqual([]);
});

describe("on a bad day: a table of the database is gone, and pods beside the release misbehave", () => {
  let visitors: Visitors;
  let broken: number;
  beforeAll(async () => {
    const { cluster } = watched.production;
    await cluster.apply(troubleObjects());
    await sql(cluster, "ALTER TABLE port RENAME TO port_gone");
    visitors = visit(watched.balancer, 5, wrongTarget);
    broken = performance.now();
  });
  afterAll(() => visitors?.stop());

  test.each(expectedLines)("a line is found in Loki under its labels: $what", async ({ selector, words, traced }) => {
    const find = async () => (await watched.observer.lines(`${selector} |= "${words}"`))[0];
    const { labels } = await waitFor(`a line of ${selector}`, find, 90);
    expect(labels).toMatchObject({ node: expect.stringMatching(/^worker-[12]$/), stream: expect.stringMatching(/^std(out|err)$/) });
    expect(labels["pod"]).toMatch(new RegExp(`^${labels["app"]}-`));
    if (traced === undefined) return;
    expect(labels).toMatchObject({
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test("streams have no further labels, and lines of probes are dropped", async () => {
    expect((await watched.observer.logLabels()).toSorted()).toEqual(["app", "container", "level", "namespace"]);
    expect(await watched.observer.lines('{container=~".+"} |= "kube-probe/"')).toEqual([]);
  });

  test(`none of ${chatter.requests} lines written at once is lost or there twice, nor what is no JSON, nor a long line`, async () => {
    const { observer } = watched;
    const count = () => observer.countOfLines('sum(count_over_time({container="chatter"}[1h]))');
    const all = chatter.requests + chatter.trace.length + 1;
    await waitFor("all lines", async () => ((await count()) >= all ? true : undefined), 150).catch(() => undefined);
    expect(await count()).toBe(all);
    const others = await observer.lines('{container="chatter", level="unknown"}');
    expect(others.map(({ text }) => text).toSorted()).toEqual([...chatter.trace, "x".repeat(chatter.long)].toSorted());
  });

  test("every rule can be evaluated, and every recording rule records something", async () => {
    const { observer } = watched;
    const rules = async () => ((await evaluatedRules(observer)).some(({ health }) => health === "unknown") ? undefined : true);
    // Some are evaluated every other minute.
    await waitFor("all rules have been evaluated", rules, 150);
    expect((await evaluatedRules(observer)).filter(({ health }) => health !== "ok")).toEqual([]);
    const right = async () => ((await recordings(observer)).some(({ isWrong }) => isWrong) ? undefined : true);
    await waitFor("all record something", right, 150).catch(() => undefined);
    const recorded = await recordings(observer);
    console.log(`samples of recording rules: ${recorded.map(({ record, samples }) => `${record} ${samples}`).join(", ")}`);
    expect(recorded.filter(({ isWrong }) => isWrong)).toEqual([]);
  });

  test("the backend's failures reach people: the alert waits, fires, and is told with its runbook", async () => {
    const { production, observer } = watched;
    const { alert, ...seconds } = await followBurn(production, observer, broken);
    const times = Object.entries(seconds).map(([what, after]) => `${what} after ${after?.toFixed(0) ?? "?"} s`);
    console.log(`${alertname}: ${times.join(", ")}: ${alert.annotations["summary"]}`);
    const service = `${namespace}-backend-svc-http@kubernetes`;
    expect(alert.labels).toMatchObject({ severity: "critical", component: "traefik", cluster: "xpeditis", service });
    expect(alert.annotations["summary"]).toMatch(new RegExp(`^${service} answers [0-9.]+% of requests with 5xx$`));
    expect(alert.annotations["runbook_url"]).toMatch(/^https:.*\/docs\/runbooks\/HttpErrorBudgetBurnFast\.md$/);
    const inSlack = async () => (await told(production.cluster)).slack.find(({ title }) => title.startsWith(alertname));
    const message = await waitFor("Slack is told of it", inSlack, 60);
    expect(message.title).toBe(`${alertname}: firing`);
    expect(message.text).toContain(alert.annotations["runbook_url"]);
    expect([...new Set((await told(production.cluster)).switch)]).toEqual(["Watchdog"]);
  });

  test("no panel is empty that has something to show here", async () => {
    let panels: DrawnPanel[] = [];
    const ask = async () => {
      panels = await drawnPanels(watched.production, watched.observer);
      return panels.some(isMisdrawn) ? undefined : true;
    };
    await waitFor("all panels draw something", ask, 120).catch(() => undefined);
    console.log(panelsTable(panels));
    expect(panels.filter(isMisdrawn).map(({ place, expr, drawn }) => `${place}: ${drawn} samples of ${expr}`)).toEqual([]);
  });

  test("mended and under load, people are told that it is over", async () => {
    const { production, balancer } = watched;
    await visitors.stop();
    await sql(production.cluster, "ALTER TABLE port_gone RENAME TO port");
    const mended = performance.now();
    const since = () => (performance.now() - mended) / 1000;
    visitors = visit(balancer, Number(process.env["REQUESTS_PER_SECOND"] ?? "60"));
    await waitFor("a webhook is told that it is over", () => toldOf(production, "resolved"), 330);
    const over = since();
    await sleep(Math.max(0, 100 - since()) * 1000);
    const { sent, seconds, failures, p99 } = await visitors.stop();
    const reasons = Map.groupBy(failures, (failure) => failure.slice(failure.lastIndexOf(": ") + 2));
    const failed = [...reasons].map(([reason, all]) => `, ${all.length} ${reason}`).join("");
    console.log(
      `told after ${over.toFixed(0)} s that it is over; ${sent} requests in ${seconds.toFixed(0)} s, p99 ${p99.toFixed(0)} ms${failed}`,
    );
    // Whether none fails is another test's question; here the load has to be one.
    expect(sent - failures.length).toBeGreaterThan(sent / 2);
  });
});

test("requests and limits fit what is used at rest and under load (UPDATE_GOLDEN=1 writes the table into docs/capacity.md)", async () => {
  const { cluster } = watched.production;
  const sizes = sizesOf(atRest, await usedAtMost(cluster, watched.observer), await asked(cluster));
  const table = sizesTable(sizes);
  const requests = monitoringRequests(rendered(environment("production"), namespace).objects);
  console.log(`${table}\nmonitoring on four workers: ${requests} MiB requested, ${monitoringSum(sizes)} MiB used at most, without Grafana`);
  if (process.env["UPDATE_GOLDEN"] === "1") writeSizes(table);
  expect(sizes.flatMap(misfits)).toEqual([]);
  expect(requests).toBeLessThanOrEqual(budgetMebibytes);
  expect(monitoringSum(sizes)).toBeLessThanOrEqual(requests);
  const ours = `namespace=~"${namespace}|monitoring|kube-system"`;
  const killed = `kube_pod_container_status_last_terminated_reason{${ours},reason="OOMKilled"} == 1`;
  expect(await watched.observer.samples(killed)).toEqual([]);
  expect(await watched.observer.samples(`namespace_pod_container:cpu_throttled:ratio_rate5m{namespace="${namespace}"} > 0.1`)).toEqual([]);
});
