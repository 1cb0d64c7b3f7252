/** The template language: what charts are written in. It knows Go templates and values, and no chart. */
export * from "./blocks.ts";
export * from "./define.ts";
export * from "./expressions.ts";
export { evaluateTemplate, evaluateText } from "./evaluate.ts";
export type { Context } from "./scope.ts";
export { why } from "./expr.ts";
export type { Block, Doc, Expr, Item, Optional, Ref, Template, Tpl } from "./expr.ts";
export { Refusal } from "./functions.ts";
export { outlines } from "./outline.ts";
export { helm, refs } from "./refs.ts";
export { printDefinitions, printTemplate, printText, type Printed } from "./template.ts";
export { configYaml, type Yaml } from "./config-yaml.ts";
