import {
  defineMap,
  div,
  each,
  entry,
  fail,
  isOneOf,
  merge,
  mul,
  str,
  trim,
  when,
  type Block,
  type Defined,
  type Expr,
  type Guard,
  type Optional,
  type Tpl,
} from "../dsl/index.ts";
import { shared as v } from "./application.ts";
import { mebibytes } from "./quantity.ts";

type StringMap = Readonly<Record<string, string>>;

/** Environment variables that are no secret; an optional value's variable is left out with it. Numbers are written with str. */
export type Variables = Readonly<Record<string, string | Expr<string> | Optional<string> | Block<Tpl<string>>>>;

/** Variables that are there under a condition. */
export interface Conditional {
  readonly condition: Expr<unknown>;
  readonly variables: Variables;
}

/** The environment of an application: the contract with it (docs/application-contract.md) and the user's own variables. */
export interface Environment {
  /** Data of the ConfigMap. */
  readonly data: Defined<StringMap>;
  /** Variables that the chart sets, under whatever condition. */
  readonly names: readonly string[];
}

/** JavaScript heap in MiB. Node.js' own default exceeds the limit of small containers, which the kernel then kills. */
const heap = div(mul(mebibytes(v.resources.limits.memory), v.node.heapPercent), 100);

const common: Variables = {
  NODE_ENV: "production",
  NODE_OPTIONS: trim(str`--max-old-space-size=${heap} ${v.node.options}`),
  PORT: str`${v.port}`,
  UV_THREADPOOL_SIZE: str`${v.node.threadPoolSize}`,
  // server.js of Next.js reads it by itself.
  KEEP_ALIVE_TIMEOUT: str`${mul(v.keepAlive.nodeIdleSeconds, 1000)}`,
};

const forMetrics: Conditional = {
  condition: v.metrics.enabled,
  variables: { METRICS_PORT: str`${v.metrics.port}`, METRICS_PATH: v.metrics.path },
};

/** What every Node.js application gets, the application's own variables, and those of `env`. */
export function environment(own: Variables, ...more: Conditional[]): Environment {
  const fromValues: Block<Tpl<StringMap>> = each(v.env, (value, name) => entry(name, value));
  const conditional = [forMetrics, ...more];
  const parts = conditional.map(({ condition, variables }) => when<Tpl<StringMap>>(condition, variables));
  return {
    data: defineMap(
      "config",
      "Data of the ConfigMap: the environment that is no secret.",
      merge({ ...common, ...own }, ...parts, fromValues),
    ),
    names: [common, own, ...conditional.map(({ variables }) => variables)].flatMap((variables) => Object.keys(variables)),
  };
}

/** Refuses variables in `env` that the chart sets itself: they would be written twice. */
export const refuseOwnVariables = (chart: string, { names }: Environment): Guard =>
  each(v.env, (_, name) =>
    when(
      isOneOf(name, ...names),
      fail(str`${chart}.env.${name} is set by the chart: change the value it comes from instead (see the chart's README), or remove it`),
    ),
  );
