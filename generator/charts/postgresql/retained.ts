import { merge, when, type Expr } from "../../dsl/index.ts";
import { metadata } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

/**
 * Metadata of the cluster and of what it cannot do without, which Helm and Argo CD leave alone when they are no longer
 * rendered: a cluster without its store, say, would keep all its WAL until the volume is full.
 */
export const retainedMetadata = (name: Expr<string>, ...annotations: readonly Readonly<Record<string, string>>[]) =>
  metadata(name, merge(...annotations, when(v.retain, { "helm.sh/resource-policy": "keep" }), v.global.commonAnnotations));
