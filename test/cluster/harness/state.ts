import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { undoChanges } from "./real/host.ts";

/** A running process: its id and its whole command line. */
export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Folder below which every cluster of this user has one folder. */
export const stateRoot = join(tmpdir(), `xpeditis-clusters-${process.getuid?.() ?? "user"}`);

/**
 * A path for a new cluster's folder; the folder itself is made by the cluster's watchdog, so that a folder without
 * a watchdog is always a dead cluster. Every process of a cluster names this path on its command line.
 */
export function newStateFolder(): string {
  return join(stateRoot, randomBytes(6).toString("hex"));
}

/** Every process that this user can see. */
export async function listProcesses(): Promise<Process[]> {
  const entries = await readdir("/proc").catch(() => undefined);
  if (entries === undefined) return listWithPs();
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return { pid, command: command.replaceAll("\0", " ") };
    }),
  );
  return found.filter(({ command }) => command !== "");
}

/**
 * Kills every process of the cluster in `folder` but its watchdog, undoes what its real nodes changed on this machine,
 * and deletes the folder.
 */
export async function destroyCluster(folder: string): Promise<void> {
  for (;;) {
    const members = (await listProcesses()).filter(({ pid, command }) => isMember(command, folder, pid));
    if (members.length === 0) break;
    for (const { pid } of members) kill(pid);
    await sleep(20);
  }
  await undoChanges(folder);
  await rm(folder, { recursive: true, force: true });
}

/** Destroys clusters whose watchdog is gone: it was killed before it could. Gives their folders. */
export async function reapClusters(): Promise<string[]> {
  const names = await readdir(stateRoot).catch(() => []);
  if (names.length === 0) return [];
  const processes = await listProcesses();
  const stale = names
    .map((name) => join(stateRoot, name))
    .filter((folder) => !processes.some(({ command }) => isWatchdog(command, folder)));
  await Promise.all(stale.map(destroyCluster));
  return stale;
}

/**
 * Starts the watchdog of a new cluster, which makes its folder. Gives the function that ends the cluster: it returns
 * when nothing of it is left.
 */
export async function startWatchdog(folder: string): Promise<() => Promise<void>> {
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
  return () => stopWatchdog(watchdog);
}

/** Whether the command line is that of the watchdog of the cluster in `folder`. */
export function isWatchdog(command: string, folder: string): boolean {
  return command.includes("watchdog.ts") && command.trimEnd().endsWith(folder);
}

async function stopWatchdog(watchdog: ChildProcess): Promise<void> {
  if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
  const ended = once(watchdog, "exit");
  watchdog.ref();
  watchdog.stdin?.end();
  await ended;
}

/** The trailing slash tells a member, which names files in the folder, from the watchdog, which names the folder. */
function isMember(command: string, folder: string, pid: number): boolean {
  return command.includes(`${folder}/`) && pid !== process.pid;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in between.
  }
}

async function listWithPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "pid=,command="], {
    maxBuffer: 1 << 26,
  });
  return stdout
    .split("\n")
    .map((line) => /^\s*(\d+)\s(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid = "", command = ""]) => ({ pid: Number(pid), command }));
}
