import { join } from "node:path";
import { freePorts } from "./ports.ts";

/** The programs of a local cluster. */
export type Component = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok-controller";

/** Minor versions of Kubernetes that the charts support and the built programs can imitate. */
export type KubernetesMinor = "1.33" | "1.34" | "1.35";

/** Command-line settings by component, without the leading dashes. */
export type Args = Partial<Record<Component, Readonly<Record<string, string>>>>;

/** Folders of the built programs; for kwok the one above, which also holds its stages. */
export interface Tools {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly kwok: string;
}

/** kwokctl's name for the cluster. All clusters have the same, as each has a folder of its own. */
export const clusterName = "test";

/** Folder where kwokctl keeps a cluster's `pki`, `logs` and `pids`; `folder` is the cluster's own. */
export function kwokFolder(folder: string): string {
  return join(folder, "kwok", "clusters", clusterName);
}

/**
 * kwokctl's configuration of a cluster on free ports of this machine, with the defaults and then `args`. `names` are
 * further names and addresses that the API server's certificate is for.
 */
export async function kwokctlConfiguration(
  tools: Tools,
  args: Args,
  emulate: KubernetesMinor | undefined,
  names: readonly string[],
): Promise<object> {
  const allArgs = [defaultArgs, emulate === undefined ? {} : emulation(emulate), args];

  const [etcdPeerPort, etcdPort, kubeApiserverPort, kubeControllerManagerPort, kubeSchedulerPort, kwokControllerPort] = await freePorts(6);
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      disableQPSLimits: true,
      kubeApiserverCertSANs: names,
      etcdBinary: join(tools.etcd, "etcd"),
      kubeApiserverBinary: join(tools.kubernetes, "kube-apiserver"),
      kubeControllerManagerBinary: join(tools.kubernetes, "kube-controller-manager"),
      kubeSchedulerBinary: join(tools.kubernetes, "kube-scheduler"),
      kubectlBinary: join(tools.kubernetes, "kubectl"),
      kwokControllerBinary: join(tools.kwok, "bin", "kwok"),
      etcdPeerPort,
      etcdPort,
      kubeApiserverPort,
      kubeControllerManagerPort,
      kubeSchedulerPort,
      kwokControllerPort,
    },
    // Each is added behind kwokctl's own, and the last one counts.
    componentsPatches: components.map((name) => ({
      name,
      extraArgs: allArgs.flatMap((each) => Object.entries(each[name] ?? {}).map(([key, value]) => ({ key, value }))),
    })),
  };
}

/** Settings of the second over those of the first. */
export function mergeArgs(first: Args, second: Args): Args {
  return Object.fromEntries(components.map((name) => [name, { ...first[name], ...second[name] }]));
}

/** Defaults: the service network of k3s, and decisions of the autoscaler within seconds instead of minutes. */
const defaultArgs: Args = {
  etcd: { "unsafe-no-fsync": "true" },
  "kube-apiserver": { "service-cluster-ip-range": "10.43.0.0/16" },
  "kube-controller-manager": {
    "horizontal-pod-autoscaler-sync-period": "250ms",
    "horizontal-pod-autoscaler-initial-readiness-delay": "1s",
    "horizontal-pod-autoscaler-cpu-initialization-period": "1s",
  },
  // Only the nodes that say so: a cluster may also have real ones.
  "kwok-controller": {
    "manage-all-nodes": "false",
    "manage-nodes-with-annotation-selector": "kwok.x-k8s.io/node=fake",
  },
};

const components: readonly Component[] = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"];

function emulation(minor: KubernetesMinor): Args {
  const version = { "emulated-version": minor };
  return {
    "kube-apiserver": version,
    "kube-controller-manager": version,
    "kube-scheduler": version,
  };
}
