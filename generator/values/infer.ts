import type { JsonSchema } from "./json-schema.ts";

declare const typed: unique symbol;

/** Gives a pass-through schema the TypeScript type of what it passes through. Exists for the compiler only. */
export interface Typed<T> {
  readonly [typed]: T;
}

/**
 * The TypeScript type of the values that a schema literal allows.
 *
 * A key is non-optional exactly if its schema has a `default` or its parent lists it in `required`: that one rule keeps
 * nil pointers out of templates, because only sure objects can be dereferenced (see `Refs` in dsl/expr.ts).
 */
export type FromSchema<S> =
  S extends Typed<infer T>
    ? T
    : S extends { readonly enum: readonly (infer E)[] }
      ? E
      : S extends { readonly type: readonly (infer N)[] }
        ? Scalar<N>
        : S extends { readonly type: "array"; readonly items: infer I }
          ? FromSchema<I>[]
          : S extends { readonly type: "object"; readonly properties: infer P }
            ? { readonly [K in SureKeys<S, P>]: FromSchema<P[K]> } & { readonly [K in Exclude<keyof P, SureKeys<S, P>>]?: FromSchema<P[K]> }
            : S extends { readonly type: "object"; readonly additionalProperties: infer A }
              ? Readonly<Record<string, A extends JsonSchema ? FromSchema<A> : unknown>>
              : S extends { readonly type: infer N }
                ? Scalar<N>
                : unknown;

type Scalar<N> = N extends "string"
  ? string
  : N extends "integer" | "number"
    ? number
    : N extends "boolean"
      ? boolean
      : N extends "null"
        ? null
        : never;

type SureKeys<S, P> = { [K in keyof P]: P[K] extends { readonly default: unknown } ? K : K extends Required<S> ? K : never }[keyof P];

type Required<S> = S extends { readonly required: readonly (infer K)[] } ? K : never;
