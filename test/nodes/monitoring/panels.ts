import { overlaid, rendered } from "../../cluster/chart/environments.ts";
import type { Manifest } from "../../helm/client.ts";
import { panelQueriesOf, type PanelQuery } from "../../programs/monitoring/dashboards.ts";
import { namespace, type Production } from "../production.ts";
import { isOfMissingJobs, mayBeEmpty } from "./missing.ts";
import type { Observer } from "./observer.ts";

export interface DrawnPanel extends PanelQuery {
  /** Dashboard, row, panel and query. */
  readonly place: string;
  readonly drawn: number;
  /** Whether something must be drawn, nothing can be, or either may. */
  readonly wanted: "samples" | "nothing" | "either";
}

/** Every query of the dashboards that the release would have with Grafana, and what is drawn of it. */
export async function drawnPanels({ release }: Production, observer: Observer): Promise<DrawnPanel[]> {
  const { objects } = rendered(overlaid(release.environment, { monitoring: { grafana: { enabled: true } } }), namespace);
  const labelValues = (metric: string, label: string) =>
    observer.prometheus<readonly string[]>(`label/${label}/values`, { "match[]": metric });
  // Four times the interval of scrapes, as Grafana reckons.
  const queries = await panelQueriesOf(objects as unknown as readonly Manifest[], labelValues, "2m");
  const panels: DrawnPanel[] = [];
  for (const query of queries) {
    const place = `${query.panel} / ${query.refId}`;
    const wanted = query.source === "prometheus" && isOfMissingJobs(query.expr) ? "nothing" : place in mayBeEmpty ? "either" : "samples";
    panels.push({ ...query, place, wanted, drawn: await observer.drawn(query) });
  }
  return panels;
}

/** Those that draw nothing and should, or something and cannot. */
export function isMisdrawn({ wanted, drawn }: DrawnPanel): boolean {
  return wanted === "samples" ? drawn === 0 : wanted === "nothing" && drawn > 0;
}

/** A table of the panels with the samples of each of their queries. */
export function panelsTable(panels: readonly DrawnPanel[]): string {
  const rows = [...Map.groupBy(panels, ({ panel }) => panel)].map(
    ([panel, queries]) => `| ${panel} | ${queries.map(({ drawn }) => drawn).join(" + ")} |`,
  );
  return ["| dashboard / row / panel | samples of each query |", "| --- | --- |", ...rows].join("\n");
}
