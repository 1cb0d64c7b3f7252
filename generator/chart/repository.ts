import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ChartError } from "../problem.ts";
import { writeFileAtomic } from "../write.ts";
import { packTime } from "./pack.ts";
import { formatIndex, parseIndex } from "./repository-index.ts";
import type { IndexEntry, RepositoryIndex } from "./repository-index.ts";
import { problemOfVersion } from "./repository-version.ts";

/** A packed chart on its way into a repository. */
export interface ChartPackage {
  readonly name: string;
  /** SemVer 2.0.0 without a leading v. */
  readonly version: string;
  /** The bytes that {@link pack} gave. */
  readonly tgz: Uint8Array;
  /** The object in the chart's Chart.yaml, which the index repeats. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What became of one package. */
export interface AddedPackage {
  /** Name of the file in the repository, `<name>-<version>.tgz`. */
  readonly file: string;
  /** SHA-256 of the package in hex. */
  readonly digest: string;
  /** False if the repository already held these bytes as this version. */
  readonly added: boolean;
}

/**
 * Adds packages to the chart repository in `folder` (created if missing): `*.tgz` beside an `index.yaml` that Helm can
 * read from any web server. What it already holds stays; equal input gives an equal folder.
 *
 * All or nothing: every package is checked before the first write, and the index, which makes them visible, is written last.
 *
 * @param created the date of new versions in the index; fixed unless given, never the time of day.
 * @throws ChartError that names every package whose version is not SemVer, or is there already with other content; or
 *   the fault of an existing index.
 */
export async function addToRepository(
  folder: string,
  packages: readonly ChartPackage[],
  created = packTime,
): Promise<readonly AddedPackage[]> {
  refuseAny([...packages.flatMap(findMistake), ...findRepeated(packages)]);
  const indexFile = join(folder, "index.yaml");
  const index = await readIndex(indexFile);
  const candidates = await Promise.all(packages.map((chart) => prepare(folder, index, chart)));
  refuseAny(candidates.flatMap(findConflict));

  const written: string[] = [];
  try {
    for (const { file, onDisk, chart } of candidates) {
      if (onDisk !== undefined) continue;
      await writeFileAtomic(join(folder, file), chart.tgz);
      written.push(file);
    }
    const additions = candidates.filter(({ entry }) => entry === undefined);
    if (additions.length > 0) await writeFileAtomic(indexFile, formatIndex(extend(index, additions, created)));
  } catch (error) {
    await Promise.all(written.map((file) => rm(join(folder, file), { force: true })));
    throw error;
  }
  return candidates.map(({ file, digest, entry }) => ({ file, digest, added: entry === undefined }));
}

/** A package beside what the repository knows of its version. */
interface Candidate {
  readonly chart: ChartPackage;
  readonly file: string;
  readonly digest: string;
  readonly entry: IndexEntry | undefined;
  /** Digest of the file that is already there under the name. */
  readonly onDisk: string | undefined;
}

function refuseAny(problems: readonly string[]): void {
  if (problems.length > 0) throw new ChartError(problems.join("\n"));
}

function findMistake({ name, version }: ChartPackage): readonly string[] {
  // Helm's rule for names of charts; it also keeps the file inside the folder.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    return [`${JSON.stringify(name)}: not a name for a chart: use letters, digits and dashes`];
  const problem = problemOfVersion(version);
  return problem === undefined ? [] : [`${name}: version: ${JSON.stringify(version)} ${problem}`];
}

function findRepeated(packages: readonly ChartPackage[]): readonly string[] {
  const groups = Map.groupBy(packages, ({ name, version }) => `${name} ${version}`);
  return [...groups].filter(([, group]) => group.length > 1).map(([chart]) => `${chart}: given more than once`);
}

async function prepare(folder: string, index: RepositoryIndex, chart: ChartPackage): Promise<Candidate> {
  const file = `${chart.name}-${chart.version}.tgz`;
  const present = await readIfThere(join(folder, file));
  return {
    chart,
    file,
    digest: sha256(chart.tgz),
    entry: index.entries[chart.name]?.find(({ version }) => version === chart.version),
    onDisk: present === undefined ? undefined : sha256(present),
  };
}

function findConflict({ chart: { name, version }, file, digest, entry, onDisk }: Candidate): readonly string[] {
  const published = entry?.digest ?? onDisk;
  if (entry !== undefined && published === undefined) {
    return [
      `${name} ${version}: the index has no digest of it and the folder no file, so nobody can tell whether it has changed: add ${file}`,
    ];
  }
  if (published !== undefined && published !== digest) {
    return [
      `${name} ${version}: already in the repository with other content: there sha256 ${published}, now ${digest}. ` +
        "A published version never changes: raise the chart's version",
    ];
  }
  if (onDisk !== undefined && onDisk !== digest) {
    return [`${file}: damaged: its sha256 is ${onDisk}, and the index says ${digest}. Delete the file, and it is written anew`];
  }
  return [];
}

function extend(index: RepositoryIndex, additions: readonly Candidate[], created: Date): RepositoryIndex {
  const entries: Record<string, readonly IndexEntry[]> = { ...index.entries };
  for (const { chart, file, digest } of additions) {
    const { name, version, metadata } = chart;
    const entry = { ...metadata, name, version, created: created.toISOString(), digest, urls: [file] };
    entries[name] = [...(entries[name] ?? []), entry];
  }
  return { ...index, entries };
}

async function readIndex(file: string): Promise<RepositoryIndex> {
  const text = await readIfThere(file);
  return text === undefined ? { entries: {} } : parseIndex(file, text.toString());
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new ChartError(`${file}: cannot be read: ${message}`, { cause: error });
  }
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
