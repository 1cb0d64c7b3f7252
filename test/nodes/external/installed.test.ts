import { beforeAll, expect, test } from "vitest";

import { findHelm } from "../../../generator/helm.ts";
import { runProgram } from "../../cluster/harness/client.ts";
import { startCluster, type Cluster } from "../../cluster/harness/cluster.ts";
import { checkConnectivity } from "../../connectivity/check.ts";
import { connectivityReport, differences } from "../../connectivity/report.ts";
import { installedRelease } from "../../connectivity/release.ts";
import { complaints } from "../logs.ts";

/** The release on a cluster of somebody's, whose nodes, database and visitors are not ours to break. */
const { NAMESPACE: namespace = "xpeditis-prod", RELEASE: name = "xpeditis", INTERNET: internet = "1.1.1.1" } = process.env;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});

test("helm test passes", async () => {
  const { path } = await findHelm(4);
  const access = ["--kubeconfig", cluster.kubeconfig, "--namespace", namespace];
  expect(await runProgram(path, ["test", name, ...access, "--timeout", "5m"])).toMatch(/Phase: +Succeeded/);
});

test("no container complains of a permission", async () => {
  expect(await complaints(cluster, namespace)).toEqual([]);
});

test("every connection of the release is let through or refused as its policies say", async () => {
  const kubectl = (args: readonly string[], stdin?: string) => cluster.kubectl([...args], stdin);
  const release = await installedRelease(kubectl, { name, namespace });
  const connectivity = await checkConnectivity(kubectl, { name, namespace, release, internet });
  console.log(connectivityReport(connectivity));
  expect(differences(connectivity)).toEqual([]);
  expect(connectivity.failed).toEqual([]);
});
