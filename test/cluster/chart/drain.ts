import { setTimeout as sleep } from "node:timers/promises";

import { hasCondition, type Client, type KubeObject } from "../harness/client.ts";

interface Budget extends KubeObject {
  readonly status: KubeObject["status"] & { readonly currentHealthy?: number; readonly desiredHealthy?: number };
}

/**
 * `kubectl drain` of a node, as for an upgrade of its system, while the budgets of a namespace are watched. Gives what
 * went wrong: its complaint, or budgets that were broken on the way.
 */
export async function drain(cluster: Client, node: string, namespace: string, timeoutSeconds = 60): Promise<string[]> {
  const args = ["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", `--timeout=${timeoutSeconds}s`];
  const problems = new Set<string>();
  let done = false;
  const drained = cluster
    .kubectl(args)
    .catch((error: unknown) => void problems.add(String(error)))
    .finally(() => (done = true));
  while (!done) for (const problem of await underbudget(cluster, namespace)) problems.add(problem);
  await drained;
  return [...problems];
}

/** Makes a fake node as silent as one whose machine is gone, and tells the cluster as the node controller does after a while. */
export async function lose(cluster: Client, node: string): Promise<void> {
  await cluster.kubectl(["annotate", "node", node, "kwok.x-k8s.io/node-"]);
  const condition = { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." };
  const patch = JSON.stringify({ status: { conditions: [condition] } });
  const tell = () => cluster.kubectl(["patch", "node", node, "--subresource=status", "--type=strategic", "--patch", patch]);
  await tell();
  // kwok may still have it in hand, and say that it is ready.
  await cluster.waitFor(`${node} stays silent`, async () => {
    await sleep(1000);
    if (!hasCondition(await cluster.get("node", node), "Ready")) return true;
    await tell();
    return undefined;
  });
  for (const effect of ["NoSchedule", "NoExecute"]) {
    await cluster.kubectl(["taint", "node", node, `node.kubernetes.io/unreachable:${effect}`, "--overwrite"]);
  }
}

/** Budgets of a namespace with fewer healthy pods than they ask for. */
export async function underbudget(cluster: Client, namespace: string): Promise<string[]> {
  const budgets = await cluster.list<Budget>("poddisruptionbudgets", namespace);
  return budgets.flatMap(({ metadata, status: { currentHealthy = 0, desiredHealthy = 0 } }) =>
    currentHealthy < desiredHealthy ? [`PodDisruptionBudget ${metadata.name}: ${currentHealthy} healthy of ${desiredHealthy}`] : [],
  );
}
