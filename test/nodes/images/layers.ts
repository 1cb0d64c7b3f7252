import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, chmod, copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import { toolPath } from "../../../tools/build.ts";
import { unpackDebian } from "../../../tools/debian.ts";
import type { FamilyName } from "../../../tools/families.ts";

const run = promisify(execFile);

/** What a layer of an image is made of. */
export type LayerSource =
  /** Debian packages with all that they depend on, without some that are large and not used. */
  | { readonly debian: readonly string[]; readonly without?: readonly string[] }
  /** A program of a tool family, at a path of the image. */
  | { readonly tool: readonly [FamilyName, string]; readonly at: string }
  /** A program of this machine with nothing but itself, e.g. Node.js. */
  | { readonly program: string; readonly at: string }
  /** A folder of this machine, at a path of the image. */
  | { readonly folder: string; readonly at: string }
  /** Texts and symbolic links by path; a path that ends in a slash is an empty folder that everybody may write to. */
  | { readonly files: Readonly<Record<string, string>>; readonly links?: Readonly<Record<string, string>> };

/** A packed layer: an uncompressed archive and its digest. */
export interface Layer {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

/** Packs a layer, or finds it packed. The archive holds no times and no owners, so that the same content has the same digest. */
export async function packLayer(source: LayerSource): Promise<Layer> {
  const folder = join(
    "debian" in source ? await unpackDebian(source.debian, { dependencies: true, without: source.without ?? [] }) : await layOut(source),
  );
  try {
    const key = createHash("sha256")
      .update(JSON.stringify([format, source, await contentsKey(source, folder)]))
      .digest("hex")
      .slice(0, 20);
    const path = join(cache, `${key}.tar`);
    if (!(await exists(path))) await pack(folder, path);
    const digest = await readFile(`${path}.sha256`, "utf8");
    return { path, digest, size: (await lstat(path)).size };
  } finally {
    if (!("debian" in source)) await rm(folder, { recursive: true });
  }
}

const cache = join(import.meta.dirname, "..", "..", "..", ".cache", "layers");
/** Changes with anything below that changes the archives. */
const format = 1;

async function pack(folder: string, path: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const partial = `${path}.${process.pid}`;
  const reproducible = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  const unread = ["doc", "man", "locale", "info", "lintian"].map((name) => `--exclude=./usr/share/${name}`);
  await run("tar", ["--create", "--file", partial, "--directory", folder, ...reproducible, ...unread, "."]);
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(partial)) hash.update(chunk as Buffer);
  await writeFile(`${path}.sha256`, `sha256:${hash.digest("hex")}`);
  await rename(partial, path);
}

/** Lays the layer's files out as they are going to be in the image. */
async function layOut(source: Exclude<LayerSource, { debian: readonly string[] }>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "layer-"));
  const target = async (path: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    return join(root, path);
  };
  if ("files" in source) {
    for (const [path, text] of Object.entries(source.files)) {
      if (path.endsWith("/")) {
        await mkdir(join(root, path), { recursive: true });
        await chmod(join(root, path), 0o1777);
      } else await writeFile(await target(path), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
    }
    for (const [path, to] of Object.entries(source.links ?? {})) await symlink(to, await target(path));
  } else if ("folder" in source) {
    await run("cp", ["--recursive", "--no-dereference", "--preserve=mode,links", source.folder, await target(source.at)]);
  } else {
    const from = "tool" in source ? await toolPath(...source.tool) : source.program;
    await copyFile(from, await target(source.at));
    await chmod(join(root, source.at), 0o755);
  }
  await chmod(root, 0o755);
  return root;
}

/** What tells one content from another: the folder's name has the hash of its packages, everything else is read. */
async function contentsKey(source: LayerSource, folder: string): Promise<unknown> {
  if ("debian" in source) return basename(folder);
  if ("files" in source) return "";
  if ("tool" in source) return basename(dirname(dirname(await toolPath(...source.tool))));
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const hashes = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [
      path.slice(folder.length),
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    ];
  });
  return (await Promise.all(hashes)).toSorted();
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
