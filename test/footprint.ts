import type { IContainer } from "kubernetes-models/v1/Container";

import { parseQuantity } from "../generator/check/lint/quantity.ts";
import type { RenderedManifest } from "../generator/check/manifest.ts";

/** What the pods of some manifests ask for. */
export interface Requests {
  /** Mebibytes. */
  readonly memory: number;
  /** Thousandths of a CPU. */
  readonly cpu: number;
}

interface Workload {
  readonly kind: string;
  readonly spec?: { readonly replicas?: number; readonly template?: { readonly spec?: { readonly containers?: readonly IContainer[] } } };
}

/** Requests of all pods on a cluster of so many nodes: one pod of each DaemonSet on every node. */
export function requestsOf(manifests: readonly RenderedManifest[], nodes: number): Requests {
  const totals = manifests.map(({ object }) => {
    const { kind, spec } = object as unknown as Workload;
    const pods = kind === "DaemonSet" ? nodes : (spec?.replicas ?? 1);
    const sum = (name: "memory" | "cpu") =>
      (spec?.template?.spec?.containers ?? []).reduce(
        (total, { resources }) => total + (parseQuantity(resources?.requests?.[name]) ?? 0),
        0,
      );
    return { memory: pods * sum("memory"), cpu: pods * sum("cpu") };
  });
  return {
    memory: Math.round(totals.reduce((total, { memory }) => total + memory, 0) / 2 ** 20),
    cpu: Math.round(totals.reduce((total, { cpu }) => total + cpu, 0) * 1000),
  };
}
