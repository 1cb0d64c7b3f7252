import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildFamily } from "../../../tools/build.ts";
import { runProgram } from "./client.ts";
import { freePorts } from "./ports.ts";
import { stages } from "./stages.ts";
import { listProcesses, newStateFolder, reapClusters } from "./state.ts";

/** The programs of a local cluster. */
export type Component = "etcd" | "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "kwok-controller";

/** Minor versions of Kubernetes that the charts support and the built programs can imitate. */
export type KubernetesMinor = "1.33" | "1.34" | "1.35";

export interface LocalCluster {
  readonly kubectl: string;
  readonly kubeconfig: string;
  /** Folder for kubectl's cache, so that none for a cluster of minutes is kept in the user's home. */
  readonly cache: string;
  readonly readLogs: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

type Args = Partial<Record<Component, Readonly<Record<string, string>>>>;

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

/**
 * Starts a control plane with kwokctl's binary runtime and waits until it is ready. Needs no root and no container.
 * A second attempt is made when a program ends while the cluster starts: on a busy machine the controller manager
 * may give up on an API server that is still starting, and another program may take a port first.
 */
export async function startLocal(args: Args, emulate: KubernetesMinor | undefined): Promise<LocalCluster> {
  await reapClusters();
  const tools: Tools = {
    kubernetes: join(await buildFamily("kubernetes"), "bin"),
    etcd: join(await buildFamily("etcd"), "bin"),
    kwok: await buildFamily("kwok"),
  };
  const allArgs = [defaultArgs, emulate === undefined ? {} : emulation(emulate), args];
  try {
    return await attempt(tools, allArgs);
  } catch {
    return await attempt(tools, allArgs);
  }
}

/** Folders of the built programs; for kwok the one above, which also holds its stages. */
interface Tools {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly kwok: string;
}

async function attempt(tools: Tools, args: readonly Args[]): Promise<LocalCluster> {
  const folder = newStateFolder();
  const watchdog = await startWatchdog(folder);
  const stop = () => stopWatchdog(watchdog);
  const kubeconfig = join(folder, "kubeconfig");
  const config = join(folder, "kwokctl.yaml");
  const workFolder = join(folder, "kwok", "clusters", clusterName);
  const readLogs = () => componentLogs(join(workFolder, "logs"));
  try {
    const documents = [await kwokctlConfig(tools, args), ...(await stages(tools.kwok))];
    await writeFile(config, documents.map((document) => JSON.stringify(document)).join("\n---\n"));
    const kwokctl = runProgram(
      join(tools.kwok, "bin", "kwokctl"),
      ["create", "cluster", "--name", clusterName, "--config", config, "--kubeconfig", kubeconfig, "--wait", "60s"],
      "",
      // Nothing else of the environment: a proxy setting would send the API server's calls out of the machine.
      { PATH: process.env.PATH, HOME: folder, KWOK_WORKDIR: join(folder, "kwok") },
    );
    await withoutDeaths(kwokctl, join(workFolder, "pids"));
  } catch (error) {
    const logs = await readLogs();
    await stop();
    throw new Error(`the cluster did not start: ${String(error)}\n${logs}`, { cause: error });
  }
  return { kubectl: join(tools.kubernetes, "kubectl"), kubeconfig, cache: join(folder, "cache"), readLogs, stop };
}

/** Fails as soon as one of the started programs has ended; kwokctl would wait for it until its timeout. */
async function withoutDeaths(work: Promise<unknown>, pidFolder: string): Promise<void> {
  let done = false;
  const finished = work.finally(() => (done = true));
  const watched = async () => {
    while (!done) {
      await sleep(250);
      const running = new Set((await listProcesses()).map(({ pid }) => pid));
      for (const file of await readdir(pidFolder).catch(() => [])) {
        const pid = Number(await readFile(join(pidFolder, file), "utf8"));
        if (pid > 0 && !running.has(pid) && !done) throw new Error(`${basename(file, ".pid")} ended`);
      }
    }
  };
  try {
    await Promise.race([finished, watched()]);
  } finally {
    done = true;
    // It is killed with the rest of the cluster, and then fails with nobody waiting for it.
    finished.catch(() => {});
  }
}

/** kwokctl's name for the cluster. All clusters have the same, as each has a folder of its own. */
const clusterName = "test";

async function kwokctlConfig(tools: Tools, args: readonly Args[]) {
  const [etcdPeerPort, etcdPort, kubeApiserverPort, kubeControllerManagerPort, kubeSchedulerPort, kwokControllerPort] = await freePorts(6);
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      disableQPSLimits: true,
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
      extraArgs: args.flatMap((each) => Object.entries(each[name] ?? {}).map(([key, value]) => ({ key, value }))),
    })),
  };
}

const components: readonly Component[] = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"];

function emulation(minor: KubernetesMinor): Args {
  const version = { "emulated-version": minor };
  return {
    "kube-apiserver": version,
    "kube-controller-manager": version,
    "kube-scheduler": version,
  };
}

/** The last lines of each component's log, warnings and errors first of all. */
async function componentLogs(folder: string): Promise<string> {
  const files = await readdir(folder).catch(() => []);
  const tails = files.map(async (file) => {
    const lines = (await readFile(join(folder, file), "utf8")).trimEnd().split("\n");
    const bad = lines.filter((line) => /^[WEF]\d{4} |"level":"(warn|error|fatal)"|panic/i.test(line));
    return `--- ${file} (${lines.length} lines)\n${[...bad.slice(-10), ...lines.slice(-5)].join("\n")}`;
  });
  return (await Promise.all(tails)).join("\n");
}

async function startWatchdog(folder: string): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "watchdog.ts");
  const watchdog = spawn(process.execPath, [script, folder], {
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [first] = (await Promise.race([once(watchdog.stdout, "data"), once(watchdog, "exit")])) as unknown[];
  if (String(first) !== "ready\n") throw new Error(`the cluster's watchdog did not start: ${String(first)}`);
  // It must not keep this process alive: it is there to notice when this process ends.
  watchdog.unref();
  for (const stream of [watchdog.stdin, watchdog.stdout]) (stream as unknown as { unref(): void }).unref();
  return watchdog;
}

async function stopWatchdog(watchdog: ChildProcess): Promise<void> {
  if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
  const ended = once(watchdog, "exit");
  watchdog.ref();
  watchdog.stdin?.end();
  await ended;
}
