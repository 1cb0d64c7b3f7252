import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, glob, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test, vi } from "vitest";

import { runProgram } from "../cluster/harness/client.ts";
import { nodePrograms } from "../cluster/harness/real/programs.ts";
import { isWatchdog, listProcesses, reapClusters } from "../cluster/harness/state.ts";

/** Everything that real nodes change on this machine: processes, links, mounts, namespaces, control groups, rules and settings. */
async function traces(): Promise<Record<string, readonly string[]>> {
  const { environment } = await nodePrograms();
  const settings = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "fs/inotify/max_user_instances"];
  const groups = await Array.fromAsync(glob("/sys/fs/cgroup/{,*/}{xpeditis-*,kubepods*}"));
  const processes = (await listProcesses()).filter(({ command }) => /xpeditis-clusters|containerd|kubelet|kube-proxy/.test(command));
  return {
    processes: processes.map(({ command }) => command),
    links: (await runProgram("ip", ["-brief", "link"])).split("\n").map((line) => line.split(" ")[0] ?? ""),
    routes: (await runProgram("ip", ["route", "show", "table", "all"])).split("\n"),
    mounts: (await readFile("/proc/mounts", "utf8")).split("\n").map((line) => line.split(" ").slice(0, 3).join(" ")),
    namespaces: await networkNamespaces(),
    groups: groups.toSorted(),
    rules: (await runProgram("iptables-save", [], "", environment)).split("\n").filter((line) => line.startsWith("-")),
    settings: await Promise.all(settings.map(async (name) => (await readFile(`/proc/sys/${name}`, "utf8")).trim())),
  };
}

async function networkNamespaces(): Promise<string[]> {
  const table = JSON.parse(await runProgram("lsns", ["--json", "--type", "net", "--output", "NS"])) as { namespaces: { ns: number }[] };
  return table.namespaces.map(({ ns }) => String(ns)).toSorted();
}

/** Starts a cluster with a real node from a process of its own, which then waits for ever; gives the cluster's folder. */
async function startElsewhere() {
  const program = `
    import { startCluster } from ${JSON.stringify(join(import.meta.dirname, "..", "cluster", "harness", "cluster.ts"))};
    setInterval(() => {}, 1000);
    startCluster({ nodes: [{ kind: "real", name: "worker-1" }] }).then(
      ({ kubeconfig }) => process.stdout.write(kubeconfig),
      (error) => process.stdout.write(String(error)),
    );
  `;
  const starter = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], { stdio: ["ignore", "pipe", "inherit"] });
  const [kubeconfig] = (await once(starter.stdout, "data")) as [Buffer];
  await access(kubeconfig.toString()).catch(() => Promise.reject(new Error(kubeconfig.toString())));
  return { starter, folder: dirname(kubeconfig.toString()) };
}

test("a starter that is killed outright leaves nothing of its real node", async () => {
  const before = await traces();
  const { starter, folder } = await startElsewhere();
  const during = await traces();
  const changed = Object.keys(before).filter((kind) => JSON.stringify(during[kind]) !== JSON.stringify(before[kind]));
  expect(changed).toEqual(expect.arrayContaining(["processes", "links", "routes", "namespaces", "groups"]));
  starter.kill("SIGKILL");
  await vi.waitFor(async () => expect(await traces()).toEqual(before), { timeout: 30_000, interval: 500 });
  await expect(access(folder)).rejects.toThrow("ENOENT");
});

test("what is left when the watchdog is killed too is removed by the next start", async () => {
  const before = await traces();
  const { starter, folder } = await startElsewhere();
  const watchdog = (await listProcesses()).find(({ command }) => isWatchdog(command, folder));
  process.kill(watchdog?.pid ?? 0, "SIGKILL");
  starter.kill("SIGKILL");
  await once(starter, "exit");
  expect(await traces()).not.toEqual(before);
  expect(await reapClusters()).toContain(folder);
  await vi.waitFor(async () => expect(await traces()).toEqual(before), { timeout: 10_000, interval: 500 });
});
