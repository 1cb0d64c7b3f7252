import { gzipSync } from "fflate";
import { load, YAMLException } from "js-yaml";
import { ChartError } from "../problem.ts";
import type { ChartFiles } from "./files.ts";
import { splitPath, tar } from "./pack-tar.ts";

/** The time of every file in a package, and so of no consequence: the first that every archive format can store. */
export const packTime = new Date("1980-01-01T00:00:00Z");

/**
 * The package (`<name>-<version>.tgz`) of one chart, subcharts below `charts/` included. Equal files give equal bytes on
 * every machine.
 *
 * @param name the name in the files' Chart.yaml, which becomes the top folder.
 * @param version the version in the files' Chart.yaml.
 * @throws ChartError if the files are not such a chart, or if Helm or the tar format could not hold them.
 */
export function pack(name: string, version: string, files: ChartFiles): Uint8Array {
  const chart = `${name} ${version}`;
  checkMetadata(chart, name, version, files);
  const entries = inOrder(files).map(([path, text]) => {
    checkPath(chart, name, path);
    return { path: `${name}/${path}`, content: Buffer.from(text) };
  });
  checkSizes(chart, entries);
  // Not node:zlib: its deflate picks a hash by what the processor can do, so x64 and arm64 give different bytes.
  return gzipSync(tar(entries, packTime), { level: 9, mtime: 0 });
}

const mebibyte = 1024 * 1024;
/** Helm refuses to load more (pkg/chart/loader/archive, since 3.17.3). */
const largestFile = 5 * mebibyte;
const largestChart = 100 * mebibyte;

function checkMetadata(chart: string, name: string, version: string, files: ChartFiles): void {
  const text = files.get("Chart.yaml");
  if (text === undefined) throw new ChartError(`${chart}: Chart.yaml: missing: Helm takes nothing without it for a chart`);
  const metadata = parse(chart, text);
  for (const [key, expected] of Object.entries({ name, version })) {
    const actual = metadata[key];
    if (actual !== expected) {
      throw new ChartError(
        `${chart}: Chart.yaml: ${key}: is ${JSON.stringify(actual)}, and the package is to be ${JSON.stringify(expected)}`,
      );
    }
  }
}

function parse(chart: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(load(text)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof YAMLException) {
      throw new ChartError(`${chart}: Chart.yaml:${(error.mark?.line ?? 0) + 1}: not YAML: ${error.reason}`, { cause: error });
    }
    throw error;
  }
}

/** Chart.yaml first, for readers that stop at it; then by code unit, which no locale changes. */
function inOrder(files: ChartFiles): readonly (readonly [string, string])[] {
  const rank = (path: string) => (path === "Chart.yaml" ? 0 : 1);
  return [...files].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function checkPath(chart: string, name: string, path: string): void {
  if (!/^[ -~]+$/.test(path) || path.includes("\\")) {
    throw new ChartError(`${chart}: ${JSON.stringify(path)}: only printable ASCII without backslash keeps its name on every system`);
  }
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw new ChartError(`${chart}: ${JSON.stringify(path)}: not a path below the chart: write it without leading slash, "." and ".."`);
  }
  if (splitPath(`${name}/${path}`) === undefined) {
    throw new ChartError(
      `${chart}: ${path}: too long for a tar header (100 characters after a slash, 155 before it): shorten a name in it`,
    );
  }
}

function checkSizes(chart: string, entries: readonly { readonly path: string; readonly content: Uint8Array }[]): void {
  for (const { path, content } of entries) {
    if (content.length > largestFile) {
      throw new ChartError(`${chart}: ${path}: ${content.length} bytes; Helm loads at most ${largestFile} (5 MiB) of one file: split it`);
    }
  }
  const total = entries.reduce((sum, { content }) => sum + content.length, 0);
  if (total > largestChart)
    throw new ChartError(`${chart}: ${total} bytes unpacked; Helm loads at most ${largestChart} (100 MiB) of a chart`);
}
