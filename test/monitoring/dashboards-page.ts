import { definitions } from "../../generator/charts/monitoring/dashboards/index.ts";

const intro = `# Dashboards

Made from \`generator/charts/monitoring/dashboards/\`; this page is, too. Each is rendered only with the component that it shows. They are
found in Grafana under the folder *Xpeditis* and by their address, \`/d/<uid>\`, which never changes; the list *Dashboards* at the top right
leads from each to all others and keeps namespace and time. Rollouts are marked in every graph.
`;

const kinds = { timeseries: "graph", stat: "number", table: "table", logs: "log lines", logvolume: "log volume" } as const;

/** docs/dashboards.md. */
export function dashboardsPage(): string {
  const overview = definitions.map(
    ({ uid, title, component, description, rows }) =>
      `| [${title}](#${title.toLowerCase()}) | \`${uid}\` | ${component} | ${rows.reduce((sum, { panels }) => sum + panels.length, 0)} | ${description} |`,
  );
  const sections = definitions.map(({ title, rows, variables }) => {
    const chosen = variables.length === 0 ? "" : `\nChoose by: ${variables.map(({ label }) => label.toLowerCase()).join(", ")}.\n`;
    const lines = rows.flatMap((row) =>
      row.panels.map((panel) => `| ${row.title} | ${panel.title} | ${kinds[panel.kind]} | ${panel.description ?? ""} |`),
    );
    return `## ${title}\n${chosen}\n| row | panel | kind | note |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`;
  });
  return [
    intro,
    `| dashboard | uid | shown with | panels | what for |\n| --- | --- | --- | --- | --- |\n${overview.join("\n")}\n`,
    ...sections,
  ].join("\n");
}
