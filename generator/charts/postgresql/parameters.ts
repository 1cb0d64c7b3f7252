import { defineMap, div, mul, overlay, str } from "../../dsl/index.ts";
import { mebibytes } from "../../kubernetes/quantity.ts";
import { values as v } from "./values.ts";

const memory = mebibytes(v.resources.limits.memory);
const share = (percent: number) => str`${div(mul(memory, percent), 100)}MB`;

/** Names of the parameters that have values of their own. */
export const ownParameters = ["max_connections"] as const;

/** PostgreSQL's own memory, as a share of the limit; the rest is for connections, and for the kernel to keep files in. */
export const sharedBuffersPercent = 25;

const computed = defineMap("parameters", "Settings of postgresql.conf that follow from other values; `parameters` may override them.", {
  max_connections: str`${v.maxConnections}`,
  shared_buffers: share(sharedBuffersPercent),
  effective_cache_size: share(75),
  maintenance_work_mem: share(5),
});

export const parameters = overlay(computed, v.parameters);
