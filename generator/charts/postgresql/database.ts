import type { IDatabase } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Database";

import { each, use, type Doc } from "../../dsl/index.ts";
import { cluster } from "./names.ts";
import { retainedMetadata } from "./retained.ts";
import { values as v } from "./values.ts";

/** The database with its extensions: nobody needs a superuser, and pods need not create them. */
export const database: Doc<IDatabase> = {
  apiVersion: "postgresql.cnpg.io/v1",
  kind: "Database",
  metadata: retainedMetadata(cluster),
  spec: {
    cluster: { name: cluster },
    name: v.database,
    owner: v.owner,
    databaseReclaimPolicy: "retain",
    extensions: [each(v.extensions, (version, name) => ({ name, version: use(version, (wanted) => wanted) }))],
  },
};
