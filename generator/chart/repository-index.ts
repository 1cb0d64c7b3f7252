import { dump, load, YAMLException } from "js-yaml";
import { ChartError } from "../problem.ts";
import { compareVersions, problemOfVersion } from "./repository-version.ts";

/** One version of one chart: its Chart.yaml, and what Helm needs to fetch it. */
export interface IndexEntry {
  readonly version: string;
  /** SHA-256 of the package in hex. Some repositories leave it out. */
  readonly digest?: string;
  /** RFC 3339. */
  readonly created?: string;
  readonly [key: string]: unknown;
}

/** A repository's `index.yaml`: chart name → versions. Keys that we do not know are kept. */
export interface RepositoryIndex {
  readonly entries: Readonly<Record<string, readonly IndexEntry[]>>;
  readonly generated?: string;
  readonly [key: string]: unknown;
}

/** @throws ChartError if the text is not an index that Helm could read, naming `file` and the entry. */
export function parseIndex(file: string, text: string): RepositoryIndex {
  const index = loadMapping(file, text);
  if (index["apiVersion"] !== "v1") refuse(file, "apiVersion", `is ${JSON.stringify(index["apiVersion"])}, and Helm reads "v1" only`);
  const entries = index["entries"] ?? {};
  if (!isMapping(entries)) refuse(file, "entries", "is not a map of chart names");
  for (const [name, versions] of Object.entries(entries)) {
    if (!Array.isArray(versions)) refuse(file, `entries.${name}`, "is not a list of versions");
    versions.forEach((entry: unknown, at) => checkEntry(file, `entries.${name}[${at}]`, entry));
  }
  return { ...index, entries: entries as RepositoryIndex["entries"] };
}

/**
 * The index as text: charts by name, versions newest first. `generated` is the newest `created`, not the time of day, so
 * that equal contents give equal text.
 */
export function formatIndex({ entries, generated, ...others }: RepositoryIndex): string {
  const sorted = Object.entries(entries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, versions]) => [name, [...versions].sort((a, b) => compareVersions(b.version, a.version))] as const);
  const times = [generated, ...sorted.flatMap(([, versions]) => versions.map(({ created }) => created))].filter(
    (time) => time !== undefined,
  );
  const newest = times.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  const index = { ...others, apiVersion: "v1", entries: Object.fromEntries(sorted), ...(newest !== undefined && { generated: newest }) };
  return dump(index, { lineWidth: -1, noRefs: true });
}

function loadMapping(file: string, text: string): Readonly<Record<string, unknown>> {
  let index: unknown;
  try {
    index = load(text);
  } catch (error) {
    if (error instanceof YAMLException) refuse(`${file}:${(error.mark?.line ?? 0) + 1}`, "", `not YAML: ${error.reason}`);
    throw error;
  }
  if (!isMapping(index)) refuse(file, "", "not a map");
  return index;
}

function checkEntry(file: string, path: string, entry: unknown): void {
  if (!isMapping(entry)) refuse(file, path, "is not a map");
  const { version, digest, created } = entry;
  if (typeof version !== "string") refuse(file, `${path}.version`, `is ${JSON.stringify(version)}, not a text`);
  const problem = problemOfVersion(version);
  if (problem !== undefined) refuse(file, `${path}.version`, `${JSON.stringify(version)} ${problem}`);
  if (digest !== undefined && typeof digest !== "string") refuse(file, `${path}.digest`, "is not a text");
  if (created !== undefined && (typeof created !== "string" || Number.isNaN(Date.parse(created)))) {
    refuse(file, `${path}.created`, `is ${JSON.stringify(created)}, not a time`);
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(file: string, path: string, problem: string): never {
  const place = path === "" ? file : `${file}: ${path}`;
  throw new ChartError(`${place}: ${problem}. Nothing was written; restore the file from where it is published, or start an empty folder`);
}
