import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ChartError } from "../generator/problem.ts";

const run = promisify(execFile);

export interface DebianOptions {
  /** False to take the named packages alone, for programs that run on this machine's own C library. */
  readonly dependencies: boolean;
  /** Names of packages to leave out. */
  readonly without?: readonly string[];
}

/** A package as apt would install it. */
interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
}

/**
 * Unpacks Debian packages, with all that they depend on, and gives the folder. It is made once for the versions that apt
 * knows at the moment. Nothing is installed on this machine, and what is installed on it makes no difference.
 *
 * @throws ChartError when there is no apt here, or it cannot get a package.
 */
export async function unpackDebian(names: readonly string[], { dependencies, without = [] }: DebianOptions): Promise<string> {
  const isWanted = (name: string) => (dependencies ? !onlyInstalls.test(name) && !without.includes(name) : names.includes(name));
  const resolved = (await resolve(names)).filter(({ name }) => isWanted(name));
  const hash = createHash("sha256").update(JSON.stringify(resolved)).digest("hex").slice(0, 16);
  const folder = join(cache, `${names[0]}-${hash}`);
  if (await exists(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  const archives = join(partial, "archives");
  try {
    await mkdir(archives, { recursive: true });
    await apt(["download", ...resolved.map(({ name, version }) => `${name}=${version}`)], archives);
    const root = join(partial, "root");
    for (const archive of (await readdir(archives)).toSorted()) await run("dpkg-deb", ["--extract", join(archives, archive), root]);
    await rename(root, folder).catch(async (error: unknown) => {
      // Another process finished the same first; its result is the same.
      if (!(await exists(folder))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

const cache = join(import.meta.dirname, "..", ".cache", "debian");

/** What only installs packages or configures them, which nobody does in an image. */
const onlyInstalls =
  /^(adduser|debconf|dpkg|init-system-helpers|lib.*-perl|libdb.*|libgdbm.*|libpam-.*|libperl.*|libsem.*|libsepol.*|locales|lsb-base|passwd|perl.*|sensible-utils|ssl-cert|sysvinit-utils|tar|ucf|usrmerge)$/;

/** What apt would install on a machine that has nothing. It takes apt ten seconds to say so; until its lists change, once. */
async function resolve(names: readonly string[]): Promise<DebianPackage[]> {
  const { mtimeMs } = await stat("/var/lib/apt/lists").catch(() => ({ mtimeMs: 0 }));
  const hash = createHash("sha256")
    .update(JSON.stringify([names, mtimeMs]))
    .digest("hex")
    .slice(0, 16);
  const file = join(cache, `${names[0]}-${hash}.json`);
  const known = await readFile(file, "utf8").catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as DebianPackage[];
  const packages = await ask(names);
  await mkdir(cache, { recursive: true });
  await writeFile(file, JSON.stringify(packages));
  return packages;
}

async function ask(names: readonly string[]): Promise<DebianPackage[]> {
  const folder = await mkdtemp(join(tmpdir(), "apt-"));
  try {
    const status = join(folder, "status");
    await writeFile(status, "");
    const settings = [`Dir::State::status=${status}`, `Dir::Cache=${folder}`, "APT::Install-Recommends=0", "Debug::NoLocking=1"];
    const args = ["install", "--print-uris", "--yes", "-qq", ...settings.flatMap((setting) => ["-o", setting]), ...names];
    const answer = await apt(args, folder).catch(async () => {
      await apt(["update"], folder);
      return apt(args, folder);
    });
    return answer.trim().split("\n").map(parseUri);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A line is `'<address>' <name>_<version>_<architecture>.deb <size> <hash>`; a colon in the version is `%3a`. */
function parseUri(line: string): DebianPackage {
  const [, file = "", , hash = ""] = line.split(" ");
  const [name = "", version = ""] = file.split("_");
  return { name, version: decodeURIComponent(version), hash };
}

async function apt(args: readonly string[], cwd: string): Promise<string> {
  try {
    const env = { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
    return (await run("apt-get", args, { cwd, env, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string; stderr?: string };
    if (code === "ENOENT")
      throw new ChartError("apt-get is not here: images are made of Debian's packages, so this needs Debian or Ubuntu.");
    throw new ChartError(`apt-get ${args.join(" ")}: ${stderr.trim()}`);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
