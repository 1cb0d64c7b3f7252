import { load } from "js-yaml";
import { expect, test } from "vitest";

import { evaluateTemplate, helm, printTemplate, refs, use, when, why, yamlText } from "../../generator/dsl/index.ts";

const values = refs({
  type: "object",
  description: "Any.",
  properties: {
    replicas: { type: "integer", description: "A number.", default: 2 },
    name: { type: "string", description: "Any text.", default: "" },
    more: { type: "object", description: "A map.", additionalProperties: true, default: {} },
  },
});

const manifest = {
  apiVersion: "v1",
  kind: "ConfigMap",
  data: {
    "values.yaml": yamlText<{ replicas: number; name?: string; list: { a: number }[]; more?: unknown }>({
      [why]: { replicas: "Two, so that one may go." },
      replicas: values.replicas,
      name: use(values.name, (name) => name),
      list: when(values.more, [{ a: 1 }], []),
      more: values.more,
    }),
  },
};

test("a YAML document in a text is printed like the manifest around it", () => {
  expect(printTemplate("chart", [manifest]).text).toMatchInlineSnapshot(`
    "apiVersion: v1
    kind: ConfigMap
    data:
      values.yaml: |
        # Two, so that one may go.
        replicas: {{ .Values.replicas | int64 }}
        {{- with .Values.name }}
        name: {{ . | quote }}
        {{- end }}
        {{- if .Values.more }}
        list:
          - a: 1
        {{- else }}
        list: []
        {{- end }}
        {{- with .Values.more }}
        more:
          {{- toYaml . | nindent 6 }}
        {{- end }}
    "
  `);
});

test.each([
  [
    { replicas: 2, name: "", more: {} },
    { replicas: 2, list: [] },
  ],
  [
    { replicas: 1, name: 'a: "b"\n- c', more: { b: [1, "x"] } },
    { replicas: 1, name: 'a: "b"\n- c', list: [{ a: 1 }], more: { b: [1, "x"] } },
  ],
])("and says what the values say: %j", (given, said) => {
  const [evaluated] = evaluateTemplate([manifest], {
    Values: given,
    Release: { Name: "a", Namespace: "b", Service: "Helm" },
    Chart: { Name: "chart", Version: "1", AppVersion: "1" },
    Capabilities: { kubeVersion: "1.36" },
    Files: {},
    Subcharts: {},
  });
  expect(load((evaluated as { data: Record<string, string> }).data["values.yaml"] ?? "")).toEqual(said);
});

test("it may stand only where a field's value stands", () => {
  const text = yamlText<{ a: string }>({ a: helm.Release.Name });
  expect(() => printTemplate("chart", [{ data: [text] }])).toThrow("can only be the value of a field");
});
