import { execFile } from "node:child_process";
import { access, cp, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ChartError } from "../generator/problem.ts";
import { families, planFamily, type FamilyName, type FamilyPlan } from "./families.ts";

const run = promisify(execFile);

/**
 * Builds a family of tools once and gives the folder that holds it: `bin/<program>`, `files/<module>/<path>`.
 * A folder that exists is complete, as it is built beside and renamed. Progress goes to `report`, one line per program.
 *
 * @throws ChartError when Go is missing or too old, or a download or compilation fails.
 */
export async function buildFamily(name: FamilyName, report: (text: string) => void = toStderr): Promise<string> {
  const plan = await planFamily(name);
  if (await exists(plan.folder)) return plan.folder;
  await requireGo(plan);
  await removeLeftovers(plan);
  const partial = `${plan.folder}.${process.pid}.partial`;
  try {
    await mkdir(join(partial, "bin"), { recursive: true });
    report(`${name}: building once into ${plan.folder}\n`);
    for (const [program, packagePath] of Object.entries(plan.family.programs)) {
      await timed(`  ${program}`, report, () => buildProgram(plan, packagePath, join(partial, "bin", program)));
    }
    if (Object.keys(plan.family.files).length > 0) {
      await timed("  files", report, () => copyFiles(plan, join(partial, "files")));
    }
    await finish(partial, plan.folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return plan.folder;
}

/** Path of one built program; builds its family when needed. */
export async function toolPath(name: FamilyName, program: string): Promise<string> {
  return join(await buildFamily(name), "bin", program);
}

async function buildProgram(plan: FamilyPlan, packagePath: string, output: string): Promise<void> {
  const flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-tags", (plan.family.tags ?? []).join(","), "-ldflags", plan.ldflags];
  await go(plan, ["build", ...flags, "-o", output, packagePath]);
}

async function copyFiles(plan: FamilyPlan, target: string): Promise<void> {
  for (const [module, paths] of Object.entries(plan.family.files)) {
    const { stdout } = await go(plan, ["mod", "download", "-json", `${module}@${plan.version(module)}`]);
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    for (const path of paths) {
      const to = join(target, module, path);
      await mkdir(dirname(to), { recursive: true });
      await cp(join(Dir, path), to, { recursive: true });
    }
  }
  // The module cache is read-only, and so is a copy of it, which then could not be deleted.
  await run("chmod", ["-R", "u+w", target]);
}

async function go(plan: FamilyPlan, args: string[]): Promise<{ stdout: string }> {
  try {
    return await run("go", args, {
      cwd: plan.moduleFolder,
      env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new ChartError(`tools/${plan.family.module}: \`go ${args[0]}\` failed:\n${stderr.trim()}`);
  }
}

async function requireGo(plan: FamilyPlan): Promise<void> {
  const mod = await readFile(join(plan.moduleFolder, "go.mod"), "utf8");
  const wanted = /^go (\S+)$/m.exec(mod)?.[1];
  const cure =
    `Install Go ${wanted} or later from https://go.dev/dl. Without it everything still works but the tests on a ` +
    "cluster and those with real programs; the cluster tests also run on a cluster of yours: " +
    "XPEDITIS_CLUSTER=external KUBECONFIG=<file>, with kubectl on PATH.";
  try {
    // Asks Go itself, which compares the `go` line and may fetch a newer toolchain on its own.
    await run("go", ["list", "-m"], {
      cwd: plan.moduleFolder,
      env: { ...process.env, GOWORK: "off" },
    });
  } catch (error) {
    const { code, stderr = "" } = error as { code?: string; stderr?: string };
    const reason = code === "ENOENT" ? "`go` is not on PATH" : stderr.trim();
    throw new ChartError(`tools/${plan.family.module}/go.mod: cannot build ${programNames(plan)}: ${reason}. ${cure}`);
  }
}

function programNames(plan: FamilyPlan): string {
  return Object.keys(plan.family.programs).join(", ") || `the files of ${plan.name}`;
}

/** Removes what builds left that were killed. A live process's folder is kept: it is still building. */
async function removeLeftovers(plan: FamilyPlan): Promise<void> {
  const parent = dirname(plan.folder);
  await mkdir(parent, { recursive: true });
  for (const entry of await readdir(parent)) {
    const pid = /\.(\d+)\.partial$/.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(parent, entry), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function finish(partial: string, folder: string): Promise<void> {
  try {
    await rename(partial, folder);
  } catch (error) {
    // Another process finished the same build first; its result is the same.
    if (!(await exists(folder))) throw error;
  }
}

async function timed(label: string, report: (text: string) => void, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  report(`${label} … `);
  await work();
  report(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function toStderr(text: string): void {
  process.stderr.write(text);
}

/** `node tools/build.ts [family…]`: builds the named families, or all, and prints their folders. */
async function main(names: readonly string[]): Promise<void> {
  const known = Object.keys(families);
  for (const name of names) {
    if (!known.includes(name)) throw new ChartError(`tools: no family "${name}"; known are ${known.join(", ")}.`);
  }
  for (const name of names.length > 0 ? names : known) {
    console.log(await buildFamily(name as FamilyName));
  }
}

if (import.meta.main) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    if (!(error instanceof ChartError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
