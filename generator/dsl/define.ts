import { expression, type Block, type Expr, type Template, type Tpl, type ValueType, type Variable } from "./expr.ts";
import { toNode } from "./nodes.ts";

/** A named template of type `T`: text for a string, a fragment for a map. */
export interface Defined<T> extends Template {
  readonly returns?: T;
}

/** A subchart as the umbrella sees it: its named templates can be included with its own scope. Must be enabled. */
export interface Subchart {
  readonly subchart: string;
}

/**
 * A named template that yields a string. Printed once per chart that uses it, as `<chart>.<name>`: all charts of a tree share
 * one name space for templates, so the prefix is not the author's to choose.
 */
export function defineString(name: string, description: string, body: Expr<string> | Block<unknown>): Defined<string> {
  return { name, description, body, type: "string" };
}

type StringMap = Readonly<Record<string, string>>;

/** A named template that yields a map of strings: labels, annotations, the data of a ConfigMap. */
export function defineMap(name: string, description: string, body: Tpl<StringMap> | Block<Tpl<StringMap>>): Defined<StringMap> {
  return { name, description, body, type: "object" };
}

/** A named template that yields a part of a manifest; its type has to be given: `defineFragment<IPodTemplateSpec>(…)`. */
export function defineFragment<T = never>(name: string, description: string, body: NoInfer<Tpl<T>>): Defined<T> {
  return { name, description, body, type: "object" };
}

/** A named template with an argument: `body` sees only that. Gives a function from expression to expression. */
export function defineFunction<A extends string | number, T extends string | number>(
  name: string,
  description: string,
  type: T extends string ? "string" : "integer",
  body: (argument: Expr<A>) => Block<unknown> | Expr<T>,
): (argument: Expr<A>) => Expr<T> {
  const parameter: Variable = { hint: "value" };
  const bound = expression<A>({ op: "path", root: parameter, keys: [], type: "string", plain: false, nullable: false, optional: false });
  const template: Template = { name, description, body: body(bound), type: type as ValueType, parameter };
  return (argument) => expression({ op: "include", template, argument: toNode(argument), type: type as ValueType });
}

/** What a named template yields, seen from the chart's own scope or from that of one of its subcharts. */
export function include<T>(template: Defined<T>, of?: Subchart): Expr<T> {
  return expression({ op: "include", template, type: template.type, ...(of === undefined ? {} : { subchart: of.subchart }) });
}

/**
 * A SHA-256 over the data that a named template of map type yields: for `checksum/…` annotations that restart pods when
 * configuration changes, and only then. Rendered files would not do: their labels change with every chart version.
 */
export function checksum(template: Defined<unknown>): Expr<string> {
  return expression({ op: "checksum", template, type: "string" });
}
