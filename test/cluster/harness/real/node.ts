import { spawn } from "node:child_process";
import { mkdir, open, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { runProgram } from "../client.ts";
import { kwokFolder } from "../kwokctl.ts";
import { createControlGroup } from "./host.ts";
import { internetNetwork, internetSubnet, podNetwork, podSubnet, serviceNetwork, type NodeNetwork } from "./network.ts";
import { nodePrograms, type NodePrograms } from "./programs.ts";
import { containerdSettings, kubeletSettings, kubeProxySettings, nodeKubeconfig, podNetworkSettings, type NodePlace } from "./settings.ts";

/** A running real node, as far as its cluster has to know it. */
export interface StartedNode {
  readonly name: string;
  /** The node's own address, on which ports of its pods with `hostPort` or `hostNetwork` are open, and NodePorts. */
  readonly address: string;
  /** Process id of the node's first process: everything in the node ends with it, as by a power cut. */
  readonly pid: number;
  /** Runs a program on the node: in its file systems and network, as root. Gives what it prints. */
  run(command: readonly string[], stdin?: string): Promise<string>;
}

export interface RealNodeOptions {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Address with port of an image registry that is asked for every image, whatever registry its name says. */
  readonly registry: string | undefined;
  /** Port of the API server on this machine. */
  readonly apiServerPort: number;
}

/**
 * Starts containerd, kubelet, kube-proxy and kube-router in namespaces of their own for mounts, network and processes: everything that
 * they and their pods mount, route and start is gone when the node's first process is. Returns as soon as they are
 * started; the kubelet then registers the node by itself.
 */
export async function startRealNode(network: NodeNetwork, others: readonly StartedNode[], options: RealNodeOptions): Promise<StartedNode> {
  const programs = await nodePrograms();
  const number = network.next();
  const place: NodePlace = {
    ...options,
    folder: join(network.folder, "nodes", options.name),
    pki: join(kwokFolder(network.folder), "pki"),
    logs: join(kwokFolder(network.folder), "logs"),
    gateway: network.gateway,
    address: `${network.prefix}.${number + 1}`,
    podSubnet: podSubnet(number),
    internetSubnet: internetSubnet(number),
    controlGroup: `${network.controlGroup}/${options.name}`,
  };
  await writeFiles(place, programs);
  await createControlGroup(place.controlGroup);
  const pid = await startFirstProcess(place, programs);
  const enter = ["--target", String(pid), "--mount", "--net", "--pid", "--"];
  const environment = { ...programs.environment, HOME: place.folder };
  const run: StartedNode["run"] = (command, stdin) => runProgram("nsenter", [...enter, ...command], stdin, environment);
  const node: StartedNode = { name: options.name, address: place.address, pid, run };

  await link(network, number, node);
  await run(["sh", "-ec", setUp(place)]);
  await Promise.all(others.flatMap((other) => [route(node, other), route(other, node)]));
  const start = async (name: string, command: readonly string[]) => {
    const log = await open(join(place.logs, `${options.name}-${name}.log`), "w");
    // The cluster's watchdog ends it, as its command line names the cluster's folder.
    spawn("nsenter", [...enter, ...command], { stdio: ["ignore", log.fd, log.fd], env: environment, detached: true }).unref();
    await log.close();
  };
  await start("containerd", ["containerd", "--config", join(place.folder, "containerd.toml")]);
  await waitUntil(() => run(["ctr", "--address", join(place.folder, "containerd.sock"), "version"]));
  await importPause(place, programs, run);
  await start("kubelet", [join(programs.kubernetes, "kubelet"), ...kubeletFlags(place)]);
  await start("kube-proxy", [join(programs.kubernetes, "kube-proxy"), "--config", join(place.folder, "kube-proxy.json")]);
  await start("kube-router", [programs.kubeRouter, ...kubeRouterFlags(place)]);
  return node;

  /** Pods of one node are reached through the other's address. */
  async function route(from: StartedNode, to: StartedNode): Promise<void> {
    const other = Number(to.address.split(".")[3]) - 1;
    for (const subnet of [podSubnet(other), internetSubnet(other)]) await from.run(["ip", "route", "replace", subnet, "via", to.address]);
  }
}

function kubeletFlags(place: NodePlace): string[] {
  const labels = Object.entries(place.labels).map(([key, value]) => `${key}=${value}`);
  return [
    `--config=${join(place.folder, "kubelet.json")}`,
    `--kubeconfig=${join(place.folder, "kubeconfig.json")}`,
    `--hostname-override=${place.name}`,
    `--node-ip=${place.address}`,
    `--root-dir=${join(place.folder, "kubelet")}`,
    `--cert-dir=${join(place.folder, "kubelet-pki")}`,
    `--node-labels=${labels.join(",")}`,
  ];
}

function kubeRouterFlags({ folder, name }: NodePlace): string[] {
  return [
    `--kubeconfig=${join(folder, "kubeconfig.json")}`,
    `--hostname-override=${name}`,
    `--service-cluster-ip-range=${serviceNetwork}`,
    "--logtostderr",
    "--v=1",
  ];
}

async function writeFiles(place: NodePlace, programs: NodePrograms): Promise<void> {
  const folders = [
    "cni/conf",
    "cni/internet",
    "registry/_default",
    "var/log/pods",
    "var/log/containers",
    "var/lib",
    "var/work",
    "volumes",
    "pause",
  ];
  await Promise.all(folders.map((path) => mkdir(join(place.folder, path), { recursive: true })));
  const files: Record<string, string> = {
    "containerd.toml": containerdSettings(place, programs),
    "cni/conf/10-pods.conflist": JSON.stringify(podNetworkSettings(place, place.podSubnet)),
    "cni/internet/10-internet.conflist": JSON.stringify(podNetworkSettings(place, place.internetSubnet)),
    "kubelet.json": JSON.stringify(kubeletSettings(place)),
    "kube-proxy.json": JSON.stringify(kubeProxySettings(place)),
    "kubeconfig.json": JSON.stringify(nodeKubeconfig(place)),
    // Names outside of the cluster are nobody's here.
    "resolv.conf": "nameserver 127.0.0.1\n",
  };
  if (place.registry !== undefined) {
    files["registry/_default/hosts.toml"] = `[host."http://${place.registry}"]\ncapabilities = ["pull", "resolve"]\n`;
  }
  await Promise.all(Object.entries(files).map(([path, text]) => writeFile(join(place.folder, path), text)));
}

/** Gives the id of the process that holds the namespaces: the only child of `unshare`. */
async function startFirstProcess(place: NodePlace, { pause }: NodePrograms): Promise<number> {
  const namespaces = ["--mount", "--net", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
  const holder = spawn("unshare", [...namespaces, pause, `${place.folder}/`], { stdio: "ignore", detached: true });
  holder.unref();
  const children = `/proc/${holder.pid}/task/${holder.pid}/children`;
  const pid = await waitUntil(async () => {
    const child = Number((await readFile(children, "utf8")).trim());
    // Before it is the program itself, its mounts are not made yet.
    if (!(await readFile(`/proc/${child}/cmdline`, "utf8")).startsWith(pause)) throw new Error("not yet");
    return child;
  });
  return pid;
}

/** A pair of links: one end on the bridge, the other in the node as `eth0`. */
async function link({ bridge }: NodeNetwork, number: number, { pid }: StartedNode): Promise<void> {
  const outside = `${bridge}n${number}`;
  await runProgram("ip", ["link", "add", outside, "type", "veth", "peer", "name", "eth0", "netns", String(pid)]);
  await runProgram("ip", ["link", "set", outside, "master", bridge, "up"]);
}

/**
 * The node's own file systems and addresses; what pods write below /var/lib stays in the node. Mounts are shared within the node, so that kubelet and containerd see each
 * other's; cAdvisor looks for containerd in /run. What pods send out of the cluster's networks comes from the node, as on a cloud.
 */
function setUp(place: NodePlace): string {
  return `
mount --make-rshared /
mount -t tmpfs tmpfs /run
mkdir /run/netns /run/containerd
ln -s '${join(place.folder, "containerd.sock")}' /run/containerd/containerd.sock
mount --bind '${join(place.folder, "var", "log")}' /var/log
mount -t overlay overlay -o 'lowerdir=/var/lib,upperdir=${join(place.folder, "var", "lib")},workdir=${join(place.folder, "var", "work")}' /var/lib
ip link set lo up
ip address add ${place.address}/24 dev eth0
ip link set eth0 up
ip route add default via ${place.gateway}
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1024 > /proc/sys/fs/inotify/max_user_instances
iptables -t nat -A POSTROUTING -s ${place.podSubnet} ! -d ${podNetwork} -j MASQUERADE
iptables -t nat -A POSTROUTING -s ${place.internetSubnet} ! -d ${internetNetwork} -j MASQUERADE
`;
}

/** The image of the container that holds a pod's namespaces: one program. */
async function importPause(place: NodePlace, { pause }: NodePrograms, run: StartedNode["run"]): Promise<void> {
  const folder = join(place.folder, "pause");
  await runProgram("install", ["-m", "755", pause, join(folder, "pause")]);
  await runProgram("tar", ["--create", "--directory", folder, "--file", join(folder, "layer.tar"), "--owner=0", "--group=0", "pause"]);
  const hash = (await runProgram("sha256sum", [join(folder, "layer.tar")])).slice(0, 64);
  const config = {
    architecture: "amd64",
    os: "linux",
    config: { Entrypoint: ["/pause"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${hash}`] },
  };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
  const manifest = [{ Config: "config.json", RepoTags: ["xpeditis.test/pause:1"], Layers: ["layer.tar"] }];
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  const archive = join(folder, "image.tar");
  await runProgram("tar", ["--create", "--directory", folder, "--file", archive, "manifest.json", "config.json", "layer.tar"]);
  await run(["ctr", "--address", join(place.folder, "containerd.sock"), "--namespace", "k8s.io", "images", "import", archive]);
}

async function waitUntil<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt > 150) throw error;
      await sleep(100);
    }
  }
}
