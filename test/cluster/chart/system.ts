/** A pod that a cluster has before the charts come, as far as the scheduler sees it. Quantities are Kubernetes quantities. */
interface SystemPod {
  readonly name: string;
  readonly kind: "Deployment" | "DaemonSet";
  readonly replicas?: number;
  readonly cpu: string;
  readonly memory: string;
  /** Runs on the control-plane node. */
  readonly onControlPlane?: boolean;
}

/**
 * What k3s, hetzner-k3s and the prerequisites of the charts run, with the requests of their own manifests (k3s 1.36,
 * hcloud cloud controller 1.x and CSI 2.x) or, where those ask for none, with what they need: an empty request would make
 * the cluster look larger than it is.
 */
const systemPods: readonly SystemPod[] = [
  { name: "coredns", kind: "Deployment", replicas: 2, cpu: "100m", memory: "70Mi" },
  { name: "metrics-server", kind: "Deployment", cpu: "100m", memory: "70Mi" },
  { name: "traefik", kind: "Deployment", replicas: 2, cpu: "100m", memory: "128Mi" },
  { name: "hcloud-cloud-controller-manager", kind: "Deployment", cpu: "100m", memory: "50Mi", onControlPlane: true },
  { name: "hcloud-csi-controller", kind: "Deployment", cpu: "60m", memory: "180Mi" },
  { name: "hcloud-csi-node", kind: "DaemonSet", cpu: "30m", memory: "90Mi" },
  { name: "cluster-autoscaler", kind: "Deployment", cpu: "100m", memory: "300Mi", onControlPlane: true },
  { name: "system-upgrade-controller", kind: "Deployment", cpu: "10m", memory: "64Mi", onControlPlane: true },
  { name: "cert-manager", kind: "Deployment", replicas: 3, cpu: "20m", memory: "96Mi" },
  { name: "keda", kind: "Deployment", replicas: 3, cpu: "100m", memory: "100Mi" },
  { name: "external-secrets", kind: "Deployment", replicas: 3, cpu: "20m", memory: "64Mi" },
];

/** The system's workloads as objects of kube-system. */
export const systemObjects: readonly object[] = systemPods.map(({ name, kind, replicas = 1, cpu, memory, onControlPlane = false }) => {
  const labels = { app: name };
  const tolerations = onControlPlane || kind === "DaemonSet" ? [{ operator: "Exists" }] : [];
  const nodeSelector = onControlPlane ? { "node-role.kubernetes.io/control-plane": "true" } : {};
  const containers = [{ name, image: `example.test/${name}:1`, resources: { requests: { cpu, memory } } }];
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "kube-system" },
    spec: {
      ...(kind === "Deployment" ? { replicas } : {}),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { tolerations, nodeSelector, containers } },
    },
  };
});
