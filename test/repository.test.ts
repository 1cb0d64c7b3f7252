import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pack } from "../generator/chart/pack.ts";
import { addToRepository } from "../generator/chart/repository.ts";
import type { ChartPackage } from "../generator/chart/repository.ts";
import { ChartError } from "../generator/problem.ts";
import { runHelm } from "../generator/helm.ts";
import { helm, helmMajors, kubeVersion, parseManifests, serve } from "./helm/client.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "repository-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A chart that renders `text`, packed. */
function chart(name: string, version: string, text = "hello"): ChartPackage {
  const metadata = {
    apiVersion: "v2",
    name,
    version,
    appVersion: "1.10",
    description: `The ${name}`,
    icon: "https://example.org/icon.png",
  };
  const files = new Map([
    ["Chart.yaml", dump(metadata)],
    ["values.yaml", `text: ${text}\n`],
    ["templates/config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config\ndata:\n  text: {{ .Values.text | quote }}\n"],
  ]);
  return { name, version, metadata, tgz: pack(name, version, files) };
}

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Every file of the repository: name → content in hex, time of last change. */
async function snapshot() {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return { name, content: sha256(await readFile(file)), mtime: (await stat(file, { bigint: true })).mtimeNs };
    }),
  );
}

interface Index {
  readonly entries: Readonly<Record<string, readonly { readonly version: string; readonly digest: string }[]>>;
}

const readIndex = async () => load(await readFile(join(folder, "index.yaml"), "utf8")) as Index;

async function refusal(packages: readonly ChartPackage[]): Promise<string> {
  const before = await snapshot();
  const message = await addToRepository(folder, packages).then(
    () => "nothing",
    (error: unknown) => {
      if (error instanceof ChartError) return error.message;
      throw error;
    },
  );
  expect(await snapshot()).toEqual(before);
  return message;
}

