import type { IExternalSecret } from "@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret";
import type { ISecret } from "kubernetes-models/v1/Secret";

import type { monitoring } from "../../../schemas/monitoring.ts";
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
  type Defined,
  type Doc,
  type Expr,
  type Guard,
  type Ref,
  type Tpl,
} from "../../dsl/index.ts";
import type { Required } from "../../kubernetes/required.ts";
import { inNamespace, type Component } from "./component.ts";
import { values as v } from "./values.ts";

/** What all components' Secrets have in common; the keys are each one's own. */
type SecretValues = Pick<
  Ref<(typeof monitoring)["properties"]["grafana"]["properties"]["secrets"]>,
  "mode" | "name" | "literal" | "external"
>;

/** A Secret that a component needs, in whichever way it comes about. */
export interface ComponentSecret {
  readonly name: Expr<string>;
  /** Template of the name: for the umbrella, which sees this chart from outside. */
  readonly nameTemplate: Defined<string>;
  /** Values that it is set by, as the operator writes them. */
  readonly path: string;
  readonly values: SecretValues;
  /** When a component needs it. */
  readonly needed: Expr<boolean>;
  /** The keys in use, each with the condition under which it is, and the value that names it. */
  readonly keys: readonly (readonly [name: string, key: Expr<string>, condition: Expr<unknown>])[];
}

/**
 * The Secret of a component.
 *
 * @param key of the component's values.
 * @param keys in use: the value that names it, the key, and when.
 */
export function componentSecret(
  key: "alertmanager" | "grafana" | "loki",
  own: Component,
  values: SecretValues,
  needed: Expr<boolean>,
  keys: ComponentSecret["keys"],
): ComponentSecret {
  const nameTemplate = defineString(
    `${key}SecretName`,
    `Name of the Secret of ${own.label}, whoever creates it.`,
    fallback(values.name, str`${own.name}-secrets`),
  );
  return { name: include(nameTemplate), nameTemplate, path: `monitoring.${key}.secrets`, values, needed, keys };
}

/** The Secret in mode `literal`, the ExternalSecret in mode `external`. */
export const secretObjects = ({ name, values, needed }: ComponentSecret): [Block<Doc<ISecret>>, Block<Doc<IExternalSecret>>] => [
  when(all(needed, eq(values.mode, "literal"), values.literal), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: inNamespace(name),
    type: "Opaque",
    data: each(values.literal, (value, key) => entry(key, b64enc(value))),
  }),
  when(all(needed, eq(values.mode, "external")), {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: inNamespace(name),
    spec: {
      refreshInterval: values.external.refreshInterval,
      secretStoreRef: { kind: values.external.storeKind as never, name: values.external.storeName },
      target: { name },
      dataFrom: [{ extract: { key: values.external.remoteKey } }],
    },
  }),
];

/** The Secret in mode `existing`: somebody else creates it. */
export const requiredSecret = ({ name, values, needed }: ComponentSecret): Block<Tpl<Required>> =>
  when(all(needed, eq(values.mode, "existing")), { kind: "Secret", name });

export const componentSecretGuards = ({ path, values, needed, keys }: ComponentSecret): Guard[] => [
  when(
    all(needed, eq(values.mode, "literal"), eq(v.global.environment, "production")),
    fail(
      `${path}.mode is "literal" while global.environment is "production": passwords do not belong into values files; use "existing" or "external"`,
    ),
  ),
  ...keys.map(([name, key, condition]): Guard =>
    when(
      all(needed, condition, eq(values.mode, "literal"), not(hasKey(values.literal, key))),
      fail(str`${path}.literal has no ${key}, which ${path}.keys.${name} names: add it`),
    ),
  ),
  when(
    all(needed, eq(values.mode, "external"), not(all(values.external.storeName, values.external.remoteKey))),
    fail(`${path}.mode is "external": set ${path}.external.storeName and ${path}.external.remoteKey`),
  ),
];
