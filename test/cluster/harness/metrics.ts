import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { load } from "js-yaml";
import type { Client, KubeObject } from "./client.ts";
import { freePorts } from "./ports.ts";

/** The two metrics APIs that autoscalers read, answered with what the test says. */
export interface MetricsApi extends AsyncDisposable {
  /**
   * CPU use of every pod from now on, in whole percent of its containers' requests (of at least 100m each). With
   * `pods` it is the load that so many pods would have, and is spread over those that there are.
   */
  setCpu(percentOfRequest: number, pods?: number): void;
  /** Value of an external metric from now on, e.g. 81. A metric that was never set is unknown to the API. */
  setExternal(name: string, value: number): void;
  /**
   * Waits until every autoscaler that reads here has read three times more: it has then decided at least twice on
   * the values set before. One that is gone does not count.
   */
  decisions(): Promise<void>;
  /** Removes the APIs from the cluster and stops answering. */
  stop(): Promise<void>;
}

interface Pod extends KubeObject {
  readonly spec: {
    readonly containers: readonly {
      readonly name: string;
      readonly resources?: { readonly requests?: { readonly cpu?: string } };
    }[];
  };
}

/** Serves metrics.k8s.io and external.metrics.k8s.io for a local cluster, whose API server must reach this machine. */
export async function startMetricsApi(cluster: Client): Promise<MetricsApi> {
  const state: State = { cpu: () => 0, external: new Map(), reads: new Map() };
  const [port = 0] = await freePorts(1);
  const server = createServer(await certificate(cluster.kubeconfig), (request, response) => {
    void answer(cluster, state, new URL(request.url ?? "", "https://localhost")).then(
      (body) => send(body === undefined ? 404 : 200, body ?? {}),
      (error: unknown) => send(500, { message: String(error) }),
    );
    const send = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  server.unref();
  const objects = registration(port);
  await cluster.apply(objects);
  await cluster.kubectl(["wait", "--for=condition=Available", "--timeout=30s", "apiservice", ...apiServices]);
  const stop = async () => {
    await cluster.kubectl(["delete", "apiservice", ...apiServices]);
    await close(server);
  };
  return {
    setCpu: (percent, pods) => void (state.cpu = (present) => (pods === undefined ? percent : (percent * pods) / present)),
    setExternal: (name, value) => void state.external.set(name, value),
    decisions: () => decisions(state),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface State {
  /** Percentage for each pod when so many are there. */
  cpu: (pods: number) => number;
  readonly external: Map<string, number>;
  /** Path and selector of each query → how often it was asked. One autoscaler asks one such query per decision. */
  readonly reads: Map<string, number>;
}

async function decisions({ reads }: State): Promise<void> {
  // All ask equally often: when one has asked three times, each that is still there has asked at least once.
  reads.clear();
  const deadline = performance.now() + 30_000;
  while (reads.size === 0 || [...reads.values()].some((count) => count < 3)) {
    if (performance.now() > deadline) throw new Error(`no autoscaler reads: ${JSON.stringify([...reads])}`);
    await sleep(50);
  }
}

async function answer(cluster: Client, state: State, url: URL): Promise<object | undefined> {
  const [, root, group = "", version, , namespace = "", name = ""] = url.pathname.split("/");
  if (root !== "apis" || version !== "v1beta1" || !apiGroups.includes(group)) return undefined;
  const apiVersion = `${group}/${version}`;
  if (namespace === "") return discovery(apiVersion);
  const selector = url.searchParams.get("labelSelector") ?? "";
  const query = `${url.pathname}?${selector}`;
  state.reads.set(query, (state.reads.get(query) ?? 0) + 1);
  if (group === "metrics.k8s.io") {
    const pods = await cluster.list<Pod>("pods", namespace, selector);
    const items = pods.map((pod) => podMetrics(pod, state.cpu(pods.length)));
    return { kind: "PodMetricsList", apiVersion, metadata: {}, items };
  }
  const value = state.external.get(name);
  if (value === undefined) return undefined;
  const item = { metricName: name, metricLabels: {}, timestamp: new Date().toISOString(), value: String(value) };
  return { kind: "ExternalMetricValueList", apiVersion, metadata: {}, items: [item] };
}

function podMetrics({ metadata, spec }: Pod, percent: number): object {
  return {
    metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels },
    timestamp: new Date().toISOString(),
    window: "15s",
    containers: spec.containers.map(({ name, resources }) => ({
      name,
      // Rounded up: the autoscaler cuts the percentage off, so that anything less would read as one percent lower.
      usage: { cpu: `${Math.ceil((milliCpu(resources?.requests?.cpu ?? "0") * percent) / 100)}m`, memory: "0" },
    })),
  };
}

function milliCpu(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}

const apiGroups = ["metrics.k8s.io", "external.metrics.k8s.io"];
const apiServices = apiGroups.map((group) => `v1beta1.${group}`);

function discovery(groupVersion: string): object {
  const pods = { name: "pods", singularName: "", namespaced: true, kind: "PodMetrics", verbs: ["get", "list"] };
  const resources = groupVersion.startsWith("metrics.") ? [pods] : [];
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

/** The API server finds this process through a Service that is only a name: nothing routes cluster IPs here. */
function registration(port: number): object[] {
  const service = { name: "test-metrics", namespace: "kube-system" };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: service,
      spec: { type: "ExternalName", externalName: "localhost" },
    },
    ...apiGroups.map((group) => ({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: `v1beta1.${group}` },
      spec: {
        group,
        version: "v1beta1",
        service: { ...service, port },
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    })),
  ];
}

/** The administrator's certificate of a local cluster, which is also good for serving: kwokctl makes only this one. */
async function certificate(kubeconfig: string): Promise<{ cert: string; key: string }> {
  const config = load(await readFile(kubeconfig, "utf8")) as {
    users: { user: { "client-certificate": string; "client-key": string } }[];
  };
  const user = config.users[0]?.user;
  if (user?.["client-certificate"] === undefined) {
    throw new Error(`${kubeconfig}: names no certificate file; the metrics API needs a cluster started here`);
  }
  const [cert, key] = await Promise.all([readFile(user["client-certificate"], "utf8"), readFile(user["client-key"], "utf8")]);
  return { cert, key };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
