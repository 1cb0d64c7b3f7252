import { createHash } from "node:crypto";
import { access, mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { buildFamily, toolPath } from "../../../../tools/build.ts";
import { unpackDebian } from "../../../../tools/debian.ts";
import { ChartError } from "../../../../generator/problem.ts";

/** What a real node runs, without anything being installed on this machine. */
export interface NodePrograms {
  /** Folder of kubelet and kube-proxy. */
  readonly kubernetes: string;
  /** The network policy controller. */
  readonly kubeRouter: string;
  /** A program that waits to be ended: first process of a node and of each pod. */
  readonly pause: string;
  /** Folder of the container network plugins. */
  readonly networkPlugins: string;
  /** Variables with which containerd, runc, iptables and ipset find each other and their libraries. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The newest containerd and runc of Debian 12. They run on this machine's own C library. */
const packages = [
  "containerd",
  "runc",
  "containernetworking-plugins",
  "ipset",
  "iptables",
  "libip4tc2",
  "libip6tc2",
  "libipset13",
  "libmnl0",
  "libnetfilter-conntrack3",
  "libnfnetlink0",
  "libnftnl11",
  "libseccomp2",
  "libxtables12",
];

/**
 * Builds or downloads what a node runs.
 *
 * @throws ChartError that says what is missing, when this machine cannot have real nodes.
 */
export async function nodePrograms(): Promise<NodePrograms> {
  requireHost();
  const [kubernetes, kubeRouter, pause, debian] = await Promise.all([
    buildFamily("kubelet"),
    toolPath("kube-router", "kube-router"),
    toolPath("pause", "pause"),
    unpackDebian(packages, { dependencies: false }),
  ]);
  const libraries = join(debian, "usr", "lib", "x86_64-linux-gnu");
  const path = [await iptablesFolder(debian), join(debian, "usr", "bin"), join(debian, "usr", "sbin"), process.env.PATH];
  return {
    kubernetes: join(kubernetes, "bin"),
    kubeRouter,
    pause,
    networkPlugins: join(debian, "usr", "lib", "cni"),
    environment: { PATH: path.join(":"), LD_LIBRARY_PATH: libraries, XTABLES_LIBDIR: join(libraries, "xtables") },
  };
}

/** Why this machine cannot run real nodes, in a sentence; undefined if it can, as far as one sees from outside. */
function missingForRealNodes(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return `Linux on x86-64 (this is ${process.platform} on ${process.arch})`;
  if (process.getuid?.() !== 0) return "root, for namespaces, mounts and control groups (try `sudo -E`)";
  return undefined;
}

function requireHost(): void {
  const missing = missingForRealNodes();
  if (missing !== undefined) {
    throw new ChartError(
      `Real nodes need ${missing}. Everything else works without them; the cluster tests also run on a cluster of yours: ` +
        "XPEDITIS_CLUSTER=external KUBECONFIG=<file>.",
    );
  }
}

/** Debian links the names of iptables when it installs the package, and only then. */
async function iptablesFolder(debian: string): Promise<string> {
  const hash = createHash("sha256").update(debian).digest("hex").slice(0, 8);
  const folder = join(debian, "..", `iptables-${hash}`);
  if (
    await access(folder).then(
      () => true,
      () => false,
    )
  )
    return folder;
  const partial = `${folder}.${process.pid}.partial`;
  await mkdir(partial, { recursive: true });
  const names = ["iptables", "ip6tables"].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);
  await Promise.all(names.map((name) => symlink(join(debian, "usr", "sbin", "xtables-nft-multi"), join(partial, name))));
  await rename(partial, folder).catch(() => rm(partial, { recursive: true }));
  return folder;
}
