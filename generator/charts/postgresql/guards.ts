import { add, all, any, eq, fail, fallback, gt, hasKey, mul, not, str, when, type Guard } from "../../dsl/index.ts";
import { secretSourceGuards } from "../../kubernetes/configuration.ts";
import { nameGuards } from "../../kubernetes/names.ts";
import { resourceGuards } from "../../kubernetes/pod-guards.ts";
import { isImport, isRecovery } from "./bootstrap.ts";
import { usesStorage } from "./backup.ts";
import { cluster } from "./names.ts";
import { ownParameters } from "./parameters.ts";
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

const parameterGuards: Guard[] = [
  ...ownParameters.map((name): Guard =>
    when(
      hasKey(v.parameters, name),
      fail(`postgresql.parameters.${name} would not be part of the connection budget: set postgresql.maxConnections instead`),
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
  ...parameterGuards,
];
