import { ChartError } from "../problem.ts";
import { compileNode } from "./compile-node.ts";
import type { BlockNode } from "./expr.ts";
import { isTrue, sortedKeys } from "./functions.ts";
import { bind, type Writer } from "./scope.ts";

/** What is rendered of a block: nothing, its body or its alternative, or the body once per item. */
export function compileBlock<Out>(inner: BlockNode, compileBody: (body: unknown) => Writer<Out>): Writer<Out> {
  switch (inner.kind) {
    case "if": {
      const condition = compileNode(inner.condition);
      const [body, otherwise] = [compileBody(inner.body), alternative(inner.otherwise, compileBody)];
      return (scope, out) => (isTrue(condition(scope)) ? body(scope, out) : otherwise(scope, out));
    }
    case "with": {
      const { variable } = inner;
      const opened = compileNode(inner.value);
      const [body, otherwise] = [compileBody(inner.body), alternative(inner.otherwise, compileBody)];
      return (scope, out) => {
        const value = opened(scope);
        if (isTrue(value)) body(bind(scope, variable, value), out);
        else otherwise(scope, out);
      };
    }
    case "range": {
      const { key, value: variable } = inner;
      const over = compileNode(inner.over);
      const body = compileBody(inner.body);
      return (scope, out) => {
        const collection = over(scope) ?? [];
        if (Array.isArray(collection)) for (const item of collection) body(bind(scope, variable, item), out);
        else {
          for (const name of sortedKeys(collection)) {
            const named = key === undefined ? scope : bind(scope, key, name);
            body(bind(named, variable, (collection as Readonly<Record<string, unknown>>)[name]), out);
          }
        }
      };
    }
    default:
      throw new ChartError(`a ${inner.kind} block cannot stand here`);
  }
}

// ── internal ────────────────────────────────────────────────────────────────

function alternative<Out>(otherwise: unknown, compileBody: (body: unknown) => Writer<Out>): Writer<Out> {
  return otherwise === undefined ? () => {} : compileBody(otherwise);
}
