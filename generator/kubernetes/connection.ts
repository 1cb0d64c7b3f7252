import type { IEnvVar } from "kubernetes-models/v1/EnvVar";

import { all, any, fail, hasKey, isOneOf, ne, not, when, type Block, type Expr, type Guard, type Item } from "../dsl/index.ts";
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

/** The body, for a variable that is taken from the application's Secret. */
export function unlessConnected<B>(
  { connections }: Pick<Application, "connections">,
  name: Expr<string>,
  body: NoInfer<B | Block<B>>,
): B | Block<B> {
  const others = connections.map(({ variables, condition }) => {
    const [only, ...more] = variables;
    return any(more.length > 0 || only === undefined ? not(isOneOf(name, ...variables)) : ne(name, only), not(condition));
  });
  return others.length === 0 ? body : when<B>(all(...others), body);
}

/** Refuses a variable that a connection gives in the application's own environment: one of the two would be ignored. */
export const connectionGuards = (chart: string, { connections }: Application): Guard[] =>
  connections.flatMap(({ reason, condition, variables }) =>
    variables.flatMap((variable) =>
      (["env", "envValueFrom"] as const).map((place) =>
        when(
          all(condition, hasKey(v[place], variable)),
          fail(`${chart}.${place}.${variable} would not count while ${reason}: remove it, or change the latter`),
        ),
      ),
    ),
  );
