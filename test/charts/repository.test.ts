import { mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { chartTree } from "../../generator/chart/chart.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { packageCharts } from "../../generator/commands/package.ts";
import { runHelm } from "../../generator/helm.ts";
import { release } from "../../generator/release.ts";
import { helm, helmMajors, parseManifests, serve, template } from "../helm/client.ts";
import { environments, installation, umbrella } from "./releases.ts";

// The way of an operator who never sees this repository: a chart repository over HTTP, and Helm.

/** All charts by name: the umbrella and those in it. */
const charts = chartTree(xpeditis)
  .map(([, { name }]) => name)
  .toSorted();

let folder: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "published-"));
  await quietly(() => packageCharts(join(folder, "charts")));
  server = await serve(join(folder, "charts"));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test("packaging twice gives the same bytes, and twice into one folder changes nothing", async () => {
  const read = async (where: string) =>
    Promise.all(
      (await readdir(where)).toSorted().map(async (file) => [file, (await readFile(join(where, file))).toString("base64")] as const),
    );
  const before = await read(join(folder, "charts"));
  expect(before.map(([file]) => file)).toEqual([...charts.map((name) => `${name}-${release.chart}.tgz`), "index.yaml"].toSorted());
  await quietly(() => packageCharts(join(folder, "again")));
  await quietly(() => packageCharts(join(folder, "charts")));
  expect(await read(join(folder, "again"))).toEqual(before);
  expect(await read(join(folder, "charts"))).toEqual(before);
});

describe.each(helmMajors)("helm %i", (major) => {
  let run: (...args: string[]) => Promise<string>;

  beforeAll(async () => {
    const home = join(folder, `home-${major}`);
    run = async (...args) => {
      const { stdout, stderr, code } = await runHelm(await helm(major), args, { home });
      if (code !== 0) throw new Error(stderr);
      return stdout;
    };
    await run("repo", "add", "xpeditis", server.url);
  });

  test("finds all charts, with what they are for", async () => {
    const found = JSON.parse(await run("search", "repo", "xpeditis/", "--output", "json")) as Record<string, string>[];
    expect(found.map(({ name, version, app_version: app, description }) => [name, version, app, (description ?? "").length > 20])).toEqual(
      charts.map((name) => [`xpeditis/${name}`, release.chart, release.app, true]),
    );
    expect(await run("search", "repo", "socket.io")).toContain("xpeditis/backend");
  });

  test("pulls what was packed", async () => {
    const pulled = join(folder, `pulled-${major}`);
    await mkdir(pulled);
    await run("pull", "xpeditis/xpeditis", "--version", release.chart, "--destination", pulled);
    const file = `xpeditis-${release.chart}.tgz`;
    expect((await readFile(join(pulled, file))).equals(await readFile(join(folder, "charts", file)))).toBe(true);
  });

  test.each([...environments])("renders from the repository what it renders from git, with %s", async (_, values) => {
    const options = ["--namespace", installation.namespace, "--kube-version", installation.kubeVersion, "--values", "-"];
    const { stdout, code } = await runHelm(await helm(major), ["template", installation.name, "xpeditis/xpeditis", ...options], {
      home: join(folder, `home-${major}`),
      input: `${JSON.stringify(values)}\n`,
    });
    const { name, namespace, kubeVersion } = installation;
    const fromGit = await template(major, umbrella, { values, release: name, namespace, kubeVersion });
    expect(code).toBe(0);
    expect(fromGit).toMatchObject({ ok: true, text: stdout });
  });

  test("shows the values with their comments", async () => {
    const shown = await run("show", "values", "xpeditis/backend");
    expect(shown.trimEnd()).toBe((await readFile(`${umbrella}/charts/backend/values.yaml`, "utf8")).trimEnd());
  });
});

test("helm 4 installs production from the repository, as far as it goes without a cluster", async () => {
  const { stdout, stderr, code } = await runHelm(
    await helm(4),
    [
      "install",
      "xpeditis",
      "xpeditis/xpeditis",
      "--dry-run=client",
      "--output",
      "json",
      "--namespace",
      "xpeditis-prod",
      "--values",
      "values/production.yaml",
    ],
    { home: join(folder, "home-4") },
  );
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const made = JSON.parse(stdout) as {
    info: { notes: string; description: string };
    manifest: string;
    hooks: { name: string; events: string[] }[];
  };
  expect(made.info.description).toBe("Dry run complete");
  expect(made.info.notes).toContain("https://app.xpeditis.com");
  expect(parseManifests(made.manifest).map(({ kind }) => kind)).toContain("ScaledObject");
  expect(made.hooks.map(({ name, events }) => [name, events])).toEqual([
    ["backend-test-http", ["test"]],
    ["backend-test-object-storage", ["test"]],
    ["backend-test-websocket", ["test"]],
    ["frontend-test-http", ["test"]],
    ["redis-test-ping", ["test"]],
  ]);
});

/** Without the report of what was written. */
async function quietly(action: () => Promise<void>): Promise<void> {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await action().finally(() => log.mockRestore());
}
