import type { JobName } from "../metrics.ts";
import { backend, frontend } from "./application.ts";
import { dashboardModel, type Dashboard } from "./dashboard.ts";
import { ingress } from "./ingress.ts";
import { logSearch } from "./log-search.ts";
import { monitoring } from "./monitoring.ts";
import { nodes } from "./nodes.ts";
import { overview } from "./overview.ts";
import { postgresql } from "./postgresql.ts";
import { redis } from "./redis.ts";
import { storage } from "./storage.ts";
import { workloads } from "./workloads.ts";

export type { Dashboard } from "./dashboard.ts";

/** The dashboards as they are written, the home page first. */
export const definitions: readonly Dashboard[] = [
  overview,
  backend,
  frontend,
  ingress,
  redis,
  postgresql,
  nodes,
  workloads,
  storage,
  logSearch,
  monitoring,
];

/** A dashboard as it is shipped. */
export interface ProvisionedDashboard {
  /** Part of its address and of its file's name, for ever: Grafana refuses a file whose uid changes. */
  readonly uid: string;
  readonly title: string;
  readonly folder: string;
  /** The scrape job without which it is not rendered. */
  readonly component: JobName;
  /** Minified JSON. */
  readonly json: string;
}

export const dashboards: readonly ProvisionedDashboard[] = definitions.map((dashboard) => {
  const { uid, title, folder, component } = dashboard;
  return { uid, title, folder, component, json: JSON.stringify(dashboardModel(dashboard)) };
});
