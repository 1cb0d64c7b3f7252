import { rm } from "node:fs/promises";
import { join } from "node:path";

import { vi } from "vitest";

import { toolPath } from "../../../tools/build.ts";
import { freePorts } from "../../cluster/harness/ports.ts";
import type { Manifest } from "../../helm/client.ts";
import { dataOf, place } from "./files.ts";
import { getJson, isOk, start, type Running } from "./process.ts";

/** A stream as Loki's query API gives it: labels, and lines with the time in nanoseconds; or counts of them with the time. */
export interface Stream {
  readonly stream?: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: string | number, line: string])[];
}

/** Loki with the configuration that is rendered, on loopback. */
export interface Loki extends AsyncDisposable {
  readonly url: string;
  /** Host and port. */
  readonly address: string;
  /** What a query gives over the last hour. */
  query(text: string): Promise<readonly Stream[]>;
  /** Stops it in order, as a pod is, and starts it on an empty volume. */
  moveToEmptyVolume(): Promise<void>;
}

/**
 * Starts Loki and waits until it is ready.
 *
 * @param folder for its configuration and its volume.
 * @param env what its Secret gives it.
 */
export async function startLoki(manifests: readonly Manifest[], folder: string, env: Readonly<Record<string, string>> = {}): Promise<Loki> {
  const [http = 0, grpc = 0] = await freePorts(2);
  const [address, volume] = [`127.0.0.1:${http}`, join(folder, "loki-data")];
  const url = `http://${address}`;
  await place(join(folder, "loki"), dataOf(manifests, "loki"), {
    "/loki": volume,
    "http_listen_port: 3100": `http_listen_address: 127.0.0.1\n  http_listen_port: ${http}`,
    "grpc_listen_port: 9095": `grpc_listen_address: 127.0.0.1\n  grpc_listen_port: ${grpc}`,
  });
  const program = await toolPath("loki", "loki");
  const run = async (): Promise<Running> => {
    const running = start(program, ["-target=all", "-config.expand-env=true", `-config.file=${join(folder, "loki", "loki.yaml")}`], env);
    await vi
      .waitUntil(() => isOk(`${url}/ready`), { timeout: 90_000, interval: 500 })
      .catch(() => {
        throw new Error(running.output());
      });
    return running;
  };
  let loki = await run();
  return {
    url,
    address,
    async query(text) {
      const answer = await getJson<{ data: { result: readonly Stream[] } }>(`${url}/loki/api/v1/query_range`, {
        query: text,
        limit: "100",
        since: "1h",
      });
      return answer.data.result;
    },
    async moveToEmptyVolume() {
      await loki[Symbol.asyncDispose]();
      await rm(volume, { recursive: true });
      loki = await run();
    },
    [Symbol.asyncDispose]: () => loki[Symbol.asyncDispose](),
  };
}
