import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packageCharts } from "../../generator/commands/package.ts";
import { findHelm, runHelm } from "../../generator/helm.ts";
import { ChartError } from "../../generator/problem.ts";
import { release as released } from "../../generator/release.ts";
import { serve } from "../helm/client.ts";
import { customGroups, secretObject } from "./chart/chart-cluster.ts";
import { environment, rendered } from "./chart/environments.ts";
import { startCluster, type Cluster } from "./harness/cluster.ts";
import { untilInterrupted } from "./harness/interrupt.ts";
import { startKeda } from "./harness/keda.ts";
import { controlPlane, worker } from "./harness/nodes.ts";

/**
 * `make try`: a cluster with the chart installed from a freshly packaged repository, until Ctrl-C. ENVIRONMENT names the
 * file of values/ (staging if not given). With KUBECONFIG and XPEDITIS_CLUSTER=external the user's cluster is used, and
 * the release is taken away again at the end.
 */
async function tryOut(): Promise<void> {
  const wanted = environment(process.env["ENVIRONMENT"] ?? "staging");
  const [name, namespace] = ["xpeditis", "xpeditis-try"];
  await using cluster = await startCluster({
    nodes: [
      { kind: "fake", name: "master-1", shape: controlPlane },
      { kind: "fake", name: "worker-1", shape: worker },
      { kind: "fake", name: "worker-2", shape: worker },
    ],
  });
  await prepare(cluster, namespace, rendered(wanted, namespace).secrets);

  const folder = await mkdtemp(join(tmpdir(), "xpeditis-try-"));
  const helm = await findHelm();
  const run = async (args: readonly string[], input = "") => {
    const env = { KUBECONFIG: cluster.kubeconfig };
    const { stdout, stderr, code } = await runHelm(helm, [...args, "--namespace", namespace], { home: join(folder, "helm"), env, input });
    if (code !== 0) throw new ChartError(`helm ${args.join(" ")}: ${stderr.trim()}`);
    return stdout;
  };
  try {
    await packageCharts(join(folder, "repository"));
    await using repository = await serve(join(folder, "repository"));
    const values = `${JSON.stringify(wanted.values)}\n`;
    const chart = ["xpeditis", "--repo", repository.url, "--version", released.chart];
    console.log(await run(["install", name, ...chart, "--values", "-", "--wait", "--timeout", "5m"], values));
    console.log(lookAround(cluster.kubeconfig, helm.path, name, namespace));
    await untilInterrupted();
    await run(["uninstall", name]);
  } finally {
    await rm(folder, { recursive: true });
    if (cluster.kind === "external") await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
  }
}

/** What an operator has before the install: KEDA, the custom resources, and the namespace with its Secrets. */
async function prepare(cluster: Cluster, namespace: string, secrets: readonly { name: string; keys: readonly string[] }[]): Promise<void> {
  await cluster.loadCrds(customGroups());
  if (cluster.kind === "local") await startKeda(cluster);
  await cluster.apply([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
    ...secrets.map(({ name, keys }) => secretObject(name, namespace, keys)),
  ]);
}

function lookAround(kubeconfig: string, helm: string, name: string, namespace: string): string {
  return [
    `The cluster is up until Ctrl-C. Its nodes are played by kwok: pods run, but nothing in them does.`,
    "",
    `  export KUBECONFIG=${kubeconfig}`,
    "",
    `  kubectl --namespace ${namespace} get all`,
    `  kubectl describe nodes`,
    `  ${helm} --namespace ${namespace} test ${name}`,
    "",
  ].join("\n");
}

try {
  await tryOut();
} catch (error) {
  if (!(error instanceof ChartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
