import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { vi } from "vitest";

import { toolPath } from "../../../tools/build.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import type { Manifest } from "../../helm/client.ts";
import { dataOf, place } from "./files.ts";
import { isOk, start, type Running } from "./process.ts";

/** The collector with the configuration that is rendered, on a folder of log files instead of a node's. */
export interface Collector {
  /** Host and port of its metrics. */
  readonly metrics: string;
  /** Starts it and waits until it is healthy. */
  start(): Promise<Running>;
  /** Writes a line as containerd does, into the file that k3s gives the container. */
  log(namespace: string, pod: string, container: string, line: string, tag?: "F" | "P"): Promise<void>;
  /** Puts a new file in the place of the container's, as the kubelet does with one that is large: earlier ones are compressed, the last is not. */
  rotate(namespace: string, pod: string, container: string): Promise<void>;
}

/** Prepares the collector of one node; nothing runs yet. */
export async function collectorOn(manifests: readonly Manifest[], folder: string, loki: string): Promise<Collector> {
  const [metrics = 0, health = 0] = await freePorts(2);
  await mkdir(join(folder, "offsets"), { recursive: true });
  await mkdir(join(folder, "pods"), { recursive: true });
  await place(join(folder, "collector"), dataOf(manifests, "opentelemetry-collector"), {
    "/var/lib/otelcol": join(folder, "offsets"),
    "/var/log/pods": join(folder, "pods"),
    "loki.monitoring.svc:3100": loki,
    "0.0.0.0:13133": `127.0.0.1:${health}`,
    "host: 0.0.0.0": "host: 127.0.0.1",
    "port: 8888": `port: ${metrics}`,
  });
  const program = await toolPath("collector", "otelcol-k8s");
  const directoryOf = (namespace: string, pod: string, container: string) =>
    join(folder, "pods", `${namespace}_${pod}_0a1b2c3d-0000-4000-8000-000000000000`, container);
  let rotations = 0;
  return {
    metrics: `127.0.0.1:${metrics}`,
    async start() {
      const running = start(program, ["--config", join(folder, "collector", "otelcol.yaml")], { NODE_NAME: "worker-1" });
      await vi.waitUntil(() => isOk(`http://127.0.0.1:${health}/`), { timeout: 30_000, interval: 250 });
      return running;
    },
    async log(namespace, pod, container, line, tag = "F") {
      const directory = directoryOf(namespace, pod, container);
      await mkdir(directory, { recursive: true });
      await appendFile(join(directory, "0.log"), `${new Date().toISOString().replace("Z", "000000Z")} stdout ${tag} ${line}\n`);
    },
    async rotate(namespace, pod, container) {
      const directory = directoryOf(namespace, pod, container);
      const earlier = (await readdir(directory)).filter((name) => /^0\.log\.\d{8}-\d{6}$/.test(name));
      for (const path of earlier.map((name) => join(directory, name))) {
        await writeFile(`${path}.tmp`, gzipSync(await readFile(path)));
        await rename(`${path}.tmp`, `${path}.gz`);
        await rm(path);
      }
      rotations += 1;
      await rename(join(directory, "0.log"), join(directory, `0.log.20261127-${String(rotations).padStart(6, "0")}`));
      await writeFile(join(directory, "0.log"), "");
    },
  };
}
