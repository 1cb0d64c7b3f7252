import type { IEnvVar } from "kubernetes-models/v1/EnvVar";

import {
  all,
  defineMap,
  fail,
  hasKey,
  include,
  merge,
  not,
  when,
  type Block,
  type Defined,
  type Expr,
  type Guard,
  type Item,
  type Subchart,
} from "../dsl/index.ts";
import { shared as v, type Application } from "./application.ts";

/** A way to another component of the release: variables that the chart puts together, instead of taking them from the application's Secret. */
export interface Connection {
  /** What gives it, as a value that the operator may change: `global.redis.mode is "internal"`. */
  readonly reason: string;
  readonly condition: Expr<unknown>;
  /** Variables that are taken from the application's Secret otherwise. */
  readonly variables: readonly string[];
  /** All variables of the connection, under the condition. */
  readonly environment: readonly Item<IEnvVar>[];
}

/** All ways of an application to other components. */
export interface Connections {
  readonly ways: readonly Connection[];
  /** Variables that they give as values stand, with the reason; none if there are no ways. */
  readonly given?: Defined<Readonly<Record<string, string>>>;
}

/** The ways of a chart's application, in the order of their variables. */
export const connectionsOf = (...ways: readonly Connection[]): Connections => ({
  ways,
  given: defineMap(
    "connectedVariables",
    "Variables that do not come from the Secret, because the chart gives them itself.",
    merge<Readonly<Record<string, string>>>(
      ...ways.map(({ condition, variables, reason }) =>
        when<Readonly<Record<string, string>>>(condition, Object.fromEntries(variables.map((variable) => [variable, reason]))),
      ),
    ),
  ),
});

/** The body, for a variable that is taken from the application's Secret. `of`: its chart, where another asks. */
export function unlessConnected<B>(
  { connections: { given } }: Pick<Application, "connections">,
  name: Expr<string>,
  body: NoInfer<B | Block<B>>,
  of?: Subchart,
): B | Block<B> {
  return given === undefined ? body : when<B>(not(hasKey(include(given, of), name)), body);
}

/** Refuses a variable that a connection gives in the application's own environment: one of the two would be ignored. */
export const connectionGuards = (chart: string, { connections }: Application): Guard[] =>
  connections.ways.flatMap(({ reason, condition, variables }) =>
    variables.flatMap((variable) =>
      (["env", "envValueFrom"] as const).map((place) =>
        when(
          all(condition, hasKey(v[place], variable)),
          fail(`${chart}.${place}.${variable} would not count while ${reason}: remove it, or change the latter`),
        ),
      ),
    ),
  );
