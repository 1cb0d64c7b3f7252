import {
  add,
  all,
  any,
  div,
  eq,
  fail,
  fallback,
  ge,
  gt,
  hasKey,
  hasPrefix,
  isOneOf,
  lt,
  mul,
  not,
  str,
  when,
  type Guard,
} from "../../dsl/index.ts";
import { secretSourceGuards } from "../../kubernetes/configuration.ts";
import { nameGuards } from "../../kubernetes/names.ts";
import { resourceGuards } from "../../kubernetes/pod-guards.ts";
import { isImport, isRecovery } from "./bootstrap.ts";
import { usesStorage } from "./backup.ts";
import { mebibytes } from "../../kubernetes/quantity.ts";
import { cluster } from "./names.ts";
import { ownParameters, sharedBuffersPercent } from "./parameters.ts";
import { ownPoolerParameters } from "./pooler.ts";
import { values as v } from "./values.ts";

const { pooler, backup, storage, walStorage, global } = v;
const { import: origin, recover } = v.bootstrap;
const isProduction = eq(global.environment, "production");

const needed = add(mul(pooler.instances, pooler.poolSize), v.directConnections);

const budgetGuard: Guard = when(
  gt(needed, v.maxConnections),
  fail(
    str`postgresql.pooler.instances (${pooler.instances}) x postgresql.pooler.poolSize (${pooler.poolSize}) + postgresql.directConnections (${v.directConnections}) is more than postgresql.maxConnections (${v.maxConnections}): lower one of the first three, or raise the last`,
  ),
);

const { requests, limits } = v.resources;

/** What CloudNativePG refuses once the release is installed, or takes for something else. Source: its webhooks and CRDs, v1.30. */
const operatorGuards: Guard[] = [
  when(
    isOneOf(v.database, "postgres", "template0", "template1"),
    fail(str`postgresql.database is "${v.database}", which every PostgreSQL has for itself: choose another, such as "xpeditis"`),
  ),
  when(
    any(isOneOf(v.owner, "postgres", "streaming_replica", "cnpg_pooler_pgbouncer"), hasPrefix("pg_", v.owner)),
    fail(str`postgresql.owner is "${v.owner}", a user of PostgreSQL's or of the operator's: choose another, such as "xpeditis"`),
  ),
  when(
    all(
      not(hasKey(v.parameters, "shared_buffers")),
      lt(mebibytes(requests.memory), div(mul(mebibytes(limits.memory), sharedBuffersPercent), 100)),
    ),
    fail(
      str`postgresql.resources.requests.memory (${requests.memory}) is less than shared_buffers, a quarter of postgresql.resources.limits.memory (${limits.memory}): CloudNativePG would refuse the cluster; raise the former, or set postgresql.parameters.shared_buffers`,
    ),
  ),
  when(
    ge(v.shutdown.smartSeconds, v.shutdown.stopSeconds),
    fail(
      str`postgresql.shutdown.smartSeconds (${v.shutdown.smartSeconds}) must be less than postgresql.shutdown.stopSeconds (${v.shutdown.stopSeconds}), or CloudNativePG takes it for 0: lower the former or raise the latter`,
    ),
  ),
];

const parameterGuards: Guard[] = [
  ...ownParameters.map((name): Guard =>
    when(
      hasKey(v.parameters, name),
      fail(`postgresql.parameters.${name} would not be part of the connection budget: set postgresql.maxConnections instead`),
    ),
  ),
  when(
    hasKey(pooler.parameters, "pool_mode"),
    fail(
      "postgresql.pooler.parameters.pool_mode is set: the pooler is in transaction mode, and CloudNativePG takes no other from there; remove it, and let what needs a session use DATABASE_DIRECT_URL",
    ),
  ),
  ...Object.entries(ownPoolerParameters).map(([name, value]): Guard =>
    when(
      hasKey(pooler.parameters, name),
      fail(`postgresql.pooler.parameters.${name} has a value of its own: set postgresql.pooler.${value} instead`),
    ),
  ),
];

const volumeGuards: Guard[] = [
  ...[
    { path: "storage", volume: storage, condition: isProduction },
    { path: "walStorage", volume: walStorage, condition: all(isProduction, walStorage.enabled) },
  ].map(({ path, volume, condition }): Guard =>
    when(
      all(condition, eq(fallback(volume.storageClass, global.storageClass), "local-path")),
      fail(
        `postgresql.${path} is on storage class "local-path" while global.environment is "production": the data would die with its node; set global.storageClass, e.g. to hcloud-retain`,
      ),
    ),
  ),
  when(
    all(isProduction, not(v.retain)),
    fail(
      'postgresql.retain is false while global.environment is "production": one wrong values file would delete the database with its volumes; set it to true, and delete by name what is to go',
    ),
  ),
];

const literalKeyGuards: Guard[] = [v.secrets.keys.accessKeyId, v.secrets.keys.secretAccessKey].map((key) =>
  when(
    all(usesStorage, eq(v.secrets.mode, "literal"), not(hasKey(v.secrets.literal, key))),
    fail(str`postgresql.secrets.literal has no ${key}, a credential of the backups' object storage: add it`),
  ),
);

const bootstrapGuards: Guard[] = [
  when(
    all(isImport, any(not(origin.host), not(origin.passwordSecret))),
    fail('postgresql.bootstrap.mode is "import": set postgresql.bootstrap.import.host and postgresql.bootstrap.import.passwordSecret'),
  ),
  when(
    all(isRecovery, not(recover.from)),
    fail('postgresql.bootstrap.mode is "recover": name the cluster whose backup it is in postgresql.bootstrap.recover.from'),
  ),
  when(
    all(isRecovery, eq(recover.from, cluster)),
    fail(
      str`postgresql.bootstrap.recover.from is "${recover.from}", which is the new cluster's name too: it would write over the archive it reads; give it another by global.postgresql.clusterName`,
    ),
  ),
  when(all(usesStorage, not(backup.s3.bucket)), fail("postgresql.backup.s3.bucket is empty: name the bucket of the backups")),
];

export const guards: Guard[] = [
  ...nameGuards("postgresql"),
  ...secretSourceGuards("postgresql"),
  ...literalKeyGuards,
  ...resourceGuards("postgresql"),
  ...volumeGuards,
  ...bootstrapGuards,
  budgetGuard,
  ...operatorGuards,
  ...parameterGuards,
];
