import { defineString, eq, helm, when, type Expr } from "../../dsl/index.ts";
import { values as v } from "./values.ts";

/** The issuers serve the whole cluster. */
export const servesCluster: Expr<boolean> = eq(v.global.tls.issuerKind, "ClusterIssuer");

export const secretNamespace = defineString(
  "secretNamespace",
  "Where cert-manager reads and writes Secrets of the issuers: ClusterIssuers have no namespace of their own to look in.",
  when<unknown>(servesCluster, v.clusterResourceNamespace, helm.Release.Namespace),
);
