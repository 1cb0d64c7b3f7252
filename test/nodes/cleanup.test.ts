import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, glob, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { runProgram } from "../cluster/harness/client.ts";
import { nodePrograms } from "../cluster/harness/real/programs.ts";
import { isWatchdog, listProcesses, reapClusters } from "../cluster/harness/state.ts";

/** What there is on this machine of the real nodes of the cluster in a folder; others may run beside it. */
async function traces(folder: string): Promise<Record<string, readonly string[]>> {
  const id = basename(folder);
  const bridge = `xp${id.slice(0, 10)}`;
  const mentioning = (text: string, word: string) => text.split("\n").filter((line) => line.includes(word));
  return {
    processes: (await listProcesses()).map(({ command }) => command).filter((command) => command.includes(folder)),
    links: mentioning(await runProgram("ip", ["-brief", "link"]), bridge),
    routes: mentioning(await runProgram("ip", ["route", "show", "table", "all"]), bridge),
    mounts: mentioning(await readFile("/proc/mounts", "utf8"), folder),
    namespaces: mentioning(await runProgram("lsns", ["--output", "NS,COMMAND"]), folder),
    groups: (await Array.fromAsync(glob("/sys/fs/cgroup/{,*/}xpeditis-*"))).filter((path) => path.includes(id)),
  };
}

const nothing = { processes: [], links: [], routes: [], mounts: [], namespaces: [], groups: [] };

/** What is the machine's own: packet filter rules with their sets, and kernel settings that kubelets raise. */
async function machine(): Promise<Record<string, readonly string[]>> {
  const { environment } = await nodePrograms();
  const settings = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "fs/inotify/max_user_instances"];
  return {
    rules: (await runProgram("iptables-save", [], "", environment)).split("\n").filter((line) => line.startsWith("-")),
    sets: (await runProgram("ipset", ["list", "-name"], "", environment)).split("\n").filter((name) => name !== ""),
    settings: await Promise.all(settings.map(async (name) => (await readFile(`/proc/sys/${name}`, "utf8")).trim())),
  };
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

/** A setting that kubelets raise. With a value that none wants it is seen to be given back, also on a machine that has a kubelet. */
const raised = "/proc/sys/kernel/panic";
let own = "";
beforeAll(async () => {
  own = await readFile(raised, "utf8");
  await writeFile(raised, "17");
});
afterAll(() => writeFile(raised, own));

/** The kinds of traces of which there are any. */
async function found(folder: string): Promise<string[]> {
  return Object.entries(await traces(folder)).flatMap(([kind, each]) => (each.length > 0 ? [kind] : []));
}

test("a starter that is killed outright leaves nothing of its real node", async () => {
  const before = await machine();
  const { starter, folder } = await startElsewhere();
  // Mounts are in the node's own namespace from the start.
  expect(await found(folder)).toEqual(["processes", "links", "routes", "namespaces", "groups"]);
  expect(await machine()).not.toEqual(before);
  starter.kill("SIGKILL");
  await vi.waitFor(async () => expect(await traces(folder)).toEqual(nothing), { timeout: 30_000, interval: 500 });
  await vi.waitFor(async () => expect(await machine()).toEqual(before), { timeout: 5000, interval: 500 });
  await vi.waitFor(() => expect(access(folder)).rejects.toThrow("ENOENT"), { timeout: 5000, interval: 500 });
});

test("what is left when the watchdog is killed too is removed by the next start", async () => {
  const before = await machine();
  const { starter, folder } = await startElsewhere();
  const watchdog = (await listProcesses()).find(({ command }) => isWatchdog(command, folder));
  process.kill(watchdog?.pid ?? 0, "SIGKILL");
  starter.kill("SIGKILL");
  await once(starter, "exit");
  expect(await found(folder)).toEqual(["processes", "links", "routes", "namespaces", "groups"]);
  expect(await reapClusters()).toContain(folder);
  expect(await traces(folder)).toEqual(nothing);
  expect(await machine()).toEqual(before);
});
