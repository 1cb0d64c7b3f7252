import { randomUUID } from "node:crypto";
import { chmod, link, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { ChartError } from "./problem.ts";

/** The files of a folder: path below it (with `/`) → text or bytes. */
export type FileTree = ReadonlyMap<string, string | Uint8Array>;

/** One file in which a folder is not what it should be. */
export interface TreeDifference {
  /** Path below the folder, with `/`. */
  readonly path: string;
  /** `missing`: wanted and not there. `differs`: there with other content. `extra`: there and not wanted. */
  readonly kind: "missing" | "differs" | "extra";
}

/**
 * Makes `folder` hold exactly `files`: creates it, replaces it, removes what else is in it. Returns what it changed, sorted by path.
 *
 * The new tree is built beside the folder and takes its place by renaming, so that a failure at any point leaves the old
 * one. Unchanged files keep their modification time, and if nothing differs, nothing is written.
 *
 * @throws ChartError if the folder is (or holds) the current directory, or if the file system refuses.
 */
export async function writeTree(folder: string, files: FileTree): Promise<readonly TreeDifference[]> {
  return asChartError(folder, async () => {
    const target = await realFolder(folder);
    const differences = await diffTree(target, files);
    if (differences.length === 0) return [];
    const fresh = siblingOf(target);
    try {
      const changed = new Set(differences.map(({ path }) => path));
      await mkdir(fresh, { recursive: true });
      await Promise.all(
        Array.from(files, ([path, content]) => (changed.has(path) ? writeBelow(fresh, path, content) : keep(target, fresh, path, content))),
      );
      await swap(fresh, target);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
    return differences;
  });
}

/** Tells in which files `folder` is not exactly `files`, sorted by path; a folder that does not exist lacks them all. Empty folders do not count. */
export async function diffTree(folder: string, files: FileTree): Promise<readonly TreeDifference[]> {
  return asChartError(folder, async () => {
    for (const path of files.keys()) refuseOutside(folder, path);
    const present = await list(folder);
    const wanted = await Promise.all(
      Array.from(files, async ([path, content]): Promise<TreeDifference | undefined> => {
        const isFile = present.get(path);
        if (isFile === undefined) return { path, kind: "missing" };
        const same = isFile && Buffer.from(content).equals(await readFile(join(folder, path)));
        return same ? undefined : { path, kind: "differs" };
      }),
    );
    const extra = [...present.keys()].filter((path) => !files.has(path)).map((path) => ({ path, kind: "extra" }) as const);
    return [...wanted.filter((difference) => difference !== undefined), ...extra].sort((a, b) => (a.path < b.path ? -1 : 1));
  });
}

/**
 * Writes one file, creating its folder: whoever reads `path` sees the old content or the new, never a part.
 *
 * @param mode permission bits, for a program `0o755`; without it the umask decides.
 * @throws ChartError if the file system refuses.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array, mode?: number): Promise<void> {
  await asChartError(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    const fresh = siblingOf(path);
    try {
      await writeFile(fresh, content);
      if (mode !== undefined) await chmod(fresh, mode);
      await rename(fresh, path);
    } finally {
      await rm(fresh, { force: true });
    }
  });
}

/** A free name in the same folder, hence on the same file system, where renaming is atomic. */
function siblingOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
}

/** The folder itself where it is reached through a link, because renaming over the link would replace only that. */
async function realFolder(folder: string): Promise<string> {
  const target = await realpath(folder).catch(() => resolve(folder));
  const fromTarget = relative(target, process.cwd());
  if (fromTarget === "" || !(fromTarget === ".." || fromTarget.startsWith(`..${sep}`))) {
    throw new ChartError(
      `${folder}: everything in this folder would be replaced, and it is or holds the current directory; name a folder of its own`,
    );
  }
  return target;
}

/** Path → whether it is a plain file (and not a link, which is never what we wrote). */
async function list(folder: string): Promise<ReadonlyMap<string, boolean>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return [];
    throw error;
  });
  return new Map(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => [relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"), entry.isFile()]),
  );
}

function refuseOutside(folder: string, path: string): void {
  const inside = path !== "" && resolve(folder, path).startsWith(resolve(folder) + sep);
  if (!inside) throw new ChartError(`${folder}: ${path === "" ? "an empty path" : path}: not a path below the folder`);
}

async function writeBelow(folder: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** A hard link keeps the modification time exactly; file systems without links get the same content anew. */
async function keep(from: string, to: string, path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(to, path)), { recursive: true });
  await link(join(from, path), join(to, path)).catch(() => writeFile(join(to, path), content));
}

/** Node offers no exchange of two folders, so for an instant between two renames there is none. */
async function swap(fresh: string, target: string): Promise<void> {
  const old = siblingOf(target);
  const existed = await rename(target, old).then(
    () => true,
    (error: unknown) => {
      if (isSystemError(error) && error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (existed) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/** What the file system refuses (permission, space, a file where a folder should be) is for the user to mend, not a bug. */
async function asChartError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSystemError(error)) throw new ChartError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
