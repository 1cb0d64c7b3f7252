import { describe, expect, test } from "vitest";

import {
  add,
  all,
  any,
  b64enc,
  div,
  eq,
  expand,
  fallback,
  ge,
  gt,
  helm,
  isOneOf,
  isSet,
  kubeVersionAtLeast,
  len,
  lt,
  mul,
  ne,
  not,
  replace,
  sha256sum,
  str,
  sub,
  toJson,
  trim,
  trimSuffix,
  trunc,
  when,
} from "../../generator/dsl/index.ts";
import { expectEqualInHelm, rules } from "./bench.ts";
import { schema, v } from "./sample.ts";

const { trees, printed } = rules();

describe("a value is printed by its type", () => {
  test("strings are quoted, whole numbers are int64, other scalars are as they are", () => {
    expect(printed("types", { string: v.text, choice: v.policy, integer: v.replicas, number: v.ratio, boolean: v.enabled, union: v.port }))
      .toMatchInlineSnapshot(`
      "spec:
        string: {{ .Values.text | quote }}
        choice: {{ .Values.policy | quote }}
        integer: {{ .Values.replicas | int64 }}
        number: {{ .Values.ratio }}
        boolean: {{ .Values.enabled }}
        union: {{ .Values.port | toJson }}"
    `);
  });
  test("in a list as in a field", () => {
    expect(printed("list", { list: [v.text, v.replicas, v.ratio, v.enabled, v.port] })).toMatchInlineSnapshot(`
      "spec:
        list:
          - {{ .Values.text | quote }}
          - {{ .Values.replicas | int64 }}
          - {{ .Values.ratio }}
          - {{ .Values.enabled }}
          - {{ .Values.port | toJson }}"
    `);
  });
  test("an optional one takes its field with it; 0 and false count as there", () => {
    expect(printed("optional", { string: v.note, integer: v.limit, number: v.share, boolean: v.debug, union: v.surge, always: true }))
      .toMatchInlineSnapshot(`
      "spec:
        {{- with .Values.note }}
        string: {{ . | quote }}
        {{- end }}
        {{- if not (kindIs "invalid" .Values.limit) }}
        integer: {{ .Values.limit | int64 }}
        {{- end }}
        {{- if not (kindIs "invalid" .Values.share) }}
        number: {{ .Values.share }}
        {{- end }}
        {{- if not (kindIs "invalid" .Values.debug) }}
        boolean: {{ .Values.debug }}
        {{- end }}
        {{- if not (kindIs "invalid" .Values.surge) }}
        union: {{ .Values.surge | toJson }}
        {{- end }}
        always: true"
    `);
  });
  test("what Helm provides; a key that Go cannot write", () => {
    expect(printed("roots", { release: helm.Release.Name, chart: helm.Chart.Version, odd: v["odd-key"] })).toMatchInlineSnapshot(`
      "spec:
        release: {{ .Release.Name | quote }}
        chart: {{ .Chart.Version | quote }}
        odd: {{ index .Values "odd-key" | quote }}"
    `);
  });
});