describe("addToRepository refuses, and changes nothing,", () => {
  test("other content of a version that is there, even among packages that are fine", async () => {
    const published = chart("demo", "1.0.0");
    const changed = chart("demo", "1.0.0", "changed");
    await addToRepository(folder, [published]);
    expect(await refusal([chart("another", "1.0.0"), changed, chart("demo", "1.1.0")])).toBe(
      `demo 1.0.0: already in the repository with other content: there sha256 ${sha256(published.tgz)}, now ${sha256(changed.tgz)}. ` +
        "A published version never changes: raise the chart's version",
    );
  });

  test("other content than a package without an index has", async () => {
    await writeFile(join(folder, "demo-1.0.0.tgz"), chart("demo", "1.0.0").tgz);
    expect(await refusal([chart("demo", "1.0.0", "changed")])).toMatch(/^demo 1\.0\.0: already in the repository with other content/);
  });

  test("to call a damaged file published", async () => {
    await addToRepository(folder, [chart("demo", "1.0.0")]);
    await writeFile(join(folder, "demo-1.0.0.tgz"), "half a pack");
    expect(await refusal([chart("demo", "1.0.0")])).toMatch(/^demo-1\.0\.0\.tgz: damaged: .* Delete the file, and it is written anew$/);
  });

  test("one version twice", async () => {
    expect(await refusal([chart("demo", "1.0.0"), chart("demo", "1.0.0", "changed")])).toBe("demo 1.0.0: given more than once");
  });

  test("a leading v", async () => {
    expect(await refusal([chart("fine", "1.0.0"), chart("demo", "v1.2.3")])).toBe('demo: version: "v1.2.3" starts with v: write 1.2.3');
  });

  test.each(["1.2", "1.2.3.4", "01.2.3", "1.2.3-01", "1.2.3-", "1.2.3+", "1.2.3-a..b", "1.2.3_1", " 1.2.3", "1.2.3\n", "latest", "v", ""])(
    "the version %j",
    async (version) => {
      expect(await refusal([chart("fine", "1.0.0"), { ...chart("demo", "1.0.0"), version }])).toBe(
        `demo: version: ${JSON.stringify(version)} is not a SemVer version: write MAJOR.MINOR.PATCH without leading zeros, e.g. 1.4.0 or 1.4.0-rc.1`,
      );
    },
  );

  test.each(["../demo", "a/b", "", ".demo", "demo chart"])("the name %j", async (name) => {
    expect(await refusal([{ ...chart("demo", "1.0.0"), name }])).toContain(`${JSON.stringify(name)}: not a name for a chart`);
  });

  test("all bad packages in one message", async () => {
    expect(await refusal([chart("a", "v1.0.0"), chart("b", "1")])).toMatch(/^a: version: .*\nb: version: /);
  });

  test.each([
    ["", /index\.yaml:1: not YAML: /],
    ["entries: {\n", /index\.yaml:\d: not YAML: /],
    ["just text\n", /index\.yaml: not a map/],
    ["entries: {}\n", /index\.yaml: apiVersion: is undefined, and Helm reads "v1" only/],
    ["apiVersion: v1\nentries: []\n", /index\.yaml: entries: is not a map/],
    ["apiVersion: v1\nentries: {demo: {}}\n", /index\.yaml: entries\.demo: is not a list/],
    ["apiVersion: v1\nentries: {demo: [null]}\n", /index\.yaml: entries\.demo\[0\]: is not a map/],
    ["apiVersion: v1\nentries: {demo: [{version: 1.2}]}\n", /index\.yaml: entries\.demo\[0\]\.version: is 1\.2, not a text/],
    ["apiVersion: v1\nentries: {demo: [{version: v1.2.3}]}\n", /index\.yaml: entries\.demo\[0\]\.version: "v1\.2\.3" starts with v/],
    ["apiVersion: v1\nentries: {demo: [{version: 1.2.3, digest: 7}]}\n", /index\.yaml: entries\.demo\[0\]\.digest: is not a text/],
    [
      "apiVersion: v1\nentries: {demo: [{version: 1.2.3, created: now}]}\n",
      /index\.yaml: entries\.demo\[0\]\.created: is "now", not a time/,
    ],
  ])("an index that holds %j", async (text, message) => {
    await writeFile(join(folder, "index.yaml"), text);
    const answer = await refusal([chart("demo", "1.0.0")]);
    expect(answer).toMatch(message);
    expect(answer).toContain("restore the file from where it is published");
  });

  test("an entry that cannot be compared", async () => {
    await writeFile(join(folder, "index.yaml"), "apiVersion: v1\nentries: {demo: [{version: 1.0.0, urls: [demo-1.0.0.tgz]}]}\n");
    expect(await refusal([chart("demo", "1.0.0")])).toMatch(/^demo 1\.0\.0: the index has no digest of it and the folder no file/);
  });

  test("an index that cannot be read", async () => {
    await mkdir(join(folder, "index.yaml"));
    await expect(addToRepository(folder, [chart("demo", "1.0.0")])).rejects.toThrow(/index\.yaml: cannot be read: EISDIR/);
    expect(await readdir(folder)).toEqual(["index.yaml"]);
  });

  test("a package that the file system refuses, and takes back those written before it", async () => {
    const longest = "x".repeat(255 - "-1.0.0.tgz".length);
    expect(await refusal([chart("demo", "1.0.0"), { ...chart("demo", "1.0.0"), name: longest }])).toMatch(/ENAMETOOLONG/);
  });
});

