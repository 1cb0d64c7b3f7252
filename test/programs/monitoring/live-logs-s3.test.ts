import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { startObjectStore, type ObjectStore } from "../s3.ts";
import { production } from "./files.ts";
import { startLoki, type Loki } from "./loki.ts";

const bucket = "xpeditis-prod-logs";

let folder: string;
let store: ObjectStore;
let bucketFolder: string;
let loki: Loki;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "monitoring-s3-"));
  store = await startObjectStore();
  bucketFolder = await store.createBucket(bucket);
  const manifests = await production({ global: { objectStorage: { endpoint: store.endpoint, region: store.region } } });
  loki = await startLoki(manifests, folder, { S3_ACCESS_KEY: store.accessKeyId, S3_SECRET_KEY: store.secretAccessKey });
}, 150_000);

afterAll(async () => {
  await loki[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Files of the bucket, which are its objects, by their path in it. */
const objects = async (): Promise<string[]> => {
  const entries = await readdir(bucketFolder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(bucketFolder.length + 1));
};

const push = async (line: string): Promise<void> => {
  const values = [[`${Date.now()}000000`, line]];
  const response = await fetch(`${loki.url}/loki/api/v1/push`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ streams: [{ stream: { namespace: "xpeditis-prod", app: "backend" }, values }] }),
  });
  expect(response.status).toBe(204);
};

test("chunks are in the bucket after a flush, under the prefix", async () => {
  await push("a quote was sent");
  await fetch(`${loki.url}/flush`, { method: "POST" });
  // A chunk's name: prefix, tenant, fingerprint of the stream, and times; Loki's own files lie beside.
  const chunks = await vi.waitUntil(
    async () => {
      const found = (await objects()).filter((name) => name.startsWith("loki/fake/"));
      return found.length > 0 ? found : undefined;
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(chunks[0]).toMatch(/^loki\/fake\/[0-9a-f]+\/[0-9a-f]+:[0-9a-f]+:[0-9a-f]+$/);
  const metrics = await (await fetch(`${loki.url}/metrics`)).text();
  expect(metrics).toMatch(/^loki_objstore_bucket_operations_total\{[^}]*operation="upload"\} [1-9]/m);
  expect(metrics).toMatch(/^loki_objstore_bucket_operation_failures_total\{[^}]*operation="upload"\} 0$/m);
  expect(metrics).not.toMatch(/^loki_ingester_chunks_flush_failures_total [1-9]/m);
});

test("what Loki had when it was stopped is read from the bucket alone, without its volume", async () => {
  await push("the carrier answered");
  await loki.moveToEmptyVolume();
  const lines = await vi.waitUntil(
    async () => {
      const streams = await loki.query('{app="backend"}').catch(() => []);
      const found = streams.flatMap(({ values }) => values.map(([, line]) => line));
      return found.length >= 2 ? found : undefined;
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(lines.toSorted()).toEqual(["a quote was sent", "the carrier answered"]);
}, 240_000);
