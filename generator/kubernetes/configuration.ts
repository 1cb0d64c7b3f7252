import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { ISecret } from "kubernetes-models/v1/Secret";

import {
  all,
  b64enc,
  defineString,
  div,
  each,
  entry,
  eq,
  fail,
  fallback,
  hasKey,
  include,
  isOneOf,
  mul,
  not,
  str,
  trim,
  when,
  type Block,
  type Doc,
  type Guard,
  type Item,
  type Tpl,
} from "../dsl/index.ts";
import { shared as v, type Application } from "./application.ts";
import type { Required } from "./required.ts";
import { metadata, named } from "./names.ts";
import { mebibytes } from "./quantity.ts";

/** Name of the Secret with the application's credentials, whoever creates it. */
export const secretName = defineString(
  "secretName",
  "Name of the Secret with the credentials, whoever creates it.",
  fallback(v.secrets.name, named("secrets")),
);

/** JavaScript heap in MiB. Node.js' own default exceeds the limit of small containers, which the kernel then kills. */
const heap = div(mul(mebibytes(v.resources.limits.memory), v.node.heapPercent), 100);

/** Environment that every Node.js application gets. Charts add their own and `env`. */
export const environment = {
  NODE_ENV: "production",
  NODE_OPTIONS: trim(str`--max-old-space-size=${heap} ${v.node.options}`),
  PORT: str`${v.port}`,
  UV_THREADPOOL_SIZE: str`${v.node.threadPoolSize}`,
} as const;

/** The user's own variables, as entries of the ConfigMap. */
export const userEnvironment: Block<Tpl<Readonly<Record<string, string>>>> = each(v.env, (value, name) => entry(name, value));

/** Refuses variables in `env` that the chart sets itself: they would be written twice. */
export const refuseOwnVariables = (chart: string, names: readonly string[]): Guard =>
  each(v.env, (_, name) =>
    when(
      isOneOf(name, ...names),
      fail(str`${chart}.env.${name} is set by the chart: change the value it comes from instead (see the chart's README), or remove it`),
    ),
  );

export const configMap = (app: Application): Doc<IConfigMap> => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadata(named("config")),
  data: include(app.config),
});

/** The Secret, in mode `literal`: what the values file says. */
export const secret: Block<Doc<ISecret>> = when(all(eq(v.secrets.mode, "literal"), v.secrets.literal), {
  apiVersion: "v1",
  kind: "Secret",
  metadata: metadata(include(secretName)),
  type: "Opaque",
  data: each(v.secrets.literal, (value, key) => entry(key, b64enc(value))),
});

/** The ExternalSecret, in mode `external`: all properties of one entry of the store. */
export const externalSecret: Block<Doc<IExternalSecret>> = when(all(eq(v.secrets.mode, "external"), v.secrets.keys), {
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: metadata(include(secretName)),
  spec: {
    refreshInterval: v.secrets.external.refreshInterval,
    secretStoreRef: { kind: v.secrets.external.storeKind as never, name: v.secrets.external.storeName },
    target: { name: include(secretName) },
    dataFrom: [{ extract: { key: v.secrets.external.remoteKey } }],
  },
});

/** The Secret, in mode `existing`: somebody else creates it. */
export const existingSecret: Block<Tpl<Required>> = when(all(eq(v.secrets.mode, "existing"), v.secrets.keys), {
  kind: "Secret",
  name: include(secretName),
});

/** Variables from the Secret. */
export const secretVariables: Item<IEnvVar> = each(v.secrets.keys, (key, name) => ({
  name,
  valueFrom: { secretKeyRef: { name: include(secretName), key: key } },
}));

/** What cannot be right about a component's secrets. */
export const secretGuards = (chart: string): Guard[] => [
  when(
    all(eq(v.secrets.mode, "literal"), eq(v.global.environment, "production")),
    fail(
      `${chart}.secrets.mode is "literal" while global.environment is "production": passwords do not belong into values files; use "existing" or "external"`,
    ),
  ),
  when(
    eq(v.secrets.mode, "literal"),
    each(v.secrets.keys, (key, name) =>
      when(
        not(hasKey(v.secrets.literal, key)),
        fail(
          str`${chart}.secrets.literal has no ${key}, which the variable ${name} needs: add it, or set ${chart}.secrets.keys.${name} to null`,
        ),
      ),
    ),
  ),
  when(
    all(eq(v.secrets.mode, "external"), not(all(v.secrets.external.storeName, v.secrets.external.remoteKey))),
    fail(`${chart}.secrets.mode is "external": set ${chart}.secrets.external.storeName and ${chart}.secrets.external.remoteKey`),
  ),
];