describe("addToRepository", () => {
  test("creates the folder, and tells what it added", async () => {
    folder = join(folder, "new", "repository");
    const demo = chart("demo", "1.0.0");
    expect(await addToRepository(folder, [demo])).toEqual([{ file: "demo-1.0.0.tgz", digest: sha256(demo.tgz), added: true }]);
    expect(await readFile(join(folder, "index.yaml"), "utf8")).toBe(
      [
        "apiVersion: v1",
        "entries:",
        "  demo:",
        "    - apiVersion: v2",
        "      name: demo",
        "      version: 1.0.0",
        "      appVersion: '1.10'",
        "      description: The demo",
        "      icon: https://example.org/icon.png",
        "      created: '1980-01-01T00:00:00.000Z'",
        `      digest: ${sha256(demo.tgz)}`,
        "      urls:",
        "        - demo-1.0.0.tgz",
        "generated: '1980-01-01T00:00:00.000Z'",
        "",
      ].join("\n"),
    );
  });

  test("does nothing about a version that is there already with the same content", async () => {
    await addToRepository(folder, [chart("demo", "1.0.0"), chart("other", "2.0.0")]);
    const before = await snapshot();
    expect(await addToRepository(folder, [chart("other", "2.0.0"), chart("demo", "1.0.0")], new Date())).toMatchObject([
      { added: false },
      { added: false },
    ]);
    expect(await snapshot()).toEqual(before);
  });

  test("gives the same index whatever the order and the number of steps", async () => {
    await addToRepository(folder, [chart("demo", "1.0.0"), chart("other", "2.0.0"), chart("demo", "1.1.0")]);
    const atOnce = await readFile(join(folder, "index.yaml"), "utf8");
    const stepwise = join(folder, "stepwise");
    for (const step of [chart("other", "2.0.0"), chart("demo", "1.1.0"), chart("demo", "1.0.0")]) await addToRepository(stepwise, [step]);
    expect(await readFile(join(stepwise, "index.yaml"), "utf8")).toBe(atOnce);
  });

  // The example of semver.org, section 11, and its first rule; then what compares wrongly as text or as floating point.
  test("lists versions newest first, by SemVer", async () => {
    const oldestFirst = [
      ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"],
      ["2.0.0", "2.1.0", "2.1.1", "9.0.0", "10.0.0-0", "10.0.0--", "10.0.0", "10.0.0+a", "10.0.0+b", "10.0.0+c", "10.0.0+d"],
      ["90071992547409920.1.0", "90071992547409921.0.0"],
    ].flat();
    const shuffled = oldestFirst.toSorted((a, b) => sha256(Buffer.from(a)).localeCompare(sha256(Buffer.from(b))));
    await addToRepository(
      folder,
      shuffled.map((version) => chart("demo", version)),
    );
    expect((await readIndex()).entries["demo"]?.map(({ version }) => version)).toEqual(oldestFirst.toReversed());
  });

  test("keeps what the index holds of others, to the letter", async () => {
    const foreign = {
      apiVersion: "v1",
      annotations: { note: "kept" },
      entries: {
        foreign: [
          { version: "0.1.0", urls: ["https://example.org/foreign-0.1.0.tgz"], keywords: ["yes", "0755"] },
          { version: "0.2.0", created: "2026-11-24T03:18:55.341885165+01:00", digest: "1".repeat(64), deprecated: true },
        ],
      },
      generated: "2026-11-25T00:00:00.5Z",
    };
    await writeFile(join(folder, "index.yaml"), dump(foreign));
    await addToRepository(folder, [chart("demo", "1.0.0")]);
    const index = await readIndex();
    expect(index).toMatchObject({ annotations: foreign.annotations, generated: foreign.generated });
    expect(index.entries["foreign"]).toEqual(foreign.entries.foreign.toReversed());
    expect(index.entries["demo"]?.[0]?.digest).toBe(sha256(chart("demo", "1.0.0").tgz));
  });

  test("dates new versions as told, and the index as its newest version", async () => {
    await addToRepository(folder, [chart("demo", "1.0.0")], new Date("2026-11-24T00:00:00Z"));
    await addToRepository(folder, [chart("demo", "0.9.1")], new Date("2026-11-20T00:00:00Z"));
    await addToRepository(folder, [chart("demo", "0.9.2")], new Date("2026-11-25T00:00:00Z"));
    expect(await readIndex()).toMatchObject({
      entries: {
        demo: [
          { version: "1.0.0", created: "2026-11-24T00:00:00.000Z" },
          { version: "0.9.2", created: "2026-11-25T00:00:00.000Z" },
          { version: "0.9.1", created: "2026-11-20T00:00:00.000Z" },
        ],
      },
      generated: "2026-11-25T00:00:00.000Z",
    });
  });

  test("restores a package that only the index still knows", async () => {
    const demo = chart("demo", "1.0.0");
    await addToRepository(folder, [demo]);
    const index = await readFile(join(folder, "index.yaml"));
    await rm(join(folder, "demo-1.0.0.tgz"));
    expect(await addToRepository(folder, [demo])).toMatchObject([{ added: false }]);
    expect(await readFile(join(folder, "demo-1.0.0.tgz"))).toEqual(Buffer.from(demo.tgz));
    expect(await readFile(join(folder, "index.yaml"))).toEqual(index);
  });
});

