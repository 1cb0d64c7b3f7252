import { all, any, eq, helm, str, when, type Expr, type Line } from "../../dsl/index.ts";
import { cluster, secret } from "./names.ts";
import { values as v } from "./values.ts";

/** The part of the values that NOTES follow from, as the chart itself or the umbrella sees them. */
export type NotesValues = Pick<typeof v, "secrets" | "backup" | "bootstrap">;

/** How to create the Secret in mode `existing`, and how to watch the cluster; for the umbrella's NOTES, too. */
export const clusterNotes = ({ secrets, backup, bootstrap }: NotesValues, name: Expr<string>, secretName: Expr<string>): Line[] => [
  when<Line>(all(eq(secrets.mode, "existing"), any(backup.enabled, eq(bootstrap.mode, "recover"))), [
    "",
    str`PostgreSQL's backups need the Secret "${secretName}". If it is not there yet:`,
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} create secret generic ${secretName} \\`,
    str`    --from-literal=${secrets.keys.accessKeyId}=... \\`,
    str`    --from-literal=${secrets.keys.secretAccessKey}=... \\`,
    "    --dry-run=client --output yaml | kubectl apply --filename -",
  ]),
  "",
  "PostgreSQL takes some minutes to start for the first time. To see it arrive:",
  "",
  str`  kubectl --namespace ${helm.Release.Namespace} get clusters.postgresql.cnpg.io ${name} --watch`,
];

export const notes: Line[] = [
  str`PostgreSQL cluster "${cluster}" in namespace "${helm.Release.Namespace}".`,
  ...clusterNotes(v, cluster, secret),
];
