import { all, eq, fail, gt, include, mul, ne, not, str, when, type Expr, type Guard } from "../../dsl/index.ts";
import { postgresqlName } from "../backend/postgresql.ts";
import { clusterName } from "../postgresql/names.ts";
import { backend, postgresql, values as v } from "./values.ts";

const isCluster = eq(v.global.postgresql.mode, "cloudnativePG");
const own = all(v.backend.enabled, v.postgresql.enabled, isCluster);
const { database, autoscaling } = v.backend;
const { maxClientConnections } = v.postgresql.pooler;

/** The pods' connections must fit into one pooler: the others may be away. */
const poolerBudget = (condition: Expr<boolean>, value: string, pods: Expr<number>): Guard =>
  when(
    all(own, condition, gt(mul(pods, database.poolSize), maxClientConnections)),
    fail(
      str`backend.${value} (${pods}) x backend.database.poolSize (${database.poolSize}) is more than postgresql.pooler.maxClientConnections (${maxClientConnections}): lower one of the first two, or raise the third`,
    ),
  );

/** What the backend and the cluster have to agree on. */
export const postgresqlGuards: Guard[] = [
  when(
    all(v.postgresql.enabled, not(isCluster), not(v.postgresql.acceptUnused)),
    fail(
      'postgresql.enabled is true while global.postgresql.mode is "external": the backend would not use that cluster; set the mode to "cloudnativePG", or postgresql.acceptUnused to true if it is only being prepared or left',
    ),
  ),
  when(
    all(v.backend.enabled, not(v.postgresql.enabled), isCluster),
    fail(
      'global.postgresql.mode is "cloudnativePG" while postgresql.enabled is false: the backend would look for a cluster that nobody installs; set postgresql.enabled to true, or the mode to "external" (URLs in the backend\'s Secret)',
    ),
  ),
  when(
    all(own, ne(include(clusterName, postgresql), include(postgresqlName, backend))),
    fail(
      str`global.postgresql.clusterName is empty: the backend looks for the cluster "${include(postgresqlName, backend)}", but postgresql.fullnameOverride makes it "${include(clusterName, postgresql)}"; set the value, or clear the override`,
    ),
  ),
  when(
    all(own, eq(v.backend.migrations.mode, "hook")),
    fail(
      'backend.migrations.mode is "hook" while global.postgresql.mode is "cloudnativePG": the hook would run before there is a cluster; use mode "job"',
    ),
  ),
  when(
    all(
      v.monitoring.enabled,
      eq(v.monitoring.mode, "bundled"),
      v.monitoring.prometheus.enabled,
      v.monitoring.prometheus.applications.postgresql,
      not(v.postgresql.enabled),
    ),
    fail(
      "monitoring.prometheus.applications.postgresql is true while postgresql.enabled is false: an alert would fire for ever; set both to the same",
    ),
  ),
  poolerBudget(autoscaling.enabled, "autoscaling.maxReplicas", autoscaling.maxReplicas),
  poolerBudget(not(autoscaling.enabled), "replicas", v.backend.replicas),
];
