import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ruleFile, ruleGroups, type Alert, type RuleGroup } from "../../../generator/charts/monitoring/rules/index.ts";
import { withExamples } from "../../../generator/charts/monitoring/settings.ts";
import { toolPath } from "../../../tools/build.ts";
import type { AlertCases, Situation } from "./cases/index.ts";

const promtool = await toolPath("prometheus", "promtool");

/** What promtool says to files, empty if it is content. They lie in one folder, in which it runs. */
export function complaints(args: readonly string[], files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stdout, stderr, error } = spawnSync(promtool, args, { cwd: folder, encoding: "utf8" });
    if (error !== undefined) throw error;
    return status === 0 ? "" : stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const isAlert = (rule: RuleGroup["rules"][number]): rule is Alert => "alert" in rule;

/** The groups with an alert's rules and what they ask for that other rules record. More would only cost time. */
function groupsFor(alert: string): RuleGroup[] {
  const own = ruleGroups.flatMap(({ rules }) => rules.filter(isAlert).filter((rule) => rule.alert === alert));
  const needed = (rule: RuleGroup["rules"][number]) =>
    isAlert(rule) ? rule.alert === alert : own.some(({ expr }) => expr.includes(rule.record));
  return ruleGroups.map((group) => ({ ...group, rules: group.rules.filter(needed) })).filter(({ rules }) => rules.length > 0);
}

const test = ({ series, step = "1m" }: Situation) => ({
  interval: step,
  input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
});

/** Has promtool try groups of rules; `checks` are what it is to find. */
function run(groups: readonly RuleGroup[], situation: Situation, checks: object): string {
  const suite = {
    rule_files: ["rules.yml"],
    evaluation_interval: situation.step ?? "1m",
    // What is recorded is there before an alert asks for it.
    group_eval_order: groups.map(({ name }) => name),
    tests: [{ ...test(situation), ...checks }],
  };
  return complaints(["test", "rules", "test.yml"], { "rules.yml": withExamples(ruleFile(groups)), "test.yml": JSON.stringify(suite) });
}

/** What promtool says to an alert's cases. Before its `for` has passed it must not fire in the first either. */
export function trial(alert: string, { fires, silent = [] }: AlertCases): Record<"fires" | "silent", string> {
  const groups = groupsFor(alert);
  const check = (eval_time: string, exp_alerts: readonly object[]) => ({ eval_time, alertname: alert, exp_alerts });
  const expected = fires.labels.map((labels) => expectedAlert(alert, labels, fires.value));
  const silences = "series" in silent ? [silent] : silent;
  return {
    fires: run(groups, fires, { alert_rule_test: [...tooEarly(alert).map((time) => check(time, [])), check(fires.at, expected)] }),
    silent: silences.map((situation) => run(groups, situation, { alert_rule_test: [check(situation.at, [])] })).join(""),
  };
}

/** A second before an alert could fire at the earliest, if it has to wait at all. */
function tooEarly(name: string): string[] {
  const waits = ruleGroups.flatMap(({ rules }) => rules.filter(isAlert).filter(({ alert }) => alert === name)).map((rule) => rule.for);
  return waits.slice(0, 1).flatMap((wait) => {
    const [, count, unit] = /^(\d+)([mh])$/.exec(wait ?? "") ?? [];
    return count === undefined ? [] : [`${Number(count) * (unit === "h" ? 3600 : 60) - 1}s`];
  });
}

/** An alert as it reaches people: with its texts, in which labels stand that the expression really gives. */
function expectedAlert(name: string, labels: Readonly<Record<string, string>>, value: string | undefined) {
  const group = ruleGroups.find(
    ({ component, rules }) =>
      (labels["component"] ?? component) === component && rules.some((rule) => isAlert(rule) && rule.alert === name),
  );
  const rule = group?.rules.filter(isAlert).find(({ alert }) => alert === name);
  if (group === undefined || rule === undefined) throw new Error(`no rule for ${name} with ${JSON.stringify(labels)}`);
  const text = (template: string) =>
    withExamples(template)
      .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? `(no ${label})`)
      .replaceAll(/\{\{ \$value[^}]* \}\}/g, value ?? "(no value)");
  return {
    exp_labels: { ...labels, severity: rule.severity, component: group.component },
    exp_annotations: {
      summary: text(rule.summary),
      description: text(rule.description),
      runbook_url: withExamples(`__RUNBOOKS__/${name}.md`),
    },
  };
}

/** What promtool says to the values that queries should have. */
export function recordingTrial(
  situation: Situation,
  expected: Readonly<Record<string, readonly { labels: string; value: number }[]>>,
): string {
  const groups = ruleGroups
    .map((group) => ({ ...group, rules: group.rules.filter((rule) => !isAlert(rule)) }))
    .filter(({ rules }) => rules.length > 0);
  const promql_expr_test = Object.entries(expected).map(([expr, exp_samples]) => ({ expr, eval_time: situation.at, exp_samples }));
  return run(groups, situation, { promql_expr_test });
}
