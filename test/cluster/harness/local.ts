import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildFamily } from "../../../tools/build.ts";
import { runProgram } from "./client.ts";
import { clusterName, kwokctlConfiguration, kwokFolder, mergeArgs, type Args, type KubernetesMinor, type Tools } from "./kwokctl.ts";
import { createNodeNetwork, type NodeNetwork } from "./real/network.ts";
import { apiServerNames, controlPlaneArgs } from "./real/settings.ts";
import { stages } from "./stages.ts";
import { listProcesses, newStateFolder, reapClusters, startWatchdog } from "./state.ts";

export interface LocalCluster {
  readonly kubectl: string;
  readonly kubeconfig: string;
  /** Folder for kubectl's cache, so that none for a cluster of minutes is kept in the user's home. */
  readonly cache: string;
  /** What real nodes are linked to; undefined if the cluster was started without. */
  readonly network: NodeNetwork | undefined;
  readonly readLogs: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

export interface LocalOptions {
  readonly args: Args;
  readonly emulate: KubernetesMinor | undefined;
  /** Whether real nodes are going to join, which then reach the control plane over a network of theirs. */
  readonly hasRealNodes: boolean;
}

/**
 * Starts a control plane with kwokctl's binary runtime and waits until it is ready. Needs no root and no container, but
 * for real nodes. A second attempt is made when a program ends while the cluster starts: on a busy machine the controller manager
 * may give up on an API server that is still starting, and another program may take a port first.
 */
export async function startLocal(options: LocalOptions): Promise<LocalCluster> {
  await reapClusters();
  const tools: Tools = {
    kubernetes: join(await buildFamily("kubernetes"), "bin"),
    etcd: join(await buildFamily("etcd"), "bin"),
    kwok: await buildFamily("kwok"),
  };
  try {
    return await attempt(tools, options);
  } catch {
    return await attempt(tools, options);
  }
}

async function attempt(tools: Tools, { args, emulate, hasRealNodes }: LocalOptions): Promise<LocalCluster> {
  const folder = newStateFolder();
  const stop = await startWatchdog(folder);
  const kubeconfig = join(folder, "kubeconfig");
  const config = join(folder, "kwokctl.yaml");
  const workFolder = kwokFolder(folder);
  const readLogs = () => componentLogs(join(workFolder, "logs"));
  try {
    const network = hasRealNodes ? await createNodeNetwork(folder) : undefined;
    const allArgs = network === undefined ? args : mergeArgs(controlPlaneArgs(join(workFolder, "pki"), network.gateway), args);
    const configuration = await kwokctlConfiguration(
      tools,
      allArgs,
      emulate,
      network === undefined ? [] : [...apiServerNames, ...network.addresses],
    );
    const documents = [configuration, ...(await stages(tools.kwok, hasRealNodes))];
    await writeFile(config, documents.map((document) => JSON.stringify(document)).join("\n---\n"));
    const kwokctl = runProgram(
      join(tools.kwok, "bin", "kwokctl"),
      ["create", "cluster", "--name", clusterName, "--config", config, "--kubeconfig", kubeconfig, "--wait", "60s"],
      "",
      // Nothing else of the environment: a proxy setting would send the API server's calls out of the machine.
      { PATH: process.env.PATH, HOME: folder, KWOK_WORKDIR: join(folder, "kwok") },
    );
    await withoutDeaths(kwokctl, join(workFolder, "pids"));
    return { kubectl: join(tools.kubernetes, "kubectl"), kubeconfig, cache: join(folder, "cache"), network, readLogs, stop };
  } catch (error) {
    const logs = await readLogs();
    await stop();
    throw new Error(`the cluster did not start: ${String(error)}\n${logs}`, { cause: error });
  }
}

/** Fails as soon as one of the started programs has ended; kwokctl would wait for it until its timeout. */
async function withoutDeaths(work: Promise<unknown>, pidFolder: string): Promise<void> {
  let done = false;
  const finished = work.finally(() => (done = true));
  const watched = async () => {
    while (!done) {
      await sleep(250);
      // First the files, then the processes: one that starts in between is no death.
      const files = await readdir(pidFolder).catch(() => []);
      const started = await Promise.all(files.map(async (file) => ({ file, pid: Number(await readFile(join(pidFolder, file), "utf8")) })));
      const running = new Set((await listProcesses()).map(({ pid }) => pid));
      const ended = started.find(({ pid }) => pid > 0 && !running.has(pid));
      if (ended !== undefined && !done) throw new Error(`${basename(ended.file, ".pid")} ended`);
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
