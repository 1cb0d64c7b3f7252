import { add, all, at, eq, fail, gt, isSet, mul, not, str, when, type Expr, type Guard } from "../../dsl/index.ts";
import { scalingGuards } from "../../kubernetes/autoscaling.ts";
import { secretGuards } from "../../kubernetes/configuration.ts";
import { connectionGuards } from "../../kubernetes/connection.ts";
import { refuseOwnVariables } from "../../kubernetes/environment.ts";
import { nameGuards } from "../../kubernetes/names.ts";
import { podGuards } from "../../kubernetes/pod-guards.ts";
import { timingGuards } from "../../kubernetes/shutdown.ts";
import { application } from "./application.ts";
import { migrationGuards } from "./migration.ts";
import { isCluster } from "./postgresql.ts";
import { values as v } from "./values.ts";

const { database, autoscaling, migrations } = v;

/** Connections that so many pods need together, and migrations beside them. */
const connectionsOf = (pods: Expr<number>) => add(mul(pods, database.poolSize), 1);

export const guards: Guard[] = [
  refuseOwnVariables("backend", application.environment),
  ...secretGuards("backend", application),
  ...connectionGuards("backend", application),
  ...scalingGuards("backend"),
  ...nameGuards("backend"),
  ...timingGuards("backend"),
  ...podGuards("backend", { volumes: ["tmp"], containers: ["backend", "wait-for-database", "migrate"] }),
  ...migrationGuards,
  when(
    all(not(isCluster), not(eq(migrations.mode, "none")), not(isSet(at(v.secrets.keys, "DATABASE_DIRECT_URL")))),
    fail(
      "backend.secrets.keys.DATABASE_DIRECT_URL is missing: migrations need a direct connection; name the key that holds its URL (that of DATABASE_URL, if there is no pooler), or set backend.migrations.mode to none",
    ),
  ),
  when(
    all(gt(database.maxConnections, 0), autoscaling.enabled, gt(connectionsOf(autoscaling.maxReplicas), database.maxConnections)),
    fail(
      str`backend.autoscaling.maxReplicas (${autoscaling.maxReplicas}) x backend.database.poolSize (${database.poolSize}) and one for migrations are more than backend.database.maxConnections (${database.maxConnections}): lower one of the first two, or use a pooler and raise the third`,
    ),
  ),
  when(
    all(gt(database.maxConnections, 0), not(autoscaling.enabled), gt(connectionsOf(v.replicas), database.maxConnections)),
    fail(
      str`backend.replicas (${v.replicas}) x backend.database.poolSize (${database.poolSize}) and one for migrations are more than backend.database.maxConnections (${database.maxConnections}): lower one of the first two, or use a pooler and raise the third`,
    ),
  ),
];
