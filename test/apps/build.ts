/**
 * Builds the applications into `test/apps/<name>/dist-image`, which holds what is `/app` in their images; how a container starts in it says
 * `image.json`. Nothing is done for an application whose sources have not changed.
 *
 *   node test/apps/build.ts [backend] [frontend]
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, glob, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** What the image of an application says of its containers. */
export interface ImageConfig {
  readonly workdir: string;
  readonly entrypoint: readonly string[];
  /** `user:group`, as numbers. */
  readonly user: string;
}

export const appNames = ["backend", "frontend"] as const;

export type AppName = (typeof appNames)[number];

/** Folder of an application's sources. */
export const sourceFolder = (name: AppName): string => join(import.meta.dirname, name);

/** Folder that becomes `/app`. */
export const imageFolder = (name: AppName): string => join(sourceFolder(name), "dist-image");

/** The `image.json` of an application. */
export async function imageConfig(name: AppName): Promise<ImageConfig> {
  return JSON.parse(await readFile(join(sourceFolder(name), "image.json"), "utf8")) as ImageConfig;
}

/** Builds what is out of date. Throws with the output of the command that fails. */
export async function buildApp(name: AppName): Promise<void> {
  const [target, digest] = [imageFolder(name), await digestOf(name)];
  if ((await readFile(join(target, ".sources"), "utf8").catch(() => "")) === digest) return;
  const fresh = `${target}.fresh`;
  await Promise.all([target, fresh].map((folder) => rm(folder, { recursive: true, force: true })));
  await mkdir(fresh);
  await run(sourceFolder(name), "npm", "ci", "--include=dev", "--prefer-offline", "--loglevel=error");
  await (name === "backend" ? buildBackend(fresh) : buildFrontend(fresh));
  await writeFile(join(fresh, ".sources"), digest);
  await rename(fresh, target);
}

/** `dist/`, and the packages that it needs, with TypeORM's command among them. */
async function buildBackend(target: string): Promise<void> {
  const folder = sourceFolder("backend");
  await rm(join(folder, "dist"), { recursive: true, force: true });
  await run(folder, "npm", "exec", "--", "tsc", "-p", ".");
  for (const file of ["package.json", "package-lock.json", ".npmrc", "dist"]) {
    // oxlint-disable-next-line no-await-in-loop
    await cp(join(folder, file), join(target, file), { recursive: true });
  }
  await run(target, "npm", "ci", "--omit=dev", "--prefer-offline", "--loglevel=error");
}

/** What Next.js calls standalone, with the files beside it that it leaves out. */
async function buildFrontend(target: string): Promise<void> {
  const folder = sourceFolder("frontend");
  await rm(join(folder, ".next"), { recursive: true, force: true });
  await run(folder, "npm", "exec", "--", "next", "build");
  await cp(join(folder, ".next/standalone"), target, { recursive: true, verbatimSymlinks: true });
  await cp(join(folder, ".next/static"), join(target, ".next/static"), { recursive: true });
  await cp(join(folder, "public"), join(target, "public"), { recursive: true });
  // Where the chart mounts a volume.
  await mkdir(join(target, ".next/cache"), { recursive: true });
}

/** Of everything that goes into the build. */
async function digestOf(name: AppName): Promise<string> {
  const folder = sourceFolder(name);
  const patterns = ["*.{json,ts}", "{src,app}/**/*.{ts,tsx}", "public/*"];
  const files = (await Array.fromAsync(glob(patterns, { cwd: folder, exclude: ["next-env.d.ts"] }))).toSorted();
  const hash = createHash("sha256").update(await readFile(import.meta.filename));
  for (const file of files) {
    // oxlint-disable-next-line no-await-in-loop
    hash.update(`\0${file}\0`).update(await readFile(join(folder, file)));
  }
  return hash.digest("hex");
}

async function run(cwd: string, command: string, ...words: string[]): Promise<void> {
  const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
  const env = { ...process.env, PATH, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  await promisify(execFile)(command, words, { cwd, env, maxBuffer: 2 ** 26 }).catch(({ stdout, stderr, message }) => {
    throw new Error(`${message}\n${stdout}${stderr}`);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(appNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`no application is called ${unknown}; there are ${appNames.join(", ")}`);
  for (const name of appNames) if (names.length === 0 || names.includes(name)) await buildApp(name);
}
