import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkRelease } from "../../generator/check/check-release.ts";
import type { RenderedManifest } from "../../generator/check/manifest.ts";
import type { Chart } from "../../generator/chart/chart.ts";
import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { runHelm } from "../../generator/helm.ts";
import { release } from "../../generator/release.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { helm, helmMajors, template } from "../helm/client.ts";
import { releaseRecordSize } from "../release-record.ts";
import { hostileStrings } from "../values-fixture.ts";
import {
  environments,
  find,
  installation,
  manifestsOf,
  names,
  ofKind,
  renderedByHelm,
  renderedInProcess,
  subchartFolder,
  umbrella,
} from "./releases.ts";

const folders = [umbrella, ...xpeditis.subcharts.map(({ name }) => subchartFolder(name))];

/** What `check` says of a render: nothing, if every reference leads somewhere. */
async function problemsOf(values: Values, chart: Chart = xpeditis, name = installation.name) {
  const { manifests, requires } = renderChart(chart, values, { ...installation, name });
  const external = { Secret: new Set(requires.map((required) => required.name)) };
  const problems = await checkRelease(manifests, { namespace: installation.namespace, external, singleNode: true });
  // Of a chart that is not there the policies name pods that there are not: nobody is let in.
  return problems.filter(({ message }) => !message.endsWith("[dangling-networkpolicypeer-podselector]"));
}

test.each([...environments])("%s renders to the same bytes twice", async (_, values) => {
  const [one, two] = await Promise.all([template(4, umbrella, { values }), template(4, umbrella, { values })]);
  expect(one.ok).toBe(true);
  expect(one).toEqual(two);
});

describe("a new version of the chart alone", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "bumped-"));
    await cp(umbrella, folder, { recursive: true });
    for (const file of await readdir(folder, { recursive: true })) {
      if (!file.endsWith("Chart.yaml")) continue;
      const text = await readFile(join(folder, file), "utf8");
      await writeFile(join(folder, file), text.replaceAll(`version: ${release.chart}`, "version: 99.1.2"));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ...environments,
    ["migrations by hook", { backend: { migrations: { mode: "hook" } } }] as const,
    ["migrations in the pods", { backend: { migrations: { mode: "initContainer" } } }] as const,
  ])("changes nothing but the label that tells it, with %s", async (_, values) => {
    const [before, after] = await Promise.all([template(4, umbrella, { values }), template(4, folder, { values })]);
    if (!before.ok || !after.ok) throw new Error("helm refuses");
    expect(after.text).toContain("-99.1.2");
    const label = /^ +helm\.sh\/chart: .*$/gm;
    expect(after.text.replaceAll(label, "")).toBe(before.text.replaceAll(label, ""));
    for (const { metadata, ...rest } of after.documents) expect(JSON.stringify([metadata["annotations"], rest])).not.toContain("99.1.2");
  });
});

