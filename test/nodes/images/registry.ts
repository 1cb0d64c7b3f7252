import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { toolPath } from "../../../tools/build.ts";
import { runProgram } from "../../cluster/harness/client.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import { buildImage, type Image } from "./image.ts";

/** An image registry of this machine, until it is disposed of. */
export interface Registry extends AsyncDisposable {
  /** It listens on every address, as nodes reach it over their own network. */
  readonly port: number;
  /** Builds images and puts them into the registry. */
  push(images: readonly Image[]): Promise<void>;
}

/** Starts the registry. What it holds stays in .cache, so that an image is pushed once; its names last as long as it runs. */
export async function startRegistry(): Promise<Registry> {
  const crane = await toolPath("registry", "crane");
  const [port = 0] = await freePorts(1);
  const disk = join(import.meta.dirname, "..", "..", "..", ".cache", "registry");
  await mkdir(disk, { recursive: true });
  // Its standard input is the reason that it ends with this process, however that ends.
  const server = spawn(
    "sh",
    ["-c", `"$@" & pid=$!; cat > /dev/null; kill $pid`, "sh", crane, "registry", "serve", "--address", `0.0.0.0:${port}`, "--disk", disk],
    {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    },
  );
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let attempt = 0; !(await answers()); attempt += 1) {
    if (server.exitCode !== null || attempt > 100) throw new Error("the image registry does not start");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    async push(images) {
      for (const image of images) {
        const folder = await buildImage(image);
        try {
          await runProgram(crane, ["push", "--insecure", folder, `127.0.0.1:${port}/${image.name}`]);
        } finally {
          await rm(folder, { recursive: true });
        }
      }
    },
    async [Symbol.asyncDispose]() {
      const ended = once(server, "exit");
      server.stdin.end();
      await ended;
    },
  };
}
