import type { ICluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster";
import type { IBootstrapConfiguration } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/BootstrapConfiguration";
import type { IBootstrapInitDB } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/BootstrapInitDB";
import type { IExternalCluster } from "@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/ExternalCluster";

import { any, eq, str, when, type Block, type Tpl } from "../../dsl/index.ts";
import { barmanPlugin } from "./barman.ts";
import { store } from "./names.ts";
import { values as v } from "./values.ts";

const { mode, import: origin, recover } = v.bootstrap;

export const isImport = eq(mode, "import");
export const isRecovery = eq(mode, "recover");

/** Name of the other cluster within this one's specification. */
const source = "origin";

const initdb: Tpl<IBootstrapInitDB> = {
  database: v.database,
  owner: v.owner,
  dataChecksums: true,
  encoding: "UTF8",
  localeCollate: v.locale,
  localeCType: v.locale,
  import: when(isImport, { type: "microservice", databases: [origin.database], source: { externalCluster: source } }),
};

/** How a new cluster gets its first data. */
export const bootstrap: Block<Tpl<IBootstrapConfiguration>> = when<Tpl<IBootstrapConfiguration>>(
  isRecovery,
  {
    recovery: {
      source,
      database: v.database,
      owner: v.owner,
      recoveryTarget: when(recover.targetTime, { targetTime: recover.targetTime }),
    },
  },
  { initdb },
);

const imported: Tpl<IExternalCluster> = {
  name: source,
  connectionParameters: {
    host: origin.host,
    port: str`${origin.port}`,
    user: origin.user,
    dbname: origin.database,
    sslmode: when(origin.caSecret, "verify-full", "require"),
  } as never,
  password: { name: origin.passwordSecret, key: origin.passwordKey },
  sslRootCert: when(origin.caSecret, { name: origin.caSecret, key: "ca.crt" }),
};

const recovered: Tpl<IExternalCluster> = {
  name: source,
  plugin: { name: barmanPlugin, parameters: { barmanObjectName: store, serverName: recover.from } },
};

/** Where those data are. */
export const externalClusters: Block<Tpl<NonNullable<ICluster["spec"]["externalClusters"]>>> = when(any(isImport, isRecovery), [
  when<Tpl<IExternalCluster>>(isImport, imported, recovered),
]);