describe("a literal", () => {
  test("is plain where no reader takes it for anything else, and a Go string where Helm would run it", () => {
    expect(
      printed("literals", {
        plain: "web",
        path: "/a/b:c",
        yes: "yes",
        octal: "0755",
        version: "1.10",
        empty: "",
        colon: "a: b",
        go: "{{ .Values.x }} %d",
        number: 80,
        ratio: 0.5,
        off: false,
        nothing: null,
        none: {},
        empties: [],
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        plain: web
        path: /a/b:c
        "yes": "yes"
        octal: "0755"
        version: "1.10"
        empty: ""
        colon: "a: b"
        go: {{ "{{ .Values.x }} %d" | quote }}
        number: 80
        ratio: 0.5
        "off": false
        nothing: null
        none: {}
        empties: []"
    `);
  });
  test("as a key is quoted like a value", () => {
    expect(printed("keys", { yes: 1, "1.10": 2, "a b": 3, "app.kubernetes.io/name": 4, "": 5, "~": 6 })).toMatchInlineSnapshot(`
      "spec:
        "yes": 1
        "1.10": 2
        a b: 3
        app.kubernetes.io/name: 4
        "": 5
        "~": 6"
    `);
  });
  test("of several lines is a block scalar, with or without the last line break", () => {
    expect(printed("block", { kept: "a\n\n  b {{ x }}\n", cut: "a\nb", item: ["a\nb\n"] })).toMatchInlineSnapshot(`
      "spec:
        kept: |
          a

            b {{ "{{" }} x }}
        cut: |-
          a
          b
        item:
          - |
            a
            b"
    `);
  });
});

describe("text with values", () => {
  test("stands between quotes where no part can break them", () => {
    expect(
      printed("plain-text", {
        image: str`${v.image.repository}:${v.tag}`,
        port: str`port ${v.replicas} 100%`,
        number: str`${v.replicas}`,
        flag: str`${v.enabled}`,
        text: str`${v.text}`,
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        image: "{{ .Values.image.repository }}:{{ .Values.tag }}"
        port: "port {{ .Values.replicas | int64 }} 100%"
        number: {{ .Values.replicas | int64 | quote }}
        flag: {{ .Values.enabled | quote }}
        text: {{ .Values.text | quote }}"
    `);
  });
  test("is formatted and quoted where one might", () => {
    expect(
      printed("printf", {
        any: str`100% "${v.text}" ${v.replicas} {{ ${v.enabled}`,
        nested: str`<${str`(${v.text})`}>`,
        literal: str`${"a"}: b`,
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        any: {{ printf "100%% \\"%s\\" %d {{ %t" .Values.text (int64 .Values.replicas) .Values.enabled | quote }}
        nested: {{ printf "<(%s)>" .Values.text | quote }}
        literal: "a: b""
    `);
  });
});

describe("functions", () => {
  test("of strings are pipes", () => {
    expect(
      printed("strings", {
        fallback: fallback(v.tag, helm.Chart.AppVersion),
        literal: fallback(v.note, "none"),
        trunc: trunc(3, v.text),
        suffix: trimSuffix("-", trunc(5, v.name)),
        replace: replace(" ", "_", v.text),
        trim: trim(v.text),
        b64: b64enc(v.text),
        sum: sha256sum(v.text),
        json: toJson(v.args),
        inText: str`a-${fallback(v.tag, helm.Chart.AppVersion)}`,
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        fallback: {{ .Values.tag | default .Chart.AppVersion | quote }}
        literal: {{ .Values.note | default "none" | quote }}
        trunc: {{ .Values.text | trunc 3 | quote }}
        suffix: {{ .Values.name | trunc 5 | trimSuffix "-" | quote }}
        replace: {{ .Values.text | replace " " "_" | quote }}
        trim: {{ .Values.text | trim | quote }}
        b64: {{ .Values.text | b64enc | quote }}
        sum: {{ .Values.text | sha256sum | quote }}
        json: {{ .Values.args | toJson | quote }}
        inText: "a-{{ .Values.tag | default .Chart.AppVersion }}""
    `);
  });
  test("of numbers are calls", () => {
    expect(
      printed("numbers", {
        add: add(v.replicas, 1),
        sub: sub(v.replicas, 1),
        mul: mul(v.replicas, v.replicas),
        div: div(mul(v.replicas, 75), 100),
        len: len(v.text),
        inText: str`${add(v.replicas, 1)}`,
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        add: {{ add .Values.replicas 1 }}
        sub: {{ sub .Values.replicas 1 }}
        mul: {{ mul .Values.replicas .Values.replicas }}
        div: {{ div (mul .Values.replicas 75) 100 }}
        len: {{ len .Values.text }}
        inText: {{ add .Values.replicas 1 | quote }}"
    `);
  });
  test("of truth; whole numbers are compared as such, and double negation is none", () => {
    expect(
      printed("truth", {
        not: not(v.enabled),
        twice: not(not(v.enabled)),
        notEqual: not(eq(v.text, "a")),
        all: all(v.enabled, gt(v.replicas, 1)),
        any: any(v.enabled, lt(v.replicas, 1)),
        eq: eq(v.replicas, 3),
        ne: ne(v.text, "a"),
        ge: ge(v.replicas, v.replicas),
        oneOf: isOneOf(v.policy, "Never", "Other"),
        set: isSet(v.limit),
        version: kubeVersionAtLeast("1.35"),
        later: kubeVersionAtLeast("1.37"),
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        not: {{ not .Values.enabled }}
        twice: {{ .Values.enabled }}
        notEqual: {{ ne .Values.text "a" }}
        all: {{ and .Values.enabled (gt (int64 .Values.replicas) 1) }}
        any: {{ or .Values.enabled (lt (int64 .Values.replicas) 1) }}
        eq: {{ eq (int64 .Values.replicas) 3 }}
        ne: {{ ne .Values.text "a" }}
        ge: {{ ge (int64 .Values.replicas) (int64 .Values.replicas) }}
        oneOf: {{ has .Values.policy (list "Never" "Other") }}
        set: {{ not (kindIs "invalid" .Values.limit) }}
        version: {{ semverCompare ">=1.35-0" .Capabilities.KubeVersion.Version }}
        later: {{ semverCompare ">=1.37-0" .Capabilities.KubeVersion.Version }}"
    `);
  });
});

test("a user's text is expanded only if there is something to expand, and where it says so", () => {
  expect(printed("expand", { text: expand(v.text), flat: when(v.enabled, v.text) })).toMatchInlineSnapshot(`
    "spec:
      {{- if contains "{{" .Values.text }}
      text: {{ tpl .Values.text . | quote }}
      {{- else }}
      text: {{ .Values.text | quote }}
      {{- end }}
      {{- if .Values.enabled }}
      flat: {{ .Values.text | quote }}
      {{- end }}"
  `);
});

test("helm 4 and helm 3 render what is evaluated", async () => {
  await expectEqualInHelm(schema, trees, [
    {},
    {
      limit: 0,
      share: 0,
      debug: false,
      surge: 0,
      note: "yes",
      tag: "1.10",
      replicas: 1000000,
      ratio: 1e21,
      enabled: false,
      port: "http",
      text: "",
    },
    { surge: "25%", limit: -5, replicas: -7, text: 'é: €\n"q" \\ 😀', args: ["<a>", "&"], note: "" },
  ]);
});
