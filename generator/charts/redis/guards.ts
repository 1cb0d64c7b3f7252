import {
  all,
  any,
  div,
  each,
  eq,
  fail,
  hasKey,
  isOneOf,
  lt,
  mul,
  not,
  regexFind,
  str,
  when,
  type Expr,
  type Guard,
  type Refused,
} from "../../dsl/index.ts";
import { secretSourceGuards } from "../../kubernetes/configuration.ts";
import { nameGuards } from "../../kubernetes/names.ts";
import { containerGuards, resourceGuards, volumeGuards } from "../../kubernetes/pod-guards.ts";
import { bytes } from "../../kubernetes/quantity.ts";
import { storageClass } from "./claim.ts";
import { ownDirectives } from "./configuration.ts";
import { isDurable } from "./memory.ts";
import { users } from "./secret.ts";
import { values as v } from "./values.ts";

const { redis } = v.global;
const { persistence, backup, restore } = v;
const ownClaim = all(isDurable, not(persistence.existingClaim));
const needed = mul(3, div(mul(bytes(v.resources.limits.memory), v.maxmemory.percentInDurableMode), 100));

const missingPassword = (key: Expr<string>, user: Expr<string> | string): Guard =>
  when(
    all(eq(v.secrets.mode, "literal"), not(hasKey(v.secrets.literal, key))),
    fail(str`redis.secrets.literal has no ${key}, the password of the user ${user}: add it`),
  );

const secretGuards: Guard[] = [
  ...secretSourceGuards("redis"),
  when(
    isOneOf(redis.username, "default", ...users.map(({ name }) => name)),
    fail(str`global.redis.username is "${redis.username}", which is a user of the chart's own: choose another, such as "app"`),
  ),
  missingPassword(redis.passwordKey, redis.username),
  ...users.map(({ name, key, condition }) =>
    condition === undefined ? missingPassword(key, name) : when<Refused>(condition, missingPassword(key, name)),
  ),
  each(v.secrets.literal, (value, key) =>
    when(
      all(eq(key, redis.passwordKey), eq(regexFind("^[A-Za-z0-9._~-]+$", value), "")),
      fail(
        str`redis.secrets.literal.${key} becomes part of REDIS_URL, where only letters, digits, ".", "_", "~" and "-" stand for themselves: choose a password of these, such as openssl rand -hex 32 gives`,
      ),
    ),
  ),
];

const volumeSizeGuards: Guard[] = [
  when(
    all(ownClaim, lt(bytes(persistence.size), needed)),
    fail(
      str`redis.persistence.size (${persistence.size}) is less than three times maxmemory (${needed} bytes): the log grows to twice the data before it is rewritten beside itself; raise it, or lower redis.resources.limits.memory`,
    ),
  ),
  when(
    all(ownClaim, eq(storageClass, "local-path"), eq(v.global.environment, "production")),
    fail(
      'redis.mode is "durable" on storage class "local-path" while global.environment is "production": the data would die with its node; set global.storageClass, e.g. to hcloud-retain',
    ),
  ),
];

const backupGuards: Guard[] = [
  when(
    all(backup.enabled, not(isDurable)),
    fail(
      'redis.backup.enabled is true while redis.mode is "cache", which keeps nothing worth a backup: set the mode to "durable", or redis.backup.enabled to false',
    ),
  ),
  when(
    all(restore.enabled, not(isDurable)),
    fail('redis.restore.enabled is true while redis.mode is "cache", which has no volume to restore to: set the mode to "durable"'),
  ),
  when(
    all(any(backup.enabled, restore.enabled), not(backup.s3.bucket)),
    fail("redis.backup.s3.bucket is empty: name the bucket of the backups"),
  ),
];

export const guards: Guard[] = [
  ...nameGuards("redis"),
  ...secretGuards,
  ...volumeGuards("redis", ["config", "secrets", "run", "data"]),
  ...containerGuards("redis", ["prepare", "exporter", "redis"]),
  ...resourceGuards("redis"),
  ...volumeSizeGuards,
  ...backupGuards,
  when(
    all(v.metrics.enabled, eq(v.metrics.port, redis.port)),
    fail(str`redis.metrics.port (${v.metrics.port}) is global.redis.port too: choose another`),
  ),
  each(v.extraConfig, (line) => {
    const directive = regexFind("^[a-z0-9-]+", line);
    return when(
      isOneOf(directive, ...ownDirectives),
      fail(
        str`redis.extraConfig sets ${directive}, which the chart sets itself: change the value it comes from (see the chart's README), or remove it`,
      ),
    );
  }),
  each(v.extraConfig, (line) => {
    const directive = regexFind("^[a-z0-9-]+", line);
    return when(
      isOneOf(directive, "requirepass", "masterauth", "masteruser", "user", "rename-command"),
      fail(
        str`redis.extraConfig sets ${directive}: users and their passwords are not part of a ConfigMap; see redis.app and redis.secrets`,
      ),
    );
  }),
];
