import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Ports this process has given out, so that clusters started at once do not get the same ones. */
const given = new Set<number>();

/**
 * TCP ports that are free on every address of this machine. They are drawn at random from below the range that
 * systems use for outgoing connections, since the programs bind them only seconds later.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(20_000, 32_000);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
