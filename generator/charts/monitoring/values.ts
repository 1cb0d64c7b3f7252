import { monitoring as schema } from "../../../schemas/monitoring.ts";
import { defineString, eq, fallback, helm, ne, refs } from "../../dsl/index.ts";

export const values = refs(schema);

/** Namespace of the chart's objects. */
export const namespace = defineString(
  "namespace",
  "Namespace of all objects: a chart of the umbrella may live beside its release.",
  fallback(values.namespaceOverride, helm.Release.Namespace),
);

export const isBundled = eq(values.mode, "bundled");
export const isOperator = eq(values.mode, "operator");
/** Metrics are wanted, whoever scrapes them. */
export const isMeasured = ne(values.mode, "none");
