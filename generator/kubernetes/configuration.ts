import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { ISecret } from "kubernetes-models/v1/Secret";

import {
  all,
  b64enc,
  defineString,
  each,
  entry,
  eq,
  fail,
  fallback,
  hasKey,
  include,
  not,
  str,
  when,
  type Block,
  type Doc,
  type Expr,
  type Guard,
  type Item,
  type Refused,
  type Tpl,
} from "../dsl/index.ts";
import { shared as v, type Application } from "./application.ts";
import { unlessConnected } from "./connection.ts";
import type { Required } from "./required.ts";
import { metadata, named } from "./names.ts";

/** Name of the Secret with the application's credentials, whoever creates it. */
export const secretName = defineString(
  "secretName",
  "Name of the Secret with the credentials, whoever creates it.",
  fallback(v.secrets.name, named("secrets")),
);

export const configMap = (app: Application): Doc<IConfigMap> => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata(named("config")),
  data: include(app.environment.data),
});

/** A Secret of what the values file says, for mode `literal`. */
export const literalSecret = (name: Expr<string>, ofObject = metadata(name)): Block<Doc<ISecret>> =>
  when(all(eq(v.secrets.mode, "literal"), v.secrets.literal), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: ofObject,
    type: "Opaque",
    data: each(v.secrets.literal, (value, key) => entry(key, b64enc(value))),
  });

/** An ExternalSecret, for mode `external`: all properties of one entry of the store. */
export const storedSecret = (name: Expr<string>, ofObject = metadata(name)): Doc<IExternalSecret> => ({
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: ofObject,
  spec: {
    refreshInterval: v.secrets.external.refreshInterval,
    secretStoreRef: { kind: v.secrets.external.storeKind as never, name: v.secrets.external.storeName },
    target: { name },
    dataFrom: [{ extract: { key: v.secrets.external.remoteKey } }],
  },
});

/** The Secret, in mode `literal`. */
export const secret = literalSecret(include(secretName));

/** The ExternalSecret, in mode `external`. */
export const externalSecret: Block<Doc<IExternalSecret>> = when(
  all(eq(v.secrets.mode, "external"), v.secrets.keys),
  storedSecret(include(secretName)),
);

/** The Secret, in mode `existing`: somebody else creates it. */
export const existingSecret: Block<Tpl<Required>> = when(all(eq(v.secrets.mode, "existing"), v.secrets.keys), {
  kind: "Secret",
  name: include(secretName),
});

/** Variables from the Secret, and those of the application's connections. */
export const secretVariables = (app: Application): Item<IEnvVar>[] => [
  each(v.secrets.keys, (key, name) =>
    unlessConnected<Tpl<IEnvVar>>(app, name, { name, valueFrom: { secretKeyRef: { name: include(secretName), key } } }),
  ),
  ...app.connections.ways.flatMap(({ environment }) => environment),
];

/** What cannot be right about a component's secrets. */
export const secretGuards = (chart: string, app: Application): Guard[] => [
  ...secretSourceGuards(chart),
  when(
    eq(v.secrets.mode, "literal"),
    each(v.secrets.keys, (key, name) =>
      unlessConnected<Refused>(
        app,
        name,
        when<Refused>(
          not(hasKey(v.secrets.literal, key)),
          fail(
            str`${chart}.secrets.literal has no ${key}, which the variable ${name} needs: add it, or set ${chart}.secrets.keys.${name} to null`,
          ),
        ),
      ),
    ),
  ),
];

/** What cannot be right about where a Secret comes from, whatever is in it. */
export const secretSourceGuards = (chart: string): Guard[] => [
  when(
    all(eq(v.secrets.mode, "literal"), eq(v.global.environment, "production")),
    fail(
      `${chart}.secrets.mode is "literal" while global.environment is "production": passwords do not belong into values files; use "existing" or "external"`,
    ),
  ),
  when(
    all(eq(v.secrets.mode, "external"), not(all(v.secrets.external.storeName, v.secrets.external.remoteKey))),
    fail(`${chart}.secrets.mode is "external": set ${chart}.secrets.external.storeName and ${chart}.secrets.external.remoteKey`),
  ),
];
