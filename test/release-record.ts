import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

import { load } from "js-yaml";

import { runHelm, type HelmBinary } from "../generator/helm.ts";

/**
 * Bytes of the Secret in which Helm would keep a release: JSON of the chart's own files (not its subcharts'), the user's values
 * and the rendered manifests, gzipped and in base64 (helm/helm pkg/storage/driver/util.go). The limit is 1 MiB.
 */
export async function releaseRecordSize(helm: HelmBinary, chart: string, valuesFiles: readonly string[]): Promise<number> {
  const args = ["template", "xpeditis", chart, "--kube-version", "1.36.0", ...valuesFiles.flatMap((file) => ["--values", file])];
  const { stdout, stderr, code } = await runHelm(helm, args);
  if (code !== 0) throw new Error(stderr);
  const paths = (await readdir(chart, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(chart, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith("charts/"));
  const files = await Promise.all(paths.map(async (name) => ({ name, data: (await readFile(join(chart, name))).toString("base64") })));
  const config = await Promise.all(valuesFiles.map(async (file) => load(await readFile(file, "utf8"))));
  const record = JSON.stringify({ chart: { files }, config, manifest: stdout });
  return Math.ceil(gzipSync(record, { level: 9 }).length / 3) * 4;
}
