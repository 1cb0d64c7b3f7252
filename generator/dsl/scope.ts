import type { Variable } from "./expr.ts";

/** What a template sees when it is rendered: Helm's root scope of one chart. */
export interface Context {
  readonly Values: Readonly<Record<string, unknown>>;
  readonly Release: { readonly Name: string; readonly Namespace: string; readonly Service: "Helm" };
  readonly Chart: { readonly Name: string; readonly Version: string; readonly AppVersion: string };
  /** `kubeVersion` as `1.36` or `v1.36.3+k3s1`. */
  readonly Capabilities: { readonly kubeVersion: string };
  /** Files of the chart that are no templates: path below its folder → text. */
  readonly Files: Readonly<Record<string, string>>;
  /** Scopes of the enabled subcharts. */
  readonly Subcharts: Readonly<Record<string, Context>>;
}

/** What expressions are evaluated in: a chart's context, and what the blocks around have bound. */
export interface Scope {
  readonly context: Context;
  readonly bound?: Binding;
}

interface Binding {
  readonly variable: Variable;
  readonly value: unknown;
  readonly outer: Binding | undefined;
}

/** A part of a tree, compiled: what it evaluates to in a scope. */
export type Program<T = unknown> = (scope: Scope) => T;

/** A part of a map, a list or a text, compiled: adds to `out` what it evaluates to, which may be nothing. */
export type Writer<Out> = (scope: Scope, out: Out) => void;

/** The scope with one more variable. */
export function bind({ context, bound }: Scope, variable: Variable, value: unknown): Scope {
  return { context, bound: { variable, value, outer: bound } };
}

/** What the variable is bound to. */
export function lookUp({ bound }: Scope, variable: Variable): unknown {
  for (let binding = bound; binding !== undefined; binding = binding.outer) if (binding.variable === variable) return binding.value;
  return undefined;
}
