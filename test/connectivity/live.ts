import type { IPodSpec } from "kubernetes-models/v1/PodSpec";

import type { Pod } from "../../generator/check/lint/pods.ts";
import type { Kubectl } from "./release.ts";

/** A pod of the cluster, as far as it matters here. */
export interface LivePod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: IPodSpec & { readonly nodeName?: string };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Pods that are Ready and have an address of their own: policies are about these. */
export async function livePods(kubectl: Kubectl): Promise<readonly LivePod[]> {
  const { items } = JSON.parse(await kubectl(["get", "pods", "--all-namespaces", "--output", "json"])) as { items: LivePod[] };
  return items.filter(
    ({ metadata, spec, status }) =>
      spec.hostNetwork !== true &&
      status.podIP !== undefined &&
      !("deletionTimestamp" in metadata) &&
      status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True"),
  );
}

/** The pod as the rules of the check see pods. */
export function asPod({ metadata, spec }: LivePod): Pod {
  const { name, namespace, labels = {} } = metadata;
  const manifest = { chart: "", template: "", object: { apiVersion: "v1", kind: "Pod", metadata: { name, namespace, labels } } };
  const containers: Pod["containers"][number][] = [];
  const pod: Pod = { manifest, owner: "Pod", namespace, path: "", specPath: "spec", labels, annotations: {}, spec, containers };
  for (const container of spec.containers) containers.push({ pod, container, path: "", init: false });
  return pod;
}

/** Whether an object with `labels` is meant by these. */
export const hasLabels = (labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** Addresses of the nodes, of the API server and of others that no pods are. */
export async function outsideAddresses(kubectl: Kubectl, internet: string) {
  const nodes = JSON.parse(await kubectl(["get", "nodes", "--output", "json"])) as {
    items: { status: { addresses: { type: string; address: string }[] } }[];
  };
  const slices = JSON.parse(
    await kubectl([
      "--namespace",
      "default",
      "get",
      "endpointslices",
      "--selector",
      "kubernetes.io/service-name=kubernetes",
      "--output",
      "json",
    ]),
  ) as { items: { endpoints: { addresses: string[] }[]; ports: { port: number }[] }[] };
  const internal = nodes.items.flatMap(({ status }) => status.addresses.filter(({ type }) => type === "InternalIP"));
  return [
    ...internal.map(({ address }) => ({ name: "nodes", address, ports: [] })),
    ...slices.items.flatMap(({ endpoints, ports }) =>
      endpoints.flatMap(({ addresses }) =>
        addresses.map((address) => ({ name: "API server", address, ports: ports.map(({ port }) => port) })),
      ),
    ),
    { name: "the metadata service", address: "169.254.169.254", ports: [80] },
    { name: "the internet", address: internet, ports: [] },
  ];
}
