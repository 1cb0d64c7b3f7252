import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";

import {
  all,
  at,
  defineString,
  each,
  eq,
  include,
  ne,
  not,
  required,
  str,
  when,
  type Block,
  type Expr,
  type Item,
  type Tpl,
} from "../../dsl/index.ts";
import { secretName } from "../../kubernetes/configuration.ts";
import { unlessConnected } from "../../kubernetes/connection.ts";
import { image } from "../../kubernetes/image.ts";
import { named } from "../../kubernetes/names.ts";
import { connections } from "./connections.ts";
import { toObjectStorage } from "./object-storage.ts";
import { authorityMount, directVariables, isCluster } from "./postgresql.ts";
import { migrationVariables } from "./redis.ts";
import { values as v } from "./values.ts";

/**
 * Waits until the database accepts connections: it may still be starting, and network policies reach a new pod some seconds
 * late (cloudnativelabs/kube-router#1652). Plain Node.js, because the image need not hold anything else.
 */
const waitForDatabase = `const { hostname, port } = new URL(process.env.DATABASE_URL);
const deadline = Date.now() + Number(process.env.CONNECT_SECONDS) * 1000;
const attempt = () => {
  const socket = require("node:net").connect(Number(port) || 5432, hostname, () => process.exit(0));
  socket.setTimeout(3000, () => socket.destroy(new Error("timeout")));
  socket.on("error", (error) => {
    if (Date.now() > deadline) {
      console.error(\`database \${hostname}: \${error.message}\`);
      process.exit(1);
    }
    setTimeout(attempt, 1000);
  });
};
attempt();
`;

/** A hook that brings its own Secret gives it a name of its own: the release's Secret must outlive the hook. */
export const migrationSecretName = defineString(
  "migrationSecretName",
  "Secret that migrations read: a hook in secrets mode literal brings its own.",
  when(all(eq(v.migrations.mode, "hook"), eq(v.secrets.mode, "literal")), named("migrate-secrets"), include(secretName)),
);

/** Migrations need the direct connection: poolers in transaction mode know neither locks nor session settings. */
const databaseUrl: Block<Tpl<IEnvVar>> = when<Tpl<IEnvVar>>(not(isCluster), {
  name: "DATABASE_URL",
  valueFrom: {
    secretKeyRef: {
      name: include(migrationSecretName),
      key: required("backend.secrets.keys.DATABASE_DIRECT_URL is missing", at(v.secrets.keys, "DATABASE_DIRECT_URL")),
    },
  },
});

const basics = {
  image: include(image),
  imagePullPolicy: v.image.pullPolicy,
  securityContext: v.securityContext,
  resources: v.resources,
  volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, authorityMount],
} as const satisfies Tpl<Partial<IContainer>>;

/** Waits for the database. */
export const waitContainer: Tpl<IContainer> = {
  name: "wait-for-database",
  command: ["node", "-e", waitForDatabase],
  env: [databaseUrl, ...directVariables, { name: "CONNECT_SECONDS", value: str`${v.migrations.connectSeconds}` }],
  ...basics,
};

/** Migrates, with the configuration of the given ConfigMap. */
export const migrateContainer = (configMap: Expr<string>): Tpl<IContainer> => ({
  name: "migrate",
  command: v.migrations.command,
  env: [
    databaseUrl,
    each(v.secrets.keys, (key, name) =>
      unlessConnected<Tpl<IEnvVar>>(
        { connections },
        name,
        when<Tpl<IEnvVar>>(ne(name, "DATABASE_URL"), { name, valueFrom: { secretKeyRef: { name: include(migrationSecretName), key } } }),
      ),
    ),
    ...directVariables,
    ...migrationVariables,
    ...toObjectStorage.environment,
    each(v.envValueFrom, (valueFrom, name) => when(not(eq(name, "DATABASE_URL")), { name, valueFrom })),
  ],
  envFrom: [{ configMapRef: { name: configMap } }],
  ...basics,
});

/** In mode `initContainer`, every pod of the server migrates before it starts. */
export const migrationInitContainers: Item<IContainer>[] = [
  when(eq(v.migrations.mode, "initContainer"), waitContainer),
  when(eq(v.migrations.mode, "initContainer"), migrateContainer(named("config"))),
];
