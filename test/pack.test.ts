import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pack } from "../generator/chart/pack.ts";
import { ChartError } from "../generator/problem.ts";
import { runHelm } from "../generator/helm.ts";
import { helm, helmMajors, template } from "./helm/client.ts";

const chartYaml = "apiVersion: v2\nname: demo\nversion: 1.2.3\ndescription: A demo\nicon: https://example.org/icon.png\n";
const files = (others: Readonly<Record<string, string>> = {}) =>
  new Map(
    Object.entries({
      "values.yaml": "greeting: hello\n",
      "templates/config.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  greeting: {{ .Values.greeting | quote }}\n",
      "Chart.yaml": chartYaml,
      ...others,
    }),
  );

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pack-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function save(tgz: Uint8Array): Promise<string> {
  const file = join(folder, "demo-1.2.3.tgz");
  await writeFile(file, tgz);
  return file;
}

describe("pack refuses", () => {
  const refusal = (act: () => unknown): string => {
    try {
      act();
    } catch (error) {
      if (error instanceof ChartError) return error.message;
      throw error;
    }
    return "nothing";
  };

  test("files without Chart.yaml", () => {
    expect(refusal(() => pack("demo", "1.2.3", new Map([["values.yaml", "{}\n"]])))).toMatchInlineSnapshot(
      `"demo 1.2.3: Chart.yaml: missing: Helm takes nothing without it for a chart"`,
    );
  });

  test.each([
    ["other", "1.2.3", /name: is "demo", and the package is to be "other"/],
    ["demo", "1.2.4", /version: is "1.2.3", and the package is to be "1.2.4"/],
  ])("a Chart.yaml that is not of %s %s", (name, version, message) => {
    expect(refusal(() => pack(name, version, files()))).toMatch(message);
  });

  test.each(["", "- a list\n", "just text\n"])("a Chart.yaml that holds %j", (text) => {
    expect(refusal(() => pack("demo", "1.2.3", files({ "Chart.yaml": text })))).toMatch(/^demo 1\.2\.3: Chart\.yaml/);
  });

  test("a Chart.yaml that is not YAML, with the line", () => {
    expect(refusal(() => pack("demo", "1.2.3", files({ "Chart.yaml": "name: demo\nversion: [1\n" })))).toMatch(/Chart\.yaml:\d+: not YAML/);
  });

  test.each(["/etc/passwd", "../values.yaml", "templates/../../x", "templates//x", "./x", "", "a\\b", "té.yaml", "line\nbreak"])(
    "the path %j",
    (path) => {
      expect(refusal(() => pack("demo", "1.2.3", files({ [path]: "x\n" })))).toContain(JSON.stringify(path));
    },
  );

  test.each([
    ["name", `templates/${"x".repeat(101)}`],
    ["folder", `${"x/".repeat(76)}${"x".repeat(100)}`],
  ])("a path with a %s that does not fit a tar header", (_, path) => {
    expect(refusal(() => pack("demo", "1.2.3", files({ [path]: "x\n" })))).toMatch(/too long for a tar header .* shorten a name in it/);
  });

  test("one byte more than Helm loads, but not one less", async () => {
    const limit = 5 * 1024 * 1024;
    expect(refusal(() => pack("demo", "1.2.3", files({ "files/big": "x".repeat(limit + 1) })))).toMatch(
      /files\/big: 5242881 bytes; Helm loads at most 5242880 \(5 MiB\) of one file: split it/,
    );
    const tgz = await save(pack("demo", "1.2.3", files({ "files/big": "x".repeat(limit) })));
    expect((await template(4, tgz)).ok).toBe(true);
  });
});

