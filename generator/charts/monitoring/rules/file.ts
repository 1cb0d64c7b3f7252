import { dump } from "js-yaml";

import { settings } from "../settings.ts";
import type { Alert, Recording, RuleGroup } from "./rule.ts";

/** Address of an alert's runbook, in which the chart still has to put the folder. */
export const runbookUrl = (alert: string): string => `${settings.runbooks.word}/${alert}.md`;

/** Groups as a rule file of Prometheus, or as the `spec` of a PrometheusRule, with the words of {@link settings} in it. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  const content = {
    groups: groups.map(({ name, component, interval, rules }) => ({
      name,
      ...(interval === undefined ? {} : { interval }),
      rules: rules.map((rule) => ("alert" in rule ? alertingRule(rule, component) : recordingRule(rule))),
    })),
  };
  return dump(content, { lineWidth: -1 });
}

function alertingRule({ alert, severity, expr, for: duration, summary, description }: Alert, component: string) {
  return {
    alert,
    expr,
    ...(duration === undefined ? {} : { for: duration }),
    labels: { severity, component },
    annotations: { summary, description, runbook_url: runbookUrl(alert) },
  };
}

function recordingRule({ record, expr }: Recording) {
  return { record, expr };
}
