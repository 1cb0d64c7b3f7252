import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { ISecretKeySelector } from "kubernetes-models/v1/SecretKeySelector";

import { defineString, eq, fallback, include, str, when, why, type Block, type Item, type Tpl } from "../../dsl/index.ts";
import type { Connection } from "../../kubernetes/connection.ts";
import { fullnameOf, siblings } from "../../kubernetes/names.ts";
import { from } from "../../kubernetes/network-policy.ts";
import type { Required } from "../../kubernetes/required.ts";
import { values as v } from "./values.ts";

const { redis } = v.global;
const isInternal = eq(redis.mode, "internal");

const redisName = fullnameOf("redis");

/** Name of Redis' Service. */
export const redisServiceName = defineString(
  "redisServiceName",
  "Name of Redis' Service.",
  fallback(redis.serviceName, str`${include(redisName)}-svc`),
);

/** Name of the Secret with Redis' passwords. */
export const redisSecretName = defineString(
  "redisSecretName",
  "Name of the Secret with Redis' passwords.",
  fallback(redis.secretName, str`${include(redisName)}-secrets`),
);

const password = { name: include(redisSecretName), key: redis.passwordKey };

const variables = (passwordFrom: Tpl<ISecretKeySelector>): readonly Item<IEnvVar>[] => [
  when<Tpl<IEnvVar>>(isInternal, { name: "REDIS_PASSWORD", valueFrom: { secretKeyRef: passwordFrom } }),
  // Kubernetes puts the password in its place, so that it stands in no manifest.
  when<Tpl<IEnvVar>>(isInternal, {
    name: "REDIS_URL",
    value: str`redis://${redis.username}:$(REDIS_PASSWORD)@${include(redisServiceName)}:${redis.port}`,
  }),
];

/** The way to the release's own Redis. */
export const toRedis: Connection = {
  reason: 'global.redis.mode is "internal"',
  condition: isInternal,
  variables: ["REDIS_URL"],
  environment: variables(password),
};

/** The same for migrations, so that the application finds its configuration complete. They do not use Redis. */
export const migrationVariables = variables({
  [why]: { optional: "A hook runs before the first installation's Secret is there, and no migration needs Redis." },
  ...password,
  optional: true,
});

/** The backend may connect to Redis. */
export const egressToRedis: Block<INetworkPolicyEgressRule> = when(isInternal, {
  to: [from(siblings("redis"))],
  ports: [{ port: redis.port, protocol: "TCP" }],
} as never);

/** The Secret with Redis' passwords, whoever creates it. */
export const redisSecret: Block<Tpl<Required>> = when(isInternal, { kind: "Secret", name: include(redisSecretName) });