describe("pack", () => {
  test("gives the same bytes for the same files in any order, and depends on every byte of them", () => {
    const tgz = pack("demo", "1.2.3", files());
    expect(pack("demo", "1.2.3", new Map([...files()].reverse()))).toEqual(tgz);
    expect(pack("demo", "1.2.3", files({ "values.yaml": "greeting: hallo\n" }))).not.toEqual(tgz);
    expect(pack("demo", "1.2.3", files({ NOTES: "" }))).not.toEqual(tgz);
  });

  // Any valid archive would do here, but it must stay this one: a repository compares a published version with a fresh
  // build byte by byte. If a new fflate changes it, every chart needs a new version.
  test("gives these bytes on every machine", () => {
    const digest = createHash("sha256")
      .update(pack("demo", "1.2.3", files()))
      .digest("hex");
    expect(digest).toBe("e9f0e97662b08a621d5b221693dbe9001c06bc7cb442145f157d9e8998c54004");
  });

  test("names no time, user or system in the gzip header", () => {
    const [id1, id2, method, flags, t0, t1, t2, t3] = pack("demo", "1.2.3", files());
    expect({ id1, id2, method, flags, time: [t0, t1, t2, t3] }).toEqual({ id1: 0x1f, id2: 0x8b, method: 8, flags: 0, time: [0, 0, 0, 0] });
  });

  test("reads in GNU tar as plain files of nobody, Chart.yaml first", async () => {
    const prefix = `${"p".repeat(72)}/${"q".repeat(71)}`;
    const tgz = await save(
      pack("demo", "1.2.3", files({ [`files/${prefix}/${"n".repeat(90)}`]: "x", "files/empty": "", ".helmignore": "*.tmp\n" })),
    );
    const listing = execFileSync("tar", ["--list", "--verbose", "--numeric-owner", "--utc", "--full-time", "--file", tgz], {
      encoding: "utf8",
    });
    expect(listing.replaceAll(/ +/g, " ")).toBe(
      [
        `-rw-r--r-- 0/0 ${chartYaml.length} 1980-01-01 00:00:00 demo/Chart.yaml`,
        "-rw-r--r-- 0/0 6 1980-01-01 00:00:00 demo/.helmignore",
        "-rw-r--r-- 0/0 0 1980-01-01 00:00:00 demo/files/empty",
        `-rw-r--r-- 0/0 1 1980-01-01 00:00:00 demo/files/${prefix}/${"n".repeat(90)}`,
        `-rw-r--r-- 0/0 ${files().get("templates/config.yaml")?.length} 1980-01-01 00:00:00 demo/templates/config.yaml`,
        "-rw-r--r-- 0/0 16 1980-01-01 00:00:00 demo/values.yaml",
        "",
      ].join("\n"),
    );
  });

  test("keeps umlauts and other UTF-8 in contents", () => {
    expect(gunzipSync(pack("demo", "1.2.3", files({ "NOTES.md": "Déploiement ✓\n" }))).includes("Déploiement ✓\n")).toBe(true);
  });

  describe.each(helmMajors)("for Helm %i", (major) => {
    test("renders", async () => {
      const tgz = await save(pack("demo", "1.2.3", files()));
      expect(await template(major, tgz, { release: "r", values: { greeting: "salut" } })).toMatchObject({
        ok: true,
        documents: [{ kind: "ConfigMap", metadata: { name: "r" }, data: { greeting: "salut" } }],
      });
    });

    test("lints without a warning", async () => {
      const tgz = await save(pack("demo", "1.2.3", files()));
      const { stdout, code } = await runHelm(await helm(major), ["lint", "--strict", "--kube-version", "v1.36.0", tgz]);
      expect(stdout).toContain("1 chart(s) linted, 0 chart(s) failed");
      expect(code).toBe(0);
    });

    test("carries a vendored subchart that a condition switches", async () => {
      const umbrella = files({
        "Chart.yaml": `${chartYaml}dependencies:\n  - name: part\n    version: 0.1.0\n    condition: part.enabled\n`,
        "values.yaml": "greeting: hello\npart:\n  enabled: true\n",
        "charts/part/Chart.yaml": "apiVersion: v2\nname: part\nversion: 0.1.0\n",
        "charts/part/templates/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: part\n",
      });
      const tgz = await save(pack("demo", "1.2.3", umbrella));
      const kinds = async (enabled: boolean) => {
        const rendering = await template(major, tgz, { values: { part: { enabled } } });
        return rendering.ok ? rendering.documents.map(({ kind }) => kind).sort() : rendering.refusal;
      };
      expect(await kinds(true)).toEqual(["ConfigMap", "Secret"]);
      expect(await kinds(false)).toEqual(["ConfigMap"]);
      const { stdout } = await runHelm(await helm(major), ["dependency", "list", tgz]);
      expect(stdout).toMatch(/part\s+0\.1\.0\s+(unpacked|ok)/);
    });
  });
});