describe.each(helmMajors)("Helm %i, over HTTP,", (major) => {
  test("adds, searches, pulls, shows, renders, lints and depends on the repository", async () => {
    const old = chart("demo", "1.9.0", "old");
    const current = chart("demo", "1.10.0", "current");
    const candidate = chart("demo", "2.0.0-rc.1", "candidate");
    const built = chart("demo", "0.1.0+build.7", "built");
    const repository = join(folder, "repository");
    await addToRepository(repository, [candidate, old, built]);
    await addToRepository(repository, [current]);

    await using server = await serve(repository);
    const home = join(folder, "home");
    const binary = await helm(major);
    const run = async (...args: string[]) => {
      const { stdout, stderr, code } = await runHelm(binary, args, { home, cwd: folder });
      if (code !== 0) throw new Error(`helm ${args.join(" ")}: ${stderr}`);
      return stdout;
    };
    const rendered = async (...args: string[]) =>
      parseManifests(await run("template", "r", "shop/demo", "--kube-version", kubeVersion, ...args));

    await run("repo", "add", "shop", server.url);
    const found = JSON.parse(await run("search", "repo", "shop/", "--versions", "--devel", "--output", "json")) as { version: string }[];
    expect(found.map(({ version }) => version)).toEqual(["2.0.0-rc.1", "1.10.0", "1.9.0", "0.1.0+build.7"]);
    expect(JSON.parse(await run("search", "repo", "demo", "--output", "json"))).toEqual([
      { name: "shop/demo", version: "1.10.0", app_version: "1.10", description: "The demo" },
    ]);

    for (const { version, tgz } of [old, current, candidate, built]) {
      await run("pull", "shop/demo", "--version", version);
      expect(await readFile(join(folder, `demo-${version}.tgz`))).toEqual(Buffer.from(tgz));
    }

    expect(await rendered()).toMatchObject([{ data: { text: "current" } }]);
    expect(await rendered("--version", "1.9.0")).toMatchObject([{ data: { text: "old" } }]);
    expect(await rendered("--devel", "--set", "text=given")).toMatchObject([{ data: { text: "given" } }]);
    expect(await run("show", "values", "shop/demo")).toContain("text: current\n");
    expect(await run("lint", "--strict", "--kube-version", kubeVersion, "demo-1.10.0.tgz")).toContain(
      "1 chart(s) linted, 0 chart(s) failed",
    );

    await mkdir(join(folder, "consumer"));
    const dependency = `dependencies:\n  - name: demo\n    version: ~1.10.0\n    repository: ${server.url}\n`;
    await writeFile(join(folder, "consumer", "Chart.yaml"), `apiVersion: v2\nname: consumer\nversion: 0.1.0\n${dependency}`);
    await run("dependency", "update", "consumer");
    expect(await readFile(join(folder, "consumer", "charts", "demo-1.10.0.tgz"))).toEqual(Buffer.from(current.tgz));
  });

  test("is not served what is not there", async () => {
    await addToRepository(folder, [chart("demo", "1.0.0")]);
    await using server = await serve(folder);
    const args = ["pull", "demo", "--repo", server.url, "--version", "1.0.1"];
    const { stderr, code } = await runHelm(await helm(major), args, { home: join(folder, "home"), cwd: folder });
    expect(stderr).toContain('"demo" version "1.0.1" not found');
    expect(code).toBe(1);
  });
});
