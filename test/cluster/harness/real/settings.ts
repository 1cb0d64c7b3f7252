import { join } from "node:path";

import { apiServerAddress, dnsAddress, internetClass, podNetwork } from "./network.ts";
import type { RealNodeOptions } from "./node.ts";
import type { NodePrograms } from "./programs.ts";

/** Where a node is: its folder, its addresses and its control group. */
export interface NodePlace extends RealNodeOptions {
  readonly folder: string;
  /** Folder of the cluster's certificates. */
  readonly pki: string;
  readonly logs: string;
  readonly gateway: string;
  readonly address: string;
  readonly podSubnet: string;
  readonly internetSubnet: string;
  readonly controlGroup: string;
}

export const pauseImage = "xpeditis.test/pause:1";

/** containerd's configuration, of the form that version 1.6 (Debian 12) reads. */
export function containerdSettings({ folder }: NodePlace, { networkPlugins }: NodePrograms): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${folder}/containerd"
state = "${folder}/containerd-state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs"]

[grpc]
address = "${folder}/containerd.sock"

[${cri}]
sandbox_image = "${pauseImage}"
disable_apparmor = true
# Without CAP_SYS_RESOURCE nobody may lower the score that a process has with the out-of-memory killer.
restrict_oom_score_adj = true
# As on k3s: in a network of its own, everybody may listen everywhere.
enable_unprivileged_ports = true
# Its default is a folder of the machine, in which a node that is killed leaves files behind.
netns_mounts_under_state_dir = true

[${cri}.containerd]
snapshotter = "overlayfs"

[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"

[${cri}.containerd.runtimes.runc.options]
SystemdCgroup = false

# Its pods are on another network.
[${cri}.containerd.runtimes.${internetClass}]
runtime_type = "io.containerd.runc.v2"
cni_conf_dir = "${folder}/cni/internet"

[${cri}.containerd.runtimes.${internetClass}.options]
SystemdCgroup = false

[${cri}.cni]
bin_dir = "${networkPlugins}"
conf_dir = "${folder}/cni/conf"

[${cri}.registry]
config_path = "${folder}/registry"
`;
}

/**
 * The pods' network: each pod has a link of its own to the node, so that what one pod sends to another of the same node
 * is routed, and Services work between them without the kernel's bridge filter.
 */
export function podNetworkSettings({ name, folder }: NodePlace, subnet: string): object {
  return {
    cniVersion: "0.4.0",
    name: `${subnet.replaceAll(/[./]/g, "-")}-${name}`,
    plugins: [
      {
        type: "ptp",
        ipam: {
          type: "host-local",
          dataDir: join(folder, "cni", "addresses"),
          ranges: [[{ subnet }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true }, snat: true },
    ],
  };
}

/** As on k3s, but for what one machine forbids that plays several nodes. */
export function kubeletSettings({ folder, pki, controlGroup }: NodePlace): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: join(pki, "ca.crt") } },
    authorization: { mode: "Webhook" },
    // Signed by the cluster, as on k3s: who scrapes a kubelet checks it.
    tlsCertFile: join(pki, "admin.crt"),
    tlsPrivateKeyFile: join(pki, "admin.key"),
    clusterDNS: [dnsAddress],
    clusterDomain: "cluster.local",
    resolvConf: join(folder, "resolv.conf"),
    containerRuntimeEndpoint: `unix://${join(folder, "containerd.sock")}`,
    volumePluginDir: join(folder, "volume-plugins"),
    cgroupRoot: controlGroup,
    cgroupDriver: "cgroupfs",
    cgroupsPerQOS: true,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    // The disk is the machine's, and not for the nodes to judge.
    evictionHard: { "memory.available": "0%", "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%" },
    imageGCHighThresholdPercent: 100,
    makeIPTablesUtilChains: false,
    maxOpenFiles: 10_000,
    // Images come from this machine; one at a time would make every start a queue.
    serializeImagePulls: false,
    registryPullQPS: 0,
    eventRecordQPS: 0,
    // A stopping pod is seen, and a Secret that comes late, within seconds.
    syncFrequency: "10s",
    shutdownGracePeriod: "0s",
  };
}

/** Connection tracking has limits of the machine, which a node must not change. */
export function kubeProxySettings({ folder, name }: NodePlace): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clientConnection: { kubeconfig: join(folder, "kubeconfig.json") },
    hostnameOverride: name,
    clusterCIDR: podNetwork,
    iptables: { minSyncPeriod: "200ms" },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}

/** Access of the node's programs to the API server. */
export function nodeKubeconfig({ pki, gateway, apiServerPort }: NodePlace): object {
  const name = "node";
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: `https://${gateway}:${apiServerPort}`, "certificate-authority": join(pki, "ca.crt") } }],
    users: [{ name, user: { "client-certificate": join(pki, "admin.crt"), "client-key": join(pki, "admin.key") } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

/** What the control plane has to be told when its cluster has real nodes. */
export function controlPlaneArgs(pki: string, gateway: string) {
  return {
    "kube-apiserver": {
      "bind-address": "0.0.0.0",
      "advertise-address": gateway,
      // They are made by `serveOnPort6443`.
      "endpoint-reconciler-type": "none",
      "kubelet-client-certificate": join(pki, "admin.crt"),
      "kubelet-client-key": join(pki, "admin.key"),
      "kubelet-preferred-address-types": "InternalIP",
    },
  };
}

/** Names by which pods call the API server, besides the addresses of this machine. */
export const apiServerNames = [
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
  apiServerAddress,
];
