/** A node that kwok plays: pods are scheduled to it and run at once, but nothing is executed. */
export interface FakeNode {
  readonly kind: "fake";
  readonly name: string;
  readonly shape: NodeShape;
}

/**
 * A node of this machine that really runs pods: kubelet, containerd, runc and kube-proxy in namespaces of their own. It
 * has the machine's processors and memory. Needs Linux and root.
 */
export interface RealNode {
  readonly kind: "real";
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A node to add to a cluster. */
export type ClusterNode = FakeNode | RealNode;

/** What the scheduler and the autoscaler see of a machine. Quantities are Kubernetes quantities. */
export interface NodeShape {
  readonly instanceType: string;
  readonly capacity: Resources;
  /** What pods may request. k3s reserves nothing for the system unless told to, so this equals the capacity. */
  readonly allocatable: Resources;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
}

export interface Resources {
  readonly cpu: string;
  readonly memory: string;
  readonly "ephemeral-storage": string;
  readonly pods: string;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** The owner's worker, 8 vCPU and 16 GB. The kernel keeps about 5 % of a machine's memory, which no pod can get. */
export const worker: NodeShape = shape("cx43", {
  cpu: "8",
  memory: "15572Mi",
  "ephemeral-storage": "152Gi",
});

/** The owner's control-plane node, 2 vCPU and 4 GB, tainted as hetzner-k3s taints it. */
export const controlPlane: NodeShape = {
  ...shape("cx23", { cpu: "2", memory: "3820Mi", "ephemeral-storage": "37Gi" }),
  labels: { "node-role.kubernetes.io/control-plane": "true" },
  taints: [{ key: "CriticalAddonsOnly", value: "true", effect: "NoExecute" }],
};

/** Labels that the cloud puts on every node. */
export const locationLabels = { "topology.kubernetes.io/region": "fsn1", "topology.kubernetes.io/zone": "fsn1-dc14" };

/** The Node object for a fake node; its status goes to the `status` subresource. */
export function fakeNodeObject({ name, shape: { instanceType, capacity, allocatable, labels, taints } }: FakeNode) {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/hostname": name,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": instanceType,
        ...locationLabels,
        ...labels,
      },
    },
    spec: { providerID: `hcloud://${name}`, taints },
    status: { capacity, allocatable },
  };
}

function shape(instanceType: string, machine: Omit<Resources, "pods">): NodeShape {
  const resources = { ...machine, pods: "110" };
  return { instanceType, capacity: resources, allocatable: resources, labels: {}, taints: [] };
}
