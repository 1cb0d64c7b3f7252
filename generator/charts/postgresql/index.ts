import { postgresql as schema } from "../../../schemas/postgresql.ts";
import type { Chart } from "../../chart/chart.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { objectStore, scheduledBackup } from "./backup.ts";
import { postgresCluster } from "./cluster.ts";
import { database } from "./database.ts";
import { guards } from "./guards.ts";
import { podMonitors } from "./monitors.ts";
import { networkPolicies } from "./network-policy.ts";
import { notes } from "./notes.ts";
import { poolerBudget, postgresPooler } from "./pooler.ts";
import { existingSecrets, literal, stored } from "./secret.ts";

export const postgresql: Chart = {
  name: "postgresql",
  description: schema.description,
  keywords: ["postgresql", "cloudnative-pg", "pgbouncer"],
  schema,
  templates: {
    cluster: [postgresCluster],
    database: [database],
    externalsecret: [stored],
    "extra-objects": [extraObjects],
    networkpolicy: networkPolicies,
    objectstore: [objectStore],
    podmonitor: podMonitors,
    pooler: [postgresPooler],
    "pooler-poddisruptionbudget": [poolerBudget],
    scheduledbackup: [scheduledBackup],
    secret: [literal],
  },
  guards,
  notes,
  requires: existingSecrets,
  readme: `CloudNativePG is a prerequisite in the cluster (1.28 or later) and, for backups, its Barman Cloud plugin, which needs cert-manager. How to
back up, restore, move in from Neon and move out again: \`docs/data-and-backups.md\`.

The cluster, its volumes and its backups stay when the release is uninstalled or the chart is switched off (\`retain\`).`,
  subcharts: [],
};
