import { load } from "js-yaml";
import { describe, expect, test } from "vitest";

import {
  configYaml,
  each,
  entry,
  evaluateTemplate,
  merge,
  printTemplate,
  refs,
  str,
  when,
  why,
  type Context,
  type Yaml,
} from "../../generator/dsl/index.ts";

const v = refs({
  type: "object",
  description: "Values.",
  properties: {
    name: { type: "string", description: "Plain.", pattern: "^[a-z]*$", default: "x" },
    anything: { type: "string", description: "May hold quotes.", default: "" },
    port: { type: "integer", description: "Port.", default: 9090 },
    hosts: { type: "array", description: "Hosts.", items: { type: "string", description: "A host.", pattern: "^[a-z.]+$" }, default: [] },
    labels: {
      type: "object",
      description: "Labels.",
      additionalProperties: { type: "string", description: "The value.", pattern: "^[a-z]*$" },
      propertyNames: { pattern: "^[a-z_]+$" },
      default: {},
    },
    extra: { type: "array", description: "Handed on.", items: {}, default: [] },
  },
} as const);

const manifest = (file: Record<string, Yaml>) => ({ data: { "config.yaml": configYaml(file) } });

const context = (Values: Record<string, unknown>): Context => ({
  Values: { name: "x", port: 9090, hosts: [], labels: {}, extra: [], ...Values },
  Release: { Name: "r", Namespace: "n", Service: "Helm" },
  Chart: { Name: "c", Version: "1", AppVersion: "1" },
  Capabilities: { kubeVersion: "1.36" },
  Files: {},
  Subcharts: {},
});

const text = (file: Record<string, Yaml>, values: Record<string, unknown> = {}): string =>
  (evaluateTemplate([manifest(file)], context(values)) as { data: Record<string, string> }[])[0]?.data["config.yaml"] ?? "";

const everything: Record<string, Yaml> = {
  plain: "a b",
  pattern: "(.+):\\d+",
  truth: "yes",
  list: ["one", "two"],
  commas: ["a,b", "c"],
  none: [],
  empty: {},
  value: v.name,
  composed: str`${v.name}:${v.port}`,
  number: v.port,
  section: {
    [why]: { of: "What it is for, in so many words." },
    of: when<unknown>(v.name, "there", "not there"),
    labels: merge<unknown>(
      { own: "label" },
      each(v.labels, (value, name) => entry(name, value)),
    ),
  },
  items: [
    { name: v.name, nested: { deep: true } },
    each(v.hosts, (host) => host) as never,
    when<unknown>(v.hosts, [{ name: "second" }, { name: "third" }]),
    each(v.extra, (item) => item) as never,
  ],
};

describe("a configuration file", () => {
  test("is printed as a person would write it", () => {
    expect(printTemplate("chart", [manifest(everything)]).text).toMatchInlineSnapshot(`
      "data:
        config.yaml: |
          plain: a b
          pattern: (.+):\\d+
          truth: 'yes'
          list: [one, two]
          commas:
            - a,b
            - c
          none: []
          empty: {}
          value: "{{ .Values.name }}"
          composed: "{{ .Values.name }}:{{ .Values.port | int64 }}"
          number: {{ .Values.port | int64 }}
          section:
            # What it is for, in so many words.
          {{- if .Values.name }}
            of: there
          {{- else }}
            of: not there
          {{- end }}
            labels:
              own: label
          {{- range $name, $label := .Values.labels }}
              {{ $name }}: "{{ $label }}"
          {{- end }}
          items:
            - name: "{{ .Values.name }}"
              nested:
                deep: true
          {{- range .Values.hosts }}
            - "{{ . }}"
          {{- end }}
          {{- if .Values.hosts }}
            - name: second
            - name: third
          {{- end }}
          {{- range .Values.extra }}
            - {{ . | toJson }}
          {{- end }}
      "
    `);
  });

  test("says what the data says, whatever the values are", () => {
    const values = { name: "prom", hosts: ["a.example"], labels: { team: "freight" }, extra: [{ "a b": ["<&>", 1] }] };
    expect(load(text(everything, values))).toEqual({
      plain: "a b",
      pattern: "(.+):\\d+",
      truth: "yes",
      list: ["one", "two"],
      commas: ["a,b", "c"],
      none: [],
      empty: {},
      value: "prom",
      composed: "prom:9090",
      number: 9090,
      section: { of: "there", labels: { own: "label", team: "freight" } },
      items: [{ name: "prom", nested: { deep: true } }, "a.example", { name: "second" }, { name: "third" }, { "a b": ["<&>", 1] }],
    });
    expect(load(text(everything, { name: "" }))).toMatchObject({
      section: { of: "not there", labels: { own: "label" } },
      items: [{ name: "" }],
    });
  });
});

describe("refused", () => {
  test("a value that could break the quotes", () => {
    expect(() => printTemplate("chart", [manifest({ a: v.anything })])).toThrow("give its schema a pattern");
  });

  test("a list in a list", () => {
    expect(() => manifest({ a: [["b"], [{ c: 1 }]] })).toThrow("a list in a list has no place in a configuration file");
  });

  test("an item whose first field may be missing: the dash would go with it", () => {
    expect(() => manifest({ a: [{ b: when<unknown>(v.name, 1), c: 2 }] })).toThrow("must begin with a field that is always there");
  });
});
