import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findHelm, findKubectl, runHelm } from "../../generator/helm.ts";
import { helm, template } from "./client.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a program called helm on PATH, as the only one there. */
async function install(script: string, mode = 0o755): Promise<string> {
  const path = join(folder, "helm");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, mode);
  vi.stubEnv("PATH", folder);
  return path;
}

const says = (version: string) => `echo ${version}`;
const packagedRuns = platform() === "linux" && arch() === "x64";

describe("a helm on PATH", () => {
  test.each([
    [undefined, "v4.0.0"],
    [undefined, "v3.17.0"],
    [4, "v4.9.1"],
    [3, "v3.21.4"],
  ] as const)("is taken when Helm %s is asked for and it is %s", async (major, version) => {
    const path = await install(says(version));
    expect(await findHelm(major)).toEqual({ path, version });
  });

  describe.runIf(packagedRuns)("is left for the packaged one", () => {
    test.each([
      ["too old", undefined, says("v3.16.4"), 4],
      ["too old", 3, says("v3.9.0"), 3],
      ["too new", undefined, says("v5.0.0"), 4],
      ["of the other line", 4, says("v3.17.2"), 4],
      ["of the other line", 3, says("v4.2.3"), 3],
      ["another program", undefined, says("usage: helm STEER"), 4],
      ["broken", undefined, "exit 3", 4],
    ] as const)("if it is %s (asked for: %s)", async (_, major, script, packaged) => {
      await install(script);
      const { path, version } = await findHelm(major);
      expect(path).not.toBe(join(folder, "helm"));
      expect(version).toMatch(new RegExp(`^v${packaged}\\.`));
    });

    test("if it may not be run", async () => {
      await install(says("v4.0.0"), 0o644);
      expect((await findHelm()).path).not.toBe(join(folder, "helm"));
    });

    test("or for a later one on PATH, as a shell would", async () => {
      const path = await install(says("v4.0.0"));
      const earlier = join(folder, "earlier");
      await mkdir(earlier);
      await writeFile(join(earlier, "helm"), "not a program");
      vi.stubEnv("PATH", `${earlier}:${folder}`);
      expect((await findHelm()).path).toBe(path);
    });

    test("if there is none", async () => {
      vi.stubEnv("PATH", folder);
      expect((await findHelm()).version).toMatch(/^v4\./);
      expect((await findHelm(3)).version).toMatch(/^v3\.17\./);
    });
  });
});

test.runIf(packagedRuns)("the packaged kubectl runs", async () => {
  const { stdout } = await runHelm({ path: await findKubectl(), version: "" }, ["version", "--client"]);
  expect(stdout).toMatch(/^Client Version: v1\.36\./);
});

describe("runHelm", () => {
  test("hides the user's own Helm settings and cluster", async () => {
    const kubeconfig = join(folder, "kubeconfig");
    const context = { name: "own", context: { cluster: "own", namespace: "elsewhere" } };
    await writeFile(kubeconfig, JSON.stringify({ apiVersion: "v1", kind: "Config", contexts: [context], "current-context": "own" }));
    vi.stubEnv("KUBECONFIG", kubeconfig);
    vi.stubEnv("HELM_REPOSITORY_CONFIG", join(folder, "own"));
    const { stdout } = await runHelm(await helm(4), ["env"], { home: join(folder, "home") });
    expect(stdout).toContain('HELM_NAMESPACE="default"');
    expect(stdout).toContain(`HELM_REPOSITORY_CONFIG="${join(folder, "home", "config", "repositories.yaml")}"`);
    expect(stdout).not.toContain(join(folder, "own"));

    const given = await runHelm(await helm(4), ["env"], { env: { KUBECONFIG: kubeconfig } });
    expect(given.stdout).toContain('HELM_NAMESPACE="elsewhere"');
  });

  test("gives the exit code and the reason as data", async () => {
    const { code, stdout, stderr } = await runHelm(await helm(4), ["template", "./no-such-chart"], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("no-such-chart");
  });

  test("throws if there is no program", async () => {
    await expect(runHelm({ path: join(folder, "helm"), version: "v4.0.0" }, ["version"])).rejects.toThrow(/ENOENT/);
  });
});

describe("template", () => {
  test("gives a refusal as data", async () => {
    const rendering = await template(4, join(folder, "nothing"));
    expect(rendering).toMatchObject({ ok: false, refusal: expect.stringContaining("nothing") });
  });
});
