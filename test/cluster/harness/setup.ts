import { buildFamily } from "../../../tools/build.ts";
import { reapClusters } from "./state.ts";

/** Runs once before all cluster tests, so that two of them never build the same program at the same time. */
export default async function setup(): Promise<void> {
  await reapClusters();
  if (process.env.XPEDITIS_CLUSTER === "external") return;
  for (const family of ["etcd", "kwok", "kubernetes", "crds", "keda"] as const) await buildFamily(family);
}
