import { ChartError } from "../../../generator/problem.ts";
import { createClient, runProgram, type Client } from "./client.ts";
import { loadCrds } from "./crds.ts";
import type { Args, KubernetesMinor } from "./kwokctl.ts";
import { startLocal } from "./local.ts";
import { fakeNodeObject, locationLabels, type ClusterNode, type FakeNode, type RealNode } from "./nodes.ts";
import { serveOnPort6443 } from "./real/api-server.ts";
import { internetClass, type NodeNetwork } from "./real/network.ts";
import { startRealNode, type StartedNode } from "./real/node.ts";
import { provisionVolumes } from "./real/volumes.ts";

/** A Kubernetes cluster that a test works on. */
export interface Cluster extends Client, AsyncDisposable {
  /** `local`: started here, thrown away at the end. `external`: the user's, left as it is. */
  readonly kind: "local" | "external";
  /** The real nodes, in the order in which they were added. */
  readonly realNodes: readonly StartedNode[];
  /** This machine's address for real nodes and their pods; undefined if the cluster was started without. */
  readonly hostAddress: string | undefined;
  /** Adds a node and waits until it is Ready. Only a local cluster takes nodes, and real ones only if it began with one. */
  addNode(node: ClusterNode): Promise<void>;
  /** Makes the custom resources known that the charts use, or only those of some API groups. */
  loadCrds(groups?: readonly string[]): Promise<void>;
  /** Ends every process of a local cluster and deletes its files. Does nothing to an external one. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Nodes that are Ready when the cluster is handed over. */
  readonly nodes?: readonly ClusterNode[];
  /** Older minor version whose API surface and feature gates the control plane shows. `/version` stays the real one. */
  readonly emulate?: KubernetesMinor;
  /** Further settings of the components; each overrides the harness's own of the same name. */
  readonly args?: Args;
  /** Port on this machine of an image registry that real nodes ask for every image, whatever registry its name says. */
  readonly registryPort?: number;
}

/**
 * Starts etcd, the Kubernetes control plane and kwok on free ports of this machine. However the calling process ends,
 * nothing of the cluster outlives it for long. With XPEDITIS_CLUSTER=external the cluster of KUBECONFIG is used
 * instead, and the options are ignored.
 *
 * @throws ChartError when the programs cannot be built here; Error with the components' logs when they do not start.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  if (process.env.XPEDITIS_CLUSTER === "external") return useExternal();
  const hasRealNodes = (options.nodes ?? []).some(({ kind }) => kind === "real");
  const local = await startLocal({ args: options.args ?? {}, emulate: options.emulate, hasRealNodes });
  const client = createClient([local.kubectl, "--cache-dir", local.cache], local.kubeconfig, local.readLogs);
  const cluster = withNodes(client, "local", local.stop, local.network, options.registryPort);
  try {
    await cluster.apply(storageClasses);
    if (local.network !== undefined) {
      provisionVolumes(client, local.kubectl);
      await serveOnPort6443(client, local.network);
      await cluster.apply([
        { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: internetClass }, handler: internetClass },
      ]);
    }
    // Pods are refused until the controller manager has made it.
    await cluster.waitFor("the default service account", () => cluster.get("serviceaccount", "default", "default"));
    const real = (options.nodes ?? []).filter(({ kind }) => kind === "real");
    const fake = (options.nodes ?? []).filter(({ kind }) => kind === "fake");
    await Promise.all(fake.map((node) => cluster.addNode(node)));
    // One after the other, as each gets a route to those before.
    for (const node of real) await cluster.addNode(node);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

async function useExternal(): Promise<Cluster> {
  const kubeconfig = process.env.KUBECONFIG ?? "";
  if (kubeconfig === "") {
    throw new ChartError("XPEDITIS_CLUSTER=external: KUBECONFIG is empty; set it to the file of the cluster to use.");
  }
  const client = createClient(["kubectl"], kubeconfig, async () => "");
  await runProgram("kubectl", ["--kubeconfig", kubeconfig, "version"]).catch((error: unknown) => {
    throw new ChartError(`KUBECONFIG=${kubeconfig}: the cluster does not answer: ${String(error)}`);
  });
  return withNodes(client, "external", async () => {});
}

function withNodes(
  client: Client,
  kind: Cluster["kind"],
  stop: () => Promise<void>,
  network?: NodeNetwork,
  registryPort?: number,
): Cluster {
  const realNodes: StartedNode[] = [];
  return {
    ...client,
    kind,
    realNodes,
    hostAddress: network?.gateway,
    stop,
    [Symbol.asyncDispose]: stop,
    loadCrds: (groups) => loadCrds(client, groups),
    async addNode(node) {
      if (kind === "external") throw new ChartError(`node ${node.name}: an external cluster has its own nodes.`);
      if (node.kind === "fake") return addFakeNode(client, node);
      if (network === undefined) throw new ChartError(`node ${node.name}: a cluster that takes real nodes has to be started with one.`);
      const registry = registryPort === undefined ? undefined : `${network.gateway}:${registryPort}`;
      realNodes.push(await addRealNode(client, network, realNodes, node, registry));
    },
  };
}

async function addFakeNode(client: Client, node: FakeNode): Promise<void> {
  const { status, ...object } = fakeNodeObject(node);
  await client.apply([object]);
  const patch = JSON.stringify({ status });
  await client.kubectl(["patch", "node", node.name, "--subresource=status", "--type=merge", "--patch", patch]);
  await client.kubectl(["wait", "node", node.name, "--for=condition=Ready", "--timeout=30s"]);
}

async function addRealNode(
  client: Client,
  network: NodeNetwork,
  others: readonly StartedNode[],
  { name, labels = {} }: RealNode,
  registry: string | undefined,
): Promise<StartedNode> {
  const server = await client.kubectl(["config", "view", "--minify", "--output", "jsonpath={.clusters[0].cluster.server}"]);
  const apiServerPort = Number(new URL(server).port);
  const started = await startRealNode(network, others, { name, labels: { ...locationLabels, ...labels }, registry, apiServerPort });
  const wait = ["wait", `node/${name}`, "--for=condition=Ready", "--timeout=5s"];
  await client.waitFor(`the real node ${name} is Ready`, () => client.kubectl(wait).catch(() => undefined), 60);
  return started;
}

/** What a cluster has before the charts come: the class of k3s, and that of the Hetzner CSI driver. */
const storageClasses = [
  storageClass("local-path", "rancher.io/local-path", {
    "storageclass.kubernetes.io/is-default-class": "true",
  }),
  storageClass("hcloud-volumes", "csi.hetzner.cloud", {}),
];

function storageClass(name: string, provisioner: string, annotations: Record<string, string>) {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name, annotations },
    provisioner,
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
}
