import { buildFamily } from "../../tools/build.ts";
import { appNames, buildApp } from "../apps/build.ts";
import { nodePrograms } from "../cluster/harness/real/programs.ts";
import { reapClusters } from "../cluster/harness/state.ts";

const families = [
  "etcd",
  "kwok",
  "kubernetes",
  "kube-router",
  "crds",
  "keda",
  "registry",
  "coredns",
  "traefik",
  "versitygw",
  "rclone",
  "redis-exporter",
  "prometheus",
  "alertmanager",
  "loki",
  "collector",
  "kube-state-metrics",
  "node-exporter",
] as const;

/** Runs once before all tests on real nodes: says what is missing, removes what a killed run left, and builds. */
export default async function setup(): Promise<void> {
  if (process.env["XPEDITIS_CLUSTER"] === "external") return;
  await nodePrograms();
  await reapClusters();
  for (const family of families) await buildFamily(family);
  for (const name of appNames) await buildApp(name);
}
