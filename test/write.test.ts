import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { diffTree, writeFileAtomic, writeTree } from "../generator/write.ts";
import { ChartError } from "../generator/problem.ts";

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "write-"));
  folder = join(root, "charts");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const tree = (files: Record<string, string | Uint8Array>) => new Map(Object.entries(files));

/** Everything below the test's root, temporary files included: path → content. */
async function everything(): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file.slice(root.length + 1), await readFile(file, "utf8")])),
  );
}

describe("writeTree refuses", () => {
  test.each(["../outside", "/etc/outside", "", "a/../../outside"])("the path %j", async (path) => {
    await expect(writeTree(folder, tree({ "fine.txt": "x\n", [path]: "x\n" }))).rejects.toThrow(/not a path below the folder/);
    expect(await everything()).toEqual({});
  });

  test.each([".", "..", "/"])("to replace %s, which is or holds the current directory", async (dangerous) => {
    await expect(writeTree(dangerous, tree({ a: "x\n" }))).rejects.toThrow(/holds the current directory; name a folder of its own/);
  });

  test("a file where the folder should be, and leaves the file", async () => {
    await writeFile(folder, "not a folder");
    const refusal = writeTree(folder, tree({ a: "x\n" }));
    await expect(refusal).rejects.toThrow(ChartError);
    await expect(refusal).rejects.toThrow(/ENOTDIR/);
    expect(await everything()).toEqual({ charts: "not a folder" });
  });

  test("one path that is both file and folder, and leaves the old tree as it was", async () => {
    await writeTree(folder, tree({ "old.txt": "old\n" }));
    await expect(writeTree(folder, tree({ a: "file\n", "a/b": "below it\n" }))).rejects.toThrow(ChartError);
    expect(await everything()).toEqual({ "charts/old.txt": "old\n" });
  });
});

describe("writeTree", () => {
  test("creates, changes and removes, and tells what it did", async () => {
    expect(await writeTree(folder, tree({ "a.txt": "1\n", "x/y/b.txt": "2\n", "x/c.bin": new Uint8Array([0, 255]) }))).toEqual([
      { path: "a.txt", kind: "missing" },
      { path: "x/c.bin", kind: "missing" },
      { path: "x/y/b.txt", kind: "missing" },
    ]);
    expect(await writeTree(folder, tree({ "a.txt": "1\n", "x/y/b.txt": "changed\n" }))).toEqual([
      { path: "x/c.bin", kind: "extra" },
      { path: "x/y/b.txt", kind: "differs" },
    ]);
    expect(await everything()).toEqual({ "charts/a.txt": "1\n", "charts/x/y/b.txt": "changed\n" });
  });

  test("turns a file into a folder and back", async () => {
    await writeTree(folder, tree({ a: "file\n" }));
    await writeTree(folder, tree({ "a/b": "below\n" }));
    expect(await everything()).toEqual({ "charts/a/b": "below\n" });
    await writeTree(folder, tree({ a: "file\n" }));
    expect(await everything()).toEqual({ "charts/a": "file\n" });
  });

  test("leaves the time of unchanged files alone, down to the nanosecond", async () => {
    const times = async () => {
      const { mtimeNs, ino } = await stat(join(folder, "same.txt"), { bigint: true });
      return { mtimeNs, ino };
    };
    await writeTree(folder, tree({ "same.txt": "1\n", "other.txt": "1\n" }));
    const before = await times();
    await writeTree(folder, tree({ "same.txt": "1\n", "other.txt": "2\n" }));
    expect(await times()).toEqual(before);
  });

  test("writes nothing at all if nothing differs", async () => {
    const files = tree({ "a.txt": "1\n", "b/c.txt": "2\n" });
    await writeTree(folder, files);
    const inode = async () => (await stat(folder)).ino;
    const before = await inode();
    expect(await writeTree(folder, files)).toEqual([]);
    expect(await inode()).toBe(before);
  });

  test("replaces what a link points to, not the link", async () => {
    await mkdir(join(root, "real"));
    await symlink(join(root, "real"), folder);
    await writeTree(folder, tree({ "a.txt": "1\n" }));
    expect(await everything()).toEqual({ "real/a.txt": "1\n" });
  });

  test("replaces a link that stands for a file, even to equal content", async () => {
    await writeTree(folder, tree({ "b.txt": "same\n" }));
    await symlink("b.txt", join(folder, "a.txt"));
    expect(await writeTree(folder, tree({ "a.txt": "same\n", "b.txt": "same\n" }))).toEqual([{ path: "a.txt", kind: "differs" }]);
    expect(await everything()).toEqual({ "charts/a.txt": "same\n", "charts/b.txt": "same\n" });
  });
});

describe("diffTree", () => {
  test("of a folder that does not exist lacks every file", async () => {
    expect(await diffTree(folder, tree({ b: "2\n", a: "1\n" }))).toEqual([
      { path: "a", kind: "missing" },
      { path: "b", kind: "missing" },
    ]);
  });

  test("finds one changed byte, one lost and one foreign file, and writes nothing", async () => {
    await writeTree(folder, tree({ a: "1\n", b: "2\n", d: "4\n" }));
    await writeFile(join(folder, "a"), "1 \n");
    await rm(join(folder, "b"));
    await writeFile(join(folder, "c"), "3\n");
    const before = await everything();
    expect(await diffTree(folder, tree({ a: "1\n", b: "2\n", d: "4\n" }))).toEqual([
      { path: "a", kind: "differs" },
      { path: "b", kind: "missing" },
      { path: "c", kind: "extra" },
    ]);
    expect(await everything()).toEqual(before);
  });
});

describe("writeFileAtomic", () => {
  test("refuses to write over a folder, and leaves nothing behind", async () => {
    await mkdir(join(folder, "sub"), { recursive: true });
    await expect(writeFileAtomic(folder, "x\n")).rejects.toThrow(ChartError);
    expect(await readdir(root)).toEqual(["charts"]);
  });

  test("creates the folder, replaces the content, sets the mode", async () => {
    const file = join(folder, "bin", "tool");
    await writeFileAtomic(file, "1\n");
    await writeFileAtomic(file, "2\n", 0o755);
    expect(await readFile(file, "utf8")).toBe("2\n");
    expect((await stat(file)).mode & 0o777).toBe(0o755);
    expect(await readdir(join(folder, "bin"))).toEqual(["tool"]);
  });
});
