import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";

import { str, when, type Block, type Doc } from "../../../dsl/index.ts";
import { selector } from "../../../kubernetes/names.ts";
import { inNamespace, podTemplate, serviceAccount } from "../component.ts";
import { nodeExporter } from "../components.ts";
import { values as v } from "../values.ts";

const collectors = [
  "conntrack",
  "cpu",
  "diskstats",
  "filefd",
  "filesystem",
  "loadavg",
  "meminfo",
  "netdev",
  "pressure",
  "time",
  "timex",
  "uname",
  "vmstat",
];

/** Mounts of pods and of containerd, k3s' own among them: each would be a series that lives as long as its pod. */
const mountPoints =
  "^/(dev|proc|sys|run/containerd/.+|run/k3s/.+|run/netns/.+|run/user/.+|var/lib/docker/.+|var/lib/kubelet/.+|var/lib/rancher/.+)($|/)";
const fileSystems =
  "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|mqueue|nsfs|overlay|proc|pstore|ramfs|securityfs|squashfs|sysfs|tmpfs|tracefs)$";
const interfaces = "^(lo|veth.*|cali.*|cni.*|flannel.*|kube-.*|docker.*)$";

/**
 * On every node, in its network and process namespace. It listens on the node's own address only: on 0.0.0.0 the internet could
 * reach it at nodes with a public address, because network policies do not apply to the host's network.
 */
const daemonSet: Block<Doc<IDaemonSet>> = when(nodeExporter.enabled, {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: inNamespace(nodeExporter.name, {
    // Network, processes and file systems of the node are what it is for; it writes nothing and runs as nobody.
    "ignore-check.kube-linter.io/host-network": "it measures the node's network",
    "ignore-check.kube-linter.io/host-pid": "it counts the node's processes",
    "ignore-check.kube-linter.io/sensitive-host-mounts": "it measures the node's file systems, read-only",
    "ignore-check.kube-linter.io/non-isolated-pod": "network policies do not apply to the host's network",
    "kube-score/ignore": "pod-networkpolicy",
    "polaris.fairwinds.com/hostNetworkSet-exempt": "true",
    "polaris.fairwinds.com/hostPIDSet-exempt": "true",
    "polaris.fairwinds.com/hostPathSet-exempt": "true",
    "polaris.fairwinds.com/hostPortSet-exempt": "true",
    "polaris.fairwinds.com/missingNetworkPolicy-exempt": "true",
  }),
  spec: {
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
    selector: { matchLabels: selector(nodeExporter.label) },
    template: podTemplate(nodeExporter, {
      spec: { hostNetwork: true, hostPID: true },
      container: {
        args: [
          str`--web.listen-address=$(HOST_IP):${v.nodeExporter.port}`,
          "--path.rootfs=/host",
          "--collector.disable-defaults",
          ...collectors.map((collector) => `--collector.${collector}`),
          `--collector.filesystem.mount-points-exclude=${mountPoints}`,
          `--collector.filesystem.fs-types-exclude=${fileSystems}`,
          `--collector.netdev.device-exclude=${interfaces}`,
          "--collector.diskstats.device-exclude=^(z?ram|loop|fd|nbd|dm-|sr)\\d+$",
        ],
        env: [{ name: "HOST_IP", valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } }],
        ports: [{ name: "metrics", containerPort: v.nodeExporter.port, hostPort: v.nodeExporter.port }],
        livenessProbe: { tcpSocket: { port: "metrics" }, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: "/", port: "metrics" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        volumeMounts: [{ name: "root", mountPath: "/host", readOnly: true, mountPropagation: "HostToContainer" }],
      },
      volumes: [{ name: "root", hostPath: { path: "/", type: "Directory" } }],
    }),
  },
});

export const nodeExporterTemplates = {
  "node-exporter/daemonset": [daemonSet],
  "node-exporter/serviceaccount": [serviceAccount(nodeExporter)],
};
