import { mkdir } from "node:fs/promises";
import { destroyCluster } from "./state.ts";

/**
 * A process beside each cluster: `node watchdog.ts <folder>`. It makes the cluster's folder, says so, and waits until
 * its standard input ends, which happens when the starter stops the cluster and also when the starter is killed in
 * any way. Then it ends every process of the cluster and deletes the folder.
 */
async function watch(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  process.stdout.write("ready\n");
  await new Promise<void>((resolve) => {
    process.stdin.on("close", resolve).resume();
    // A terminal's Ctrl-C does not reach this process, but a service manager's signal may.
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => resolve());
  });
  await destroyCluster(folder);
  process.exit(0);
}

await watch(process.argv[2] ?? "");
