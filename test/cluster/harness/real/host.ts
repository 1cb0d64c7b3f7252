import { mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { runProgram } from "../client.ts";

/**
 * What real nodes change on this machine outside of their cluster's folder. It is written down before it is changed, so
 * that whoever destroys the cluster can undo it: its watchdog, or the next start.
 */
export interface HostChanges {
  /** The bridge that connects the nodes. Their own links go with their namespaces. */
  readonly bridge: string;
  /** Control group below which all the pods are, in each hierarchy. */
  readonly controlGroup: string;
  /** Kernel settings that a kubelet raises, as they were. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Settings that a kubelet insists on, and the number of files that three kubelets and containerds watch. */
const wantedSettings = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "fs/inotify/max_user_instances"];

const controlGroups = "/sys/fs/cgroup";

/**
 * Writes down what is going to be changed for the cluster in `folder`. Beside another cluster with real nodes the settings
 * are raised already: that one knows how they were.
 */
export async function recordChanges(folder: string, changes: Omit<HostChanges, "settings">): Promise<void> {
  const [other] = await changesBeside(folder);
  const settings = other?.settings ?? (await readSettings());
  await writeFile(join(folder, file), JSON.stringify({ ...changes, settings }));
}

/**
 * Undoes what was written down; the settings only after the last cluster with real nodes. All processes of the cluster have
 * ended. Does nothing for a cluster without real nodes.
 */
export async function undoChanges(folder: string): Promise<void> {
  const changes = await readChanges(folder);
  if (changes === undefined) return;
  const { bridge, controlGroup, settings } = changes;
  await removeLinks(bridge);
  for (const hierarchy of await hierarchies()) await removeGroup(join(hierarchy, controlGroup));
  // Two that end at once must not take each other for one that goes on.
  await rm(join(folder, file));
  if ((await changesBeside(folder)).length > 0) return;
  for (const [name, value] of Object.entries(settings)) await writeFile(`/proc/sys/${name}`, value).catch(() => {});
}

/**
 * Makes a control group in every hierarchy: kubelet expects its root group to be there. A new group of version 1 has no
 * processors and no memory of its own until it is given its parent's.
 */
export async function createControlGroup(name: string): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    let path = hierarchy;
    for (const part of name.split("/").filter((each) => each !== "")) {
      const parent = path;
      path = join(path, part);
      await mkdir(path, { recursive: true });
      for (const setting of ["cpuset.cpus", "cpuset.mems"]) {
        const value = await readFile(join(parent, setting), "utf8").catch(() => "");
        if (value.trim() !== "") await writeFile(join(path, setting), value).catch(() => {});
      }
    }
  }
}

const file = "host.json";

async function readSettings(): Promise<Record<string, string>> {
  const values = await Promise.all(wantedSettings.map(async (name) => [name, (await readFile(`/proc/sys/${name}`, "utf8")).trim()]));
  return Object.fromEntries(values) as Record<string, string>;
}

async function readChanges(folder: string): Promise<HostChanges | undefined> {
  const text = await readFile(join(folder, file), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as HostChanges);
}

/** What the other clusters of this machine have changed. */
async function changesBeside(folder: string): Promise<HostChanges[]> {
  const folders = (await readdir(dirname(folder))).map((name) => join(dirname(folder), name)).filter((other) => other !== folder);
  return (await Promise.all(folders.map(readChanges))).filter((changes) => changes !== undefined);
}

/**
 * Takes the bridge away when the nodes' links are gone, which go with the namespaces. Those wait for connections that
 * their processes left open: with the bridge there they are refused at once, without it they are tried for minutes.
 */
async function removeLinks(bridge: string): Promise<void> {
  const names = async () => (await runProgram("ip", ["-brief", "link"])).split("\n").map((line) => line.split(/[@ ]/)[0] ?? "");
  for (let attempt = 0; attempt < 100 && (await names()).some((name) => name.startsWith(`${bridge}n`)); attempt += 1) await sleep(100);
  for (const name of await names()) if (name.startsWith(bridge)) await runProgram("ip", ["link", "delete", name]).catch(() => {});
}

/** Mount points of the control groups: one of version 2, or one for each controller of version 1. */
async function hierarchies(): Promise<string[]> {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  const paths = mounts
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, path = "", type = ""]) => type.startsWith("cgroup") && path.startsWith(controlGroups))
    .map(([, path = ""]) => path);
  return [...new Set(paths)];
}

/** A group can be removed when it has no groups below it and its processes are gone, which takes the kernel a moment. */
async function removeGroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeGroup(join(path, entry.name));
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const error = await rmdir(path).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason.code,
    );
    if (error !== "EBUSY") return;
    await sleep(100);
  }
}
