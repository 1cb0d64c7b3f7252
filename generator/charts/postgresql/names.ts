import { defineString, fallback, include, str } from "../../dsl/index.ts";
import { fullname, named } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

/** The cluster's name, which the operator makes all others of. */
export const clusterName = defineString(
  "clusterName",
  "Name of the cluster: stem of the names of Services and Secrets that the operator makes.",
  fallback(v.global.postgresql.clusterName, include(fullname)),
);

export const cluster = include(clusterName);

/** The pooler, and its Service. */
export const pooler = str`${cluster}-pooler`;

/** The store that backups go to. One for all clusters of the chart: each has a folder of its own in it. */
export const store = named("backups");

/** The Secret with the credentials of the object storage, whoever creates it. */
export const secretName = defineString(
  "secretName",
  "Name of the Secret with the credentials of the object storage, whoever creates it.",
  fallback(v.secrets.name, named("secrets")),
);

export const secret = include(secretName);
