import { ruleGroups } from "../../generator/charts/monitoring/rules/index.ts";
import { withExamples } from "../../generator/charts/monitoring/settings.ts";

const intro = `# Runbooks

One page per alert; every notification leads to its page. \`critical\` wakes somebody, \`warning\` can wait for the morning, \`info\` is only
shown. Commands use the namespaces \`xpeditis-prod\` and \`monitoring\` and the names that the umbrella chart gives; \`<…>\` stands in for what
the notification names. *After* is how long the condition must hold.

An alert is rendered only with the component that it watches. Addresses of pages begin with \`monitoring.prometheus.runbooksUrl\`: copy this
folder and set the value to have runbooks of your own.
`;

/** docs/runbooks/README.md. */
export function runbooksPage(): string {
  const rows = ruleGroups.flatMap(({ component, rules }) =>
    rules.flatMap((rule) =>
      "alert" in rule
        ? [`| [${rule.alert}](${rule.alert}.md) | ${rule.severity} | ${rule.for ?? "at once"} | ${component} | ${readable(rule.summary)} |`]
        : [],
    ),
  );
  return `${intro}\n| alert | severity | after | watches | says |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** A notification's text with its labels as a reader would write them. */
function readable(template: string): string {
  return withExamples(template)
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "‹$1›")
    .replaceAll(/\{\{ \$value[^}]*\}\}/g, "…");
}
