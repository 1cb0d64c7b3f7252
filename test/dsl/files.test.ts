import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Chart } from "../../generator/chart/chart.ts";
import { emitChart } from "../../generator/chart/emit.ts";
import { renderChart } from "../../generator/chart/render.ts";
import { file, helm, lines, replace } from "../../generator/dsl/index.ts";
import { metadata } from "../../generator/kubernetes/names.ts";
import { writeTree } from "../../generator/write.ts";
import { extraObjects, fullnameOverride } from "../../schemas/common.ts";
import { global } from "../../schemas/global.ts";
import { helmMajors, template } from "../helm/client.ts";

/** Text that Helm must not run, and that YAML must not take for its own. */
const rules = `groups:
  - name: pods # not a comment of the manifest

    rules: [{ alert: Down, annotations: { summary: "{{ $labels.pod }}: \\t'down'" } }]
`;

const chart = (files: Readonly<Record<string, string>>, read = "files/rules.yaml"): Chart => ({
  name: "notes",
  description: "A chart with a file.",
  keywords: [],
  schema: { type: "object", description: "A chart with a file.", properties: { global, fullnameOverride, extraObjects } },
  files,
  templates: {
    configmap: [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: metadata("rules"),
        data: { "rules.yaml": lines(file(read)), "named.yaml": lines("# in", replace("pods", helm.Release.Namespace, file(read))) },
      },
    ],
  },
  guards: [],
  notes: [],
  requires: [],
  readme: "",
  subcharts: [],
});

const good = chart({ "files/rules.yaml": rules });
const installation = { name: "release", namespace: "default", kubeVersion: "v1.36.0" };

let folder: string;
beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "files-")), "notes");
  await writeTree(folder, emitChart(good));
});
afterAll(() => rm(join(folder, ".."), { recursive: true }));

describe("a file of the chart as a value", () => {
  test("is read by the template and lies in the chart as it is", () => {
    const files = emitChart(good);
    expect(files.get("files/rules.yaml")).toBe(rules);
    expect(files.get("templates/configmap.yaml")?.split("\ndata:\n")[1]).toMatchInlineSnapshot(`
      "  rules.yaml: |
          {{- .Files.Get "files/rules.yaml" | trim | nindent 4 }}
        named.yaml: |
          # in
          {{- .Files.Get "files/rules.yaml" | trim | replace "pods" .Release.Namespace | nindent 4 }}
      "
    `);
  });

  test("keeps every character, template expressions among them", () => {
    const [manifest] = renderChart(good, {}, installation).manifests;
    expect(manifest?.object["data"]).toEqual({ "rules.yaml": rules, "named.yaml": `# in\n${rules.replace("pods", "default")}` });
  });

  test.each(helmMajors)("is the same to Helm %i", async (major) => {
    const rendering = await template(major, folder);
    const [manifest] = renderChart(good, {}, installation).manifests;
    expect(rendering.ok && rendering.documents[0]?.["data"]).toEqual(manifest?.object["data"]);
  });
});

describe("refused when the chart is built", () => {
  test("a file that is not there: Helm would read it as empty", () => {
    expect(() => emitChart(chart({ "files/rules.yaml": rules }, "files/rule.yaml"))).toThrow(
      "notes/templates/configmap.yaml: reads files/rule.yaml, which is not among the chart's files",
    );
    expect(() => renderChart(chart({}), {}, installation)).toThrow("the chart has no file files/rules.yaml");
  });

  test("a file that nothing reads", () => {
    expect(() => emitChart(chart({ "files/rules.yaml": rules, "files/old.yaml": rules }))).toThrow(
      "notes/files/old.yaml: no template reads this file",
    );
  });

  test("a file among the chart's own, and one without a last newline", () => {
    expect(() => emitChart(chart({ "templates/rules.yaml": rules }, "templates/rules.yaml"))).toThrow("belong below files/");
    expect(() => emitChart(chart({ "files/rules.yaml": "a" }))).toThrow("does not end in a newline");
  });
});
