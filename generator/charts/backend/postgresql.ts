import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";

import { defineString, eq, fallback, include, str, when, type Block, type Expr, type Item, type Tpl } from "../../dsl/index.ts";
import type { Connection } from "../../kubernetes/connection.ts";
import { fullnameOf } from "../../kubernetes/names.ts";
import { from, tcp } from "../../kubernetes/network-policy.ts";
import type { Required } from "../../kubernetes/required.ts";
import { values as v } from "./values.ts";

const { postgresql } = v.global;

/** The operator CloudNativePG runs the database. */
export const isCluster = eq(postgresql.mode, "cloudnativePG");

/** Name of the cluster, which the names of its Services and Secrets are made from. */
export const postgresqlName = defineString(
  "postgresqlName",
  "Name of the PostgreSQL cluster.",
  fallback(postgresql.clusterName, include(fullnameOf("postgresql"))),
);

const cluster = include(postgresqlName);
const credentials = str`${cluster}-app`;
const authority = str`${cluster}-ca`;
const folder = "/etc/postgresql";

const credential = (name: string, key: string): Block<Tpl<IEnvVar>> =>
  when<Tpl<IEnvVar>>(isCluster, { name, valueFrom: { secretKeyRef: { name: credentials, key } } });

/** Name of the variable, with the URL of a Service of the cluster. Kubernetes puts the credentials in their places. */
const url = (name: string, service: Expr<string>): Block<Tpl<IEnvVar>> =>
  when<Tpl<IEnvVar>>(isCluster, {
    name,
    value: str`postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@${service}:5432/$(DATABASE_NAME)?sslmode=verify-full&sslrootcert=${folder}/ca.crt`,
  });

const parts = [credential("DATABASE_USER", "username"), credential("DATABASE_PASSWORD", "password"), credential("DATABASE_NAME", "dbname")];
const pooled = str`${cluster}-pooler`;
const direct = str`${cluster}-rw`;

/** The way to the release's own PostgreSQL: the pooler, and past it for what needs a session. */
export const toPostgresql: Connection = {
  reason: 'global.postgresql.mode is "cloudnativePG"',
  condition: isCluster,
  variables: ["DATABASE_URL", "DATABASE_DIRECT_URL"],
  environment: [...parts, url("DATABASE_URL", pooled), url("DATABASE_DIRECT_URL", direct)],
};

/** The same for migrations, which take the direct connection for either. */
export const directVariables: Item<IEnvVar>[] = [...parts, url("DATABASE_URL", direct), url("DATABASE_DIRECT_URL", direct)];

/** The authority of the cluster's certificates, without its key. */
export const authorityVolume: Block<Tpl<IVolume>> = when<Tpl<IVolume>>(isCluster, {
  name: "postgresql-ca",
  secret: { secretName: authority, items: [{ key: "ca.crt", path: "ca.crt" }] },
});

export const authorityMount: Block<Tpl<IVolumeMount>> = when<Tpl<IVolumeMount>>(isCluster, {
  name: "postgresql-ca",
  mountPath: folder,
  readOnly: true,
});

const pooler = from({ "cnpg.io/poolerName": pooled });
const instances = from({ "cnpg.io/cluster": cluster, "cnpg.io/podRole": "instance" });

/** The backend may connect to the pooler, and past it. */
export const egressToPostgresql: Block<INetworkPolicyEgressRule> = when(isCluster, { to: [pooler, instances], ports: tcp(5432) } as never);

/** Migrations connect to the primary alone. */
export const migrationToPostgresql: Block<INetworkPolicyEgressRule> = when(isCluster, { to: [instances], ports: tcp(5432) } as never);

/** What the operator makes with a cluster. */
export const postgresqlSecrets: Block<Tpl<Required>>[] = [credentials, authority].map((name) =>
  when<Tpl<Required>>(isCluster, { kind: "Secret", name }),
);
