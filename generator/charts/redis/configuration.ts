import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import { defineMap, each, include, join, lines, str, when, type Doc, type Line } from "../../dsl/index.ts";
import { metadata, named } from "../../kubernetes/names.ts";
import { isDurable, maxmemory } from "./memory.ts";
import { script } from "./scripts.ts";
import { values as v } from "./values.ts";

/** Directives that the chart sets: `extraConfig` must not set them again. */
export const ownDirectives = [
  "aclfile",
  "appendfsync",
  "appendonly",
  "bind",
  "client-output-buffer-limit",
  "dir",
  "maxclients",
  "maxmemory",
  "maxmemory-clients",
  "maxmemory-policy",
  "port",
  "protected-mode",
  "repl-diskless-sync-delay",
  "save",
  "tcp-keepalive",
];

const redisConf: Line[] = [
  "# Everything else has Redis' own default.",
  "bind * -::*",
  str`port ${v.global.redis.port}`,
  "protected-mode yes",
  "aclfile /run/redis/server/users.acl",
  "dir /data",
  "",
  "# A share of the container's memory limit.",
  str`maxmemory ${include(maxmemory)}`,
  str`maxmemory-policy ${v.maxmemory.policy}`,
  str`maxmemory-clients ${v.clients.memoryPercent}%`,
  str`maxclients ${v.clients.max}`,
  "tcp-keepalive 60",
  "# A subscriber that reads too slowly is cut off, and reconnects.",
  "client-output-buffer-limit pubsub 32mb 8mb 60",
  when<Line>(
    isDurable,
    [
      "",
      "# A write is on the volume within a second. Snapshots are for backups only.",
      "appendonly yes",
      "appendfsync everysec",
      'save ""',
      "# A backup is no replica that others could join.",
      "repl-diskless-sync-delay 0",
    ],
    ["", "# Nothing is written to disk.", "appendonly no", 'save ""'],
  ),
  each(v.extraConfig, (line) => line as Line),
];

/**
 * Who may do what; prepare.sh appends the passwords' hashes. Since Redis 7 a user has no channels unless they are given, and
 * a subscription by pattern needs exactly that pattern.
 */
const usersAcl: Line[] = [
  "user default off",
  str`user ${v.global.redis.username} on ~${join(" ~", v.app.keys)} &${join(" &", v.app.channels)} ${join(" ", v.app.commands)}`,
  "user probe on +ping",
  when<Line>(
    v.metrics.enabled,
    "user exporter on +ping +info +config|get +client|setname +slowlog|get +slowlog|len +latency|latest +latency|histogram +cluster|info",
  ),
  when<Line>(isDurable, "user backup on +ping +save +sync +psync +replconf"),
];

/** What Redis starts with. A change restarts it. */
export const configuration = defineMap("config", "Data of the ConfigMap: configuration, users and scripts.", {
  "redis.conf": lines(...redisConf),
  "users.acl": lines(...usersAcl),
  ...script("prepare.sh"),
  ...script("probe.sh"),
  ...script("save.sh"),
});

export const configMap: Doc<IConfigMap> = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata(named("config")),
  data: include(configuration),
};
