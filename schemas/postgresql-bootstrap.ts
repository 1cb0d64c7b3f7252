import { names, patterns } from "./common.ts";

/** Where the first data of a new cluster come from. */
export const bootstrap = {
  type: "object",
  title: "First data",
  description: "How a cluster that does not exist yet gets its first data. An existing one never looks at it again.",
  default: {},
  properties: {
    mode: {
      type: "string",
      description:
        "`new`: an empty database. `import`: a copy of a database elsewhere, such as Neon. `recover`: a backup of another cluster, under a new `global.postgresql.clusterName`.",
      enum: ["new", "import", "recover"],
      default: "new",
    },
    import: {
      type: "object",
      description: "Mode `import`: `pg_dump` from there, `pg_restore` here. Stop whatever writes there first.",
      default: {},
      properties: {
        host: {
          type: "string",
          description: "Host of the database. At Neon the direct one, without `-pooler`.",
          pattern: patterns.hostOrEmpty,
          maxLength: 253,
          default: "",
        },
        port: { type: "integer", description: "Its port.", minimum: 1, maximum: 65535, default: 5432 },
        database: {
          type: "string",
          description: "Name of the database there.",
          pattern: "^[A-Za-z_][A-Za-z0-9_-]{0,62}$",
          default: "xpeditis",
        },
        user: {
          type: "string",
          description: "User, who may read all of it.",
          pattern: "^[A-Za-z_][A-Za-z0-9_-]{0,62}$",
          default: "xpeditis",
        },
        caSecret: {
          type: "string",
          description:
            "Secret with the authority of that host's certificate, under `ca.crt`: `sslmode=verify-full`. Empty: encrypted, and whoever answers is believed (`require`).",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "",
        },
        passwordSecret: {
          type: "string",
          description: "Secret with the user's password.",
          pattern: patterns.objectOrEmpty,
          maxLength: 253,
          default: "",
        },
        passwordKey: { type: "string", description: "Its key.", ...names.secretKey, default: "password" },
      },
    },
    recover: {
      type: "object",
      description: "Mode `recover`: from the bucket of `backup.s3`.",
      default: {},
      properties: {
        from: {
          type: "string",
          description: "Name of the cluster whose backup it is.",
          ...names.fullnameOrEmpty,
          examples: ["postgresql"],
          default: "",
        },
        targetTime: {
          type: "string",
          description: "The moment to go back to. Empty: the last one that was archived.",
          pattern: "^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?$",
          examples: ["2026-11-24T03:17:00Z"],
          default: "",
        },
      },
    },
  },
} as const;
