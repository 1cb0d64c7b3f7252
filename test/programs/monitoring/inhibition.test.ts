import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { inhibitions } from "../../../generator/charts/monitoring/alertmanager/inhibitions.ts";
import { ruleGroups } from "../../../generator/charts/monitoring/rules/index.ts";
import { toolPath } from "../../../tools/build.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import { cases } from "./cases/index.ts";
import { dataOf, place, production } from "./files.ts";
import { getJson, isOk, start, type Running } from "./process.ts";

type Labels = Readonly<Record<string, string>>;

/** An alert as Alertmanager's API gives it. */
interface Told {
  readonly labels: Labels;
  readonly status: { readonly inhibitedBy: readonly string[] };
}

let folder: string;
let url: string;
let alertmanager: Running;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "monitoring-inhibition-"));
  const [port = 0] = await freePorts(1);
  url = `http://127.0.0.1:${port}`;
  await place(folder, dataOf(await production(), "alertmanager"), { "/etc/alertmanager/": `${folder}/` });
  alertmanager = start(await toolPath("alertmanager", "alertmanager"), [
    `--config.file=${folder}/alertmanager.yaml`,
    `--storage.path=${folder}/silences`,
    "--cluster.listen-address=",
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await vi
    .waitUntil(() => isOk(`${url}/-/ready`), { timeout: 30_000, interval: 250 })
    .catch(() => {
      throw new Error(alertmanager.output());
    });
});

afterAll(async () => {
  await alertmanager[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The labels that an alert fires with, as promtool has seen them (`cases/`), and its severity. */
function alertOf(name: string): Labels {
  const rule = ruleGroups.flatMap(({ rules }) => rules).find((found) => "alert" in found && found.alert === name);
  const [labels] = cases[name]?.fires.labels ?? [];
  if (rule === undefined || !("severity" in rule) || labels === undefined) throw new Error(`there is no alert ${name}`);
  return { ...labels, alertname: name, severity: rule.severity };
}

const fire = async (...alerts: readonly Labels[]): Promise<void> => {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(alerts.map((labels) => ({ labels }))),
  });
  expect(response.status).toBe(200);
};

/** Whether the alert of a try is muted, as soon as Alertmanager has it; sources are noticed a little later. */
const isMuted = (attempt: string, wanted: boolean) =>
  vi
    .waitUntil(
      async () => {
        const told = await getJson<readonly Told[]>(`${url}/api/v2/alerts`, { filter: `try="${attempt}"` });
        const found = told.find(({ labels }) => labels["role"] === "target");
        return found !== undefined && found.status.inhibitedBy.length > 0 === wanted;
      },
      { timeout: 10_000, interval: 100 },
    )
    .then(
      () => wanted,
      () => !wanted,
    );

const pairs = inhibitions.flatMap(({ source, targets, equal }) => targets.map((target) => [source, target, equal] as const));

test.each(pairs)("%s mutes %s", async (source, target, equal) => {
  const [first, second] = [alertOf(source), alertOf(target)];
  // What the rule does not give can never be the same.
  expect(equal.filter((label) => first[label] === undefined || second[label] === undefined)).toEqual([]);
  const shared = Object.fromEntries(equal.map((label) => [label, `${source} of ${target}`]));
  const attempt = `${source} ${target}`;
  await fire({ ...first, ...shared, try: attempt, role: "source" }, { ...second, ...shared, try: attempt, role: "target" });
  expect(await isMuted(attempt, true)).toBe(true);
  if (equal.length === 0) return;
  const others = Object.fromEntries(equal.map((label) => [label, `another of ${target}`]));
  await fire({ ...second, ...others, try: `other ${attempt}`, role: "target" });
  expect(await isMuted(`other ${attempt}`, false)).toBe(false);
});
