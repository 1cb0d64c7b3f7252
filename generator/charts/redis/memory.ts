import { defineString, div, eq, mul, str, when, type Expr } from "../../dsl/index.ts";
import { bytes } from "../../kubernetes/quantity.ts";
import { values as v } from "./values.ts";

const limit = bytes(v.resources.limits.memory);
const share = (percent: Expr<number>): Expr<string> => str`${div(mul(limit, percent), 100)}`;

export const isDurable = eq(v.mode, "durable");

/** `maxmemory` in bytes. Its default is unlimited, and then the kernel is the eviction policy. */
export const maxmemory = defineString(
  "maxmemory",
  "Bytes for data: a share of the memory limit.",
  when(isDurable, share(v.maxmemory.percentInDurableMode), share(v.maxmemory.percentInCacheMode)),
);
