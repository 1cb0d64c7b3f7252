import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { toolPath } from "../../tools/build.ts";
import { freePort } from "./ports.ts";

/** An S3 server (versitygw) on a folder of its own, until it is disposed of. */
export interface ObjectStore extends AsyncDisposable {
  /** URL of the S3 API; requests must name the bucket in the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Makes a bucket and gives its folder: an object is a file in it. */
  createBucket(name: string): Promise<string>;
}

/** Starts the server and waits until it answers. */
export async function startObjectStore(): Promise<ObjectStore> {
  const folder = await mkdtemp(join(tmpdir(), "s3-"));
  const [buckets, metadata] = [join(folder, "buckets"), join(folder, "metadata")];
  await Promise.all([mkdir(buckets), mkdir(metadata)]);
  const port = await freePort();
  const [accessKeyId, secretAccessKey, region] = ["test-access-key", "test-secret-key", "eu-central-1"];
  const server = spawn(
    await toolPath("versitygw", "versitygw"),
    // Metadata as files: extended attributes are not on every file system.
    ["--port", `127.0.0.1:${port}`, "--region", region, "--quiet", "posix", "--sidecar", metadata, buckets],
    {
      env: { PATH: process.env["PATH"], ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const answers = async () => (await fetch(endpoint, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)) !== undefined;
  for (let attempt = 0; !(await answers()); attempt += 1) {
    if (server.exitCode !== null || attempt > 100) throw new Error(`versitygw does not start:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    async createBucket(name) {
      const path = join(buckets, name);
      await mkdir(path);
      return path;
    },
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
