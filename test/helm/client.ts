import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { boolYaml11Tag, CORE_SCHEMA, loadAll, mergeTag } from "js-yaml";
import { findHelm, runHelm } from "../../generator/helm.ts";
import type { HelmBinary, HelmMajor } from "../../generator/helm.ts";

/** Both lines of Helm, for `test.each` and `describe.each`. */
export const helmMajors = [4, 3] as const satisfies readonly HelmMajor[];

/** The Kubernetes version that renderings assume unless told otherwise (Helm 3 of itself may assume 1.20). */
export const kubeVersion = "v1.36.0";

const found = new Map<HelmMajor, Promise<HelmBinary>>();

/** The Helm of that line, looked for once. */
export function helm(major: HelmMajor): Promise<HelmBinary> {
  const known = found.get(major) ?? findHelm(major);
  found.set(major, known);
  return known;
}

export interface TemplateOptions {
  /** Values files (`-f`), in order. */
  readonly files?: readonly string[];
  /** Values that go over those of `files`. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Paths and texts for `--set`, which go over all others. */
  readonly set?: Readonly<Record<string, string>>;
  readonly kubeVersion?: string;
  /** Additional API versions of the cluster, e.g. `monitoring.coreos.com/v1`. */
  readonly apiVersions?: readonly string[];
  /** Release name; `release` if not given. */
  readonly release?: string;
  /** `default` if not given. */
  readonly namespace?: string;
  /** Other arguments, e.g. `["--show-only", "templates/service.yaml"]`. */
  readonly args?: readonly string[];
}

/** A Kubernetes object as Helm rendered it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly [field: string]: unknown;
}

/** What Helm rendered, or why it did not. */
export type Rendering =
  | { readonly ok: true; readonly text: string; readonly documents: readonly Manifest[] }
  | { readonly ok: false; readonly refusal: string };

/** `helm template` of a chart (folder, archive, or `repository/chart`). A refusal is data; only a Helm that cannot run throws. */
export async function template(major: HelmMajor, chart: string, options: TemplateOptions = {}): Promise<Rendering> {
  const args = ["template", options.release ?? "release", chart];
  args.push("--namespace", options.namespace ?? "default", "--kube-version", options.kubeVersion ?? kubeVersion);
  for (const version of options.apiVersions ?? []) args.push("--api-versions", version);
  for (const file of options.files ?? []) args.push("--values", file);
  if (options.values !== undefined) args.push("--values", "-");
  for (const [path, text] of Object.entries(options.set ?? {})) args.push("--set", `${path}=${text}`);
  const result = await runHelm(await helm(major), [...args, ...(options.args ?? [])], { input: `${JSON.stringify(options.values)}\n` });
  if (result.code !== 0) return { ok: false, refusal: result.stderr };
  return { ok: true, text: result.stdout, documents: parseManifests(result.stdout) };
}

/** The documents of a rendering, read the way Kubernetes reads them; empty ones are left out. */
export function parseManifests(text: string): readonly Manifest[] {
  const documents = loadAll(text, { schema: CORE_SCHEMA.withTags(boolYaml11Tag, mergeTag) });
  return documents.filter((document): document is Manifest => document !== null);
}

/** Serves the files of a folder over HTTP on a free port of the loopback address, until disposed of (`await using`). */
export async function serve(folder: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname));
    readFile(join(folder, path)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise((closed) => void server.close(() => closed()).closeAllConnections()),
  };
}
