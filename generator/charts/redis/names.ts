import { defineString, fallback, include } from "../../dsl/index.ts";
import { named } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

const { redis } = v.global;

/** The Service that clients connect to. */
export const serviceName = defineString("serviceName", "Name of the Service.", fallback(redis.serviceName, named("svc")));

/** The Secret with the passwords, whoever creates it. */
export const secretName = defineString(
  "secretName",
  "Name of the Secret with the passwords, whoever creates it.",
  fallback(redis.secretName, named("secrets")),
);

export const service = include(serviceName);
export const secret = include(secretName);
