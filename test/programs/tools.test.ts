import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { families } from "../../tools/families.ts";

/** A copy of the tools with a cache of its own, so that nothing is built yet and files can be spoilt. */
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tools-"));
  const project = join(import.meta.dirname, "..", "..");
  await cp(join(project, "tools"), join(root, "tools"), { recursive: true });
  await cp(join(project, "generator", "problem.ts"), join(root, "generator", "problem.ts"));
  await cp(join(project, "package.json"), join(root, "package.json"));
});
afterEach(() => rm(root, { recursive: true }));

function build(family: string, env: NodeJS.ProcessEnv = {}) {
  const args = [join(root, "tools", "build.ts"), family];
  return spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...env } });
}

/** Replaces text in a file of the copy. */
async function spoil(file: string, from: RegExp, to: string): Promise<void> {
  const path = join(root, "tools", file);
  const text = await readFile(path, "utf8");
  expect(text).toMatch(from);
  await writeFile(path, text.replace(from, to));
}

async function cached(): Promise<string[]> {
  return readdir(join(root, ".cache", "tools")).catch(() => []);
}

test("an unknown family is refused with the known ones", () => {
  const { status, stderr } = build("helm");
  expect(stderr).toBe(`tools: no family "helm"; known are ${Object.keys(families).join(", ")}.\n`);
  expect(status).toBe(1);
});

test("without Go the message says what to install and what works without", () => {
  const { status, stderr } = build("lint", { PATH: join(root, "nothing") });
  expect(stderr).toMatch(
    /^tools\/lint\/go\.mod: cannot build kubeconform, kube-score: `go` is not on PATH\. Install Go 1\.\d+\.\d+ or later/,
  );
  expect(stderr).toContain("Without it everything still works but the tests on a cluster and those with real programs");
  expect(stderr).not.toContain("    at ");
  expect(status).toBe(1);
});

test("a Go that is too old is refused in Go's own words", async () => {
  await spoil("lint/go.mod", /^go \S+$/m, "go 1.999.0");
  const { status, stderr } = build("lint", { GOTOOLCHAIN: "local" });
  expect(stderr).toMatch(/cannot build kubeconform, kube-score: .*requires go >= 1\.999\.0.*Install Go 1\.999\.0/);
  expect(status).toBe(1);
});

test("a module with other contents than go.sum says is refused, and nothing half is left", async () => {
  await spoil("crds/go.sum", /(helm-controller v\S+ h1:)..../, "$1AAAA");
  const { status, stderr } = build("crds");
  expect(stderr).toContain("checksum mismatch");
  expect(status).toBe(1);
  expect(await cached()).toEqual([]);
});

test("a family is built once, and again when its module file changes", async () => {
  const first = build("crds");
  expect(first.stderr).toMatch(/^crds: building once into .*\n {2}files … [\d.]+ s\n$/);
  expect(build("crds")).toMatchObject({ status: 0, stdout: first.stdout, stderr: "" });
  await spoil("crds/go.mod", /^go .*$/m, "$&\n// changed");
  const second = build("crds");
  expect(second.stderr).toContain("building once");
  expect(second.stdout).not.toBe(first.stdout);
  expect(await cached()).toHaveLength(2);
});
