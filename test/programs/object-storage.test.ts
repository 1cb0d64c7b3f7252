import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Values } from "../../generator/values/defaults.ts";
import { find, literalSecrets, manifestsOf } from "../charts/releases.ts";
import { startObjectStore, type ObjectStore } from "./s3.ts";

let store: ObjectStore;
let documents: string;
beforeAll(async () => {
  store = await startObjectStore();
  documents = await store.createBucket("documents");
});
afterAll(() => store[Symbol.asyncDispose]());

/** The container of the `helm test` pod, with values for the store. */
function containerFor(objectStorage: Values) {
  const { endpoint, region } = store;
  const values = {
    global: { objectStorage: { endpoint, region, bucket: "documents", ...objectStorage } },
    backend: { secrets: literalSecrets },
  };
  const [container] = find(manifestsOf(values), "Pod", "backend-test-object-storage").spec?.containers ?? [];
  if (container === undefined) throw new Error("the pod has no container");
  return container;
}

/** Runs the container's own command with its own environment and the given Secret, as far as it gets within some seconds. */
async function run(objectStorage: Values = {}, secret: Readonly<Record<string, string>> = {}) {
  const { command = [], env = [] } = containerFor(objectStorage);
  const credentials: Readonly<Record<string, string>> = {
    AWS_ACCESS_KEY_ID: store.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
    ...secret,
  };
  const valueOf = ({ value, valueFrom }: IEnvVar) => value ?? credentials[valueFrom?.secretKeyRef?.key ?? ""] ?? "";
  // The script tries again for 30 seconds; here its clock is fast.
  const hasty = "globalThis.setTimeout = ((set) => (done, ms) => set(done, ms / 1000))(setTimeout);";
  const script = spawn(process.execPath, ["-e", `${hasty}${command[2]}`], {
    env: Object.fromEntries(env.map((variable) => [variable.name, valueOf(variable)])),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [script.stdout, script.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise((resolve) => script.once("close", resolve));
  return { code, output };
}

test("an object is written, read and deleted with the backend's settings", async () => {
  const { code, output } = await run();
  expect({ code, output: output.replace(/[0-9a-f-]{36}/, "<name>") }).toEqual({
    code: 0,
    output: `${store.endpoint}/documents/helm-test/<name>: written, read and deleted\n`,
  });
  expect(await readdir(join(documents, "helm-test")).catch(() => [])).toEqual([]);
});

test.each<[string, Values, Record<string, string>, RegExp]>([
  ["a wrong secret key", {}, { AWS_SECRET_ACCESS_KEY: "wrong" }, /PUT .*: 403 .*SignatureDoesNotMatch/s],
  ["an unknown access key", {}, { AWS_ACCESS_KEY_ID: "nobody" }, /PUT .*: 40[34] .*access key ID/s],
  ["a bucket that is not there", { bucket: "elsewhere" }, {}, /PUT .*: 404 .*NoSuchBucket/s],
  ["another region", { region: "us-east-1" }, {}, /PUT .*: 400 .*AuthorizationHeaderMalformed/s],
  ["an endpoint where nobody listens", { endpoint: "http://127.0.0.1:9" }, {}, /fetch failed/],
])("%s fails with what the server says", async (_, objectStorage, secret, message) => {
  const { code, output } = await run(objectStorage, secret);
  expect(output).toMatch(message);
  expect(code).toBe(1);
});
