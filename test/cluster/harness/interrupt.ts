import { once } from "node:events";

/** Waits for Ctrl-C, or a service manager's signal; a second one does not wait for what comes after. */
export async function untilInterrupted(): Promise<void> {
  const idle = setInterval(() => {}, 1 << 30);
  await Promise.race((["SIGINT", "SIGTERM", "SIGHUP"] as const).map((signal) => once(process, signal)));
  clearInterval(idle);
}
