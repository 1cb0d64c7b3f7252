/** What Redis' own syntax of ACL rules and configuration takes as one word. No quotes: the chart writes it as it is. */
const word = "^[!#-\\[\\]-~]+$";

const percent = <const N extends number>(description: string, number: N) =>
  ({ type: "integer", description, minimum: 10, maximum: 90, default: number }) as const;

/** What becomes redis.conf and its users: memory, connections, the rights of the backend. */
export const serverSettings = {
  maxmemory: {
    type: "object",
    description: "Memory for data, computed from `resources.limits.memory`; the rest is for connections, fragmentation and copies.",
    default: {},
    properties: {
      percentInCacheMode: percent("Share of the memory limit, in mode `cache`.", 75),
      percentInDurableMode: percent("Share in mode `durable`, where rewriting the log copies what changes meanwhile.", 60),
      policy: {
        type: "string",
        description:
          "What gives way when memory is full. `volatile-*`: only keys that expire anyway, so the cache and never a queue or a lock. `noeviction`: nothing, writes fail.",
        enum: [
          "volatile-lru",
          "volatile-lfu",
          "volatile-ttl",
          "volatile-random",
          "allkeys-lru",
          "allkeys-lfu",
          "allkeys-random",
          "noeviction",
        ],
        default: "volatile-lru",
      },
    },
  },
  clients: {
    type: "object",
    description: "Connections.",
    default: {},
    properties: {
      max: {
        type: "integer",
        description: "Most connections (`maxclients`). A backend pod holds three or more: cache, publisher, subscriber.",
        minimum: 10,
        maximum: 50000,
        default: 1000,
      },
      memoryPercent: {
        type: "integer",
        description: "Share of `maxmemory` that all connections' buffers may take (`maxmemory-clients`); the greediest are cut off.",
        minimum: 1,
        maximum: 50,
        default: 10,
      },
    },
  },
  app: {
    type: "object",
    description: "What the backend's user may do. Its name and password are under `global.redis`.",
    default: {},
    properties: {
      keys: {
        type: "array",
        description: "Keys, as patterns of Redis' ACL.",
        items: { type: "string", description: "A pattern.", pattern: word },
        minItems: 1,
        default: ["*"],
      },
      channels: {
        type: "array",
        description:
          "Channels, as patterns. The defaults are those of Socket.IO's Redis adapter with the namespaces `/` and `/notifications`; another namespace needs a pattern `socket.io#<namespace>#*` of its own, letter by letter.",
        items: { type: "string", description: "A pattern.", pattern: word },
        minItems: 1,
        default: ["socket.io#/#*", "socket.io#/notifications#*", "socket.io-request#*", "socket.io-response#*"],
      },
      commands: {
        type: "array",
        description:
          "Commands, in the order in which Redis applies them. The default leaves out `FLUSHALL`, `KEYS`, `CONFIG` and their like.",
        items: { type: "string", description: "A rule.", pattern: "^[+-]@?[a-z][a-z0-9_|-]*$" },
        minItems: 1,
        default: ["+@all", "-@dangerous", "-@admin", "+info"],
      },
    },
  },
  extraConfig: {
    type: "array",
    description: "Further lines of redis.conf. Never passwords: the file is a ConfigMap.",
    items: { type: "string", description: "A line.", pattern: "^[a-z][a-z0-9-]* [ -~]+$" },
    examples: [["slowlog-log-slower-than 20000", "notify-keyspace-events Ex"]],
    default: [],
  },
} as const;