describe("names", () => {
  const cleared: Values = {
    fullnameOverride: "",
    global: { redis: { serviceName: "", secretName: "" } },
    backend: { fullnameOverride: "" },
    frontend: { fullnameOverride: "", backend: { serviceName: "" } },
    redis: { fullnameOverride: "" },
  };
  const everything: Values[] = ["job", "hook"].map((mode) => ({
    ...cleared,
    backend: {
      fullnameOverride: "",
      migrations: { mode },
      realtime: { sticky: { enabled: true } },
      metrics: { monitor: { enabled: true } },
    },
    redis: {
      fullnameOverride: "",
      mode: "durable",
      backup: { enabled: true, s3: { bucket: "backups" } },
      restore: { enabled: mode === "hook" },
      metrics: { monitor: { enabled: true } },
    },
  }));

  test("by default read as the owner drew them", () => {
    expect(names(manifestsOf()).filter((name) => !/^(NetworkPolicy|Middleware|Pod|Job)\//.test(name))).toMatchInlineSnapshot(`
      [
        "ConfigMap/backend-config",
        "ConfigMap/frontend-config",
        "ConfigMap/redis-config",
        "Deployment/backend",
        "Deployment/frontend",
        "HorizontalPodAutoscaler/backend-hpa",
        "HorizontalPodAutoscaler/frontend-hpa",
        "Ingress/xpeditis-ingress",
        "Ingress/xpeditis-ingress-api",
        "Ingress/xpeditis-ingress-realtime",
        "Ingress/xpeditis-ingress-uploads",
        "PodDisruptionBudget/backend",
        "PodDisruptionBudget/frontend",
        "ServersTransport/backend",
        "ServersTransport/frontend",
        "Service/backend-realtime",
        "Service/backend-svc",
        "Service/frontend-svc",
        "Service/redis-headless",
        "Service/redis-svc",
        "ServiceAccount/backend",
        "ServiceAccount/frontend",
        "ServiceAccount/redis",
        "StatefulSet/redis",
      ]
    `);
  });

  test("start with the release's name once the overrides are cleared, and every reference follows", async () => {
    const manifests = manifestsOf(cleared, { name: "blue" });
    expect(names(manifests).filter((name) => !name.includes("/blue-"))).toEqual([]);
    expect(await problemsOf(cleared, xpeditis, "blue")).toEqual([]);
    expect(find(manifests, "ConfigMap", "blue-frontend-config").data?.["API_INTERNAL_URL"]).toBe("http://blue-backend-svc:4000");
  });

  test.each(everything.map((values) => [values] as const))(
    "of a release of 53 characters are valid, and those of two such releases differ",
    async (values) => {
      const long = "a".repeat(52);
      const [one, two] = [`${long}1`, `${long}2`].map((name) => manifestsOf(values, { name }));
      expect((one ?? []).map(({ object }) => object.metadata.name).filter((name) => name.length > 63)).toEqual([]);
      expect(await problemsOf(values, xpeditis, `${long}1`)).toEqual([]);
      const common = names(one ?? []).filter((name) => names(two ?? []).includes(name));
      expect(common).toEqual([]);
      const into = { ...installation, name: `${long}1` };
      expect(renderedInProcess(values, xpeditis, into)).toEqual(await renderedByHelm(4, values, umbrella, into));
    },
  );

  test("of a release with dots are valid", async () => {
    expect(await problemsOf(cleared, xpeditis, "green.blue")).toEqual([]);
  });

  test("of two charts never meet, whatever the release is called", () => {
    for (const name of ["backend", "frontend", "redis", "xpeditis"]) {
      const all = names(manifestsOf(cleared, { name }));
      expect(new Set(all).size).toBe(all.length);
    }
  });
});

describe("charts by themselves", () => {
  test.each(xpeditis.subcharts.map((chart) => [chart.name, chart] as const))("%s alone leads nowhere", async (_, chart) => {
    expect(await problemsOf({}, chart)).toEqual([]);
  });

  test.each(["backend", "frontend"])("the umbrella without %s leads nowhere", async (name) => {
    const values = { [name]: { enabled: false } };
    expect(await problemsOf(values)).toEqual([]);
    const manifests = manifestsOf(values);
    const left = ofKind(manifests, "Ingress").flatMap(({ spec }) =>
      spec?.rules?.flatMap(({ http }) => http?.paths.map(({ backend: to }) => to.service?.name)),
    );
    expect(left.length).toBeGreaterThan(0);
    expect(left.filter((service) => service?.startsWith(`${name}-`))).toEqual([]);
    expect(manifests.filter(({ chart }) => chart === name)).toEqual([]);
  });

  test("the umbrella without Redis leads nowhere", async () => {
    const values = { global: { redis: { mode: "external" } }, redis: { enabled: false } };
    expect(await problemsOf(values)).toEqual([]);
    expect(manifestsOf(values).filter(({ chart }) => chart === "redis")).toEqual([]);
  });

  test("the umbrella without any renders its own policies and middlewares only", async () => {
    const values = Object.fromEntries(xpeditis.subcharts.map(({ name }) => [name, { enabled: false }]));
    expect([...new Set(manifestsOf(values).map(({ object }) => object.kind))]).toEqual(["Middleware", "NetworkPolicy"]);
    expect(renderedInProcess(values)).toEqual(await renderedByHelm(4, values));
  });
});

test.each(helmMajors)("helm %i takes strange strings as they are, in variables and annotations", async (major) => {
  const texts = Object.fromEntries(hostileStrings.map((text, index) => [`V${index}`, text]));
  const values = {
    global: { commonAnnotations: texts },
    backend: { env: texts, podAnnotations: texts, annotations: texts, service: { annotations: texts }, secrets: { keys: { V0: null } } },
    extraObjects: { map: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "map" }, data: withoutTemplates(texts) } },
  };
  const theirs = await renderedByHelm(major, values);
  expect(renderedInProcess(values)).toEqual(theirs);
  const manifests = manifestsOf(values);
  expect(find(manifests, "ConfigMap", "backend-config").data).toMatchObject(texts);
  expect(find(manifests, "Deployment", "backend").spec?.template.metadata?.annotations).toMatchObject(texts);
  // An empty text does not win over another of the same key (mergo, which Helm merges with); here there is none.
  expect(find(manifests, "Service", "backend-svc").metadata?.annotations).toMatchObject(texts);
});

test.each(helmMajors)("helm %i expands template expressions in extra objects, and in nothing else", async (major) => {
  const rendering = await template(major, umbrella, {
    values: {
      backend: { env: { GREETING: "{{ .Release.Name }}" } },
      extraObjects: {
        note: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "{{ .Release.Name }}-note" },
          data: { n: "{{ .Values.backend.port }}" },
        },
      },
    },
    release: "blue",
  });
  if (!rendering.ok) throw new Error(rendering.refusal);
  expect(rendering.documents.find(({ metadata }) => metadata.name === "blue-note")).toMatchObject({ data: { n: "4000" } });
  expect(rendering.documents.find(({ metadata }) => metadata.name === "backend-config")).toMatchObject({
    data: { GREETING: "{{ .Release.Name }}" },
  });
});

describe.each(helmMajors)("helm %i lint --strict finds nothing", (major) => {
  test.each(folders)("in %s", async (folder) => {
    const { stdout, code } = await runHelm(await helm(major), ["lint", "--strict", "--kube-version", "1.36.0", folder]);
    expect({ code, stdout: stdout.match(/\[(WARNING|ERROR|INFO)\].*/g) }).toEqual({
      code: 0,
      stdout: [expect.stringContaining("icon is recommended")],
    });
  });

  test.each([...environments.keys()].filter((name) => name !== "defaults"))("with values/%s.yaml", async (name) => {
    const args = ["lint", "--strict", "--kube-version", "1.36.0", "--values", `values/${name}.yaml`, umbrella];
    const { stdout, code } = await runHelm(await helm(major), args);
    expect({ code, stdout: stdout.match(/\[(WARNING|ERROR)\].*/g) }).toEqual({ code: 0, stdout: null });
  });
});

describe("templates", () => {
  let texts: readonly (readonly [path: string, text: string])[];
  beforeAll(async () => {
    const files = (await readdir(umbrella, { recursive: true })).filter((file) => /templates\/.*\.(yaml|tpl|txt)$/.test(file));
    texts = await Promise.all(files.map(async (file) => [file, await readFile(join(umbrella, file), "utf8")] as const));
  });

  test("ask neither the cluster, nor the clock, nor chance", () => {
    expect(texts.length).toBeGreaterThan(40);
    const words =
      /\b(lookup|rand\w*|shuffle|uuidv4|now|date\w*|ago|gen[A-Z]\w*|derivePassword|htpasswd|bcrypt|getHostByName|env|expandenv)\b/;
    const found = texts.flatMap(([path, text]) =>
      (text.match(/\{\{.*?\}\}/gs) ?? [])
        .filter((expression) => words.test(expression.replaceAll(/"(\\.|[^"\\])*"|\.[A-Za-z.]+|\$\w+/g, "")))
        .map((expression) => `${path}: ${expression}`),
    );
    expect(found).toEqual([]);
  });

  test("have no blank lines and eat no space behind them, but around definitions", () => {
    const manifests = texts.filter(([path]) => !path.endsWith("NOTES.txt"));
    expect(manifests.filter(([, text]) => !/[^\n]\n$/.test(text)).map(([path]) => path)).toEqual([]);
    const eating = manifests.flatMap(([, text]) => text.split("\n").filter((line) => line.includes("-}}")));
    expect(eating.filter((line) => !/^\{\{- define "[a-z]+\.[A-Za-z]+" -\}\}$/.test(line))).toEqual([]);
    const holes = manifests.filter(([path, text]) => !path.endsWith("_helpers.tpl") && text.includes("\n\n"));
    expect(holes.map(([path]) => path)).toEqual([]);
  });

  test("define names of their own chart only", () => {
    const foreign = texts.flatMap(([path, text]) => {
      const chart = /charts\/([a-z]+)\//.exec(path)?.[1] ?? "xpeditis";
      return [...text.matchAll(/define "([^"]+)"/g)].map(([, name = ""]) => name).filter((name) => !name.startsWith(`${chart}.`));
    });
    expect(foreign).toEqual([]);
  });
});

describe("sizes", () => {
  test.each([...environments.keys()].filter((name) => name !== "defaults"))(
    "of the release with values/%s.yaml are far below the limits",
    async (name) => {
      expect(await releaseRecordSize(await helm(4), umbrella, [`values/${name}.yaml`])).toBeLessThan(250_000);
      for (const config of ofKind(manifestsOf(environments.get(name)), "ConfigMap"))
        expect(JSON.stringify(config.data).length).toBeLessThan(200_000);
    },
  );
});

test.each([...environments])("no Ingress leads to the metrics, with %s", (_, values) => {
  const manifests: readonly RenderedManifest[] = manifestsOf({
    ...values,
    frontend: { ...(values["frontend"] as object), metrics: { enabled: true } },
  });
  const backends = ofKind(manifests, "Ingress").flatMap(
    ({ spec }) => spec?.rules?.flatMap(({ http }) => http?.paths.map(({ backend: to }) => to.service)) ?? [],
  );
  expect(backends.length).toBeGreaterThanOrEqual(4);
  for (const to of backends) {
    const ports = find(manifests, "Service", to?.name ?? "").spec?.ports ?? [];
    const target = ports.find((port) => port.name === to?.port?.name || port.port === to?.port?.number);
    expect(target?.targetPort).toBe("http");
  }
});

function withoutTemplates(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => !text.includes("{{")));
}
