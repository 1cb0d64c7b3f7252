import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { toolPath } from "../../tools/build.ts";
import type { Client } from "../cluster/harness/client.ts";

/** A Service of a cluster at a port of this machine, until it is disposed of. It leads to one of the Service's pods. */
export interface Forwarding extends AsyncDisposable {
  readonly url: string;
}

/** Throws with kubectl's words if there is no such Service, or no pod behind it. */
export async function forward(cluster: Client, namespace: string, service: string, port: number): Promise<Forwarding> {
  const args = ["--kubeconfig", cluster.kubeconfig, "--namespace", namespace, "port-forward", `service/${service}`, `:${port}`];
  const child = spawn(await toolPath("kubernetes", "kubectl"), args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  let errors = "";
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  const line = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended.then(() => [""])]);
  const [, local] = /^Forwarding from (127\.0\.0\.1:\d+)/.exec(String(line[0])) ?? [];
  if (local === undefined) throw new Error(`kubectl ${args.join(" ")}: ${errors}`);
  child.stdout.resume();
  return {
    url: `http://${local}`,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}
