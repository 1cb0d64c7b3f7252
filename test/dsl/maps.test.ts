import { describe, expect, test } from "vitest";

import {
  at,
  each,
  entry,
  isSet,
  merge,
  not,
  overlay,
  defineMap,
  include,
  printTemplate,
  required,
  spread,
  str,
  use,
  when,
  why,
} from "../../generator/dsl/index.ts";
import { expectEqualInHelm, rules } from "./bench.ts";
import { schema, v } from "./sample.ts";

const { trees, printed } = rules();
const own = defineMap("labels", "Labels of every object.", { app: v.name, tier: "web" });

describe("a map or list of the user's", () => {
  test("is left out with its field if it is empty", () => {
    expect(printed("whole", { labels: v.labels, limits: v.limits, args: v.args, open: v.open, extra: v.extra })).toMatchInlineSnapshot(`
      "{{- if or .Values.labels .Values.limits .Values.args .Values.open .Values.extra }}
      spec:
        {{- with .Values.labels }}
        labels:
          {{- toYaml . | nindent 4 }}
        {{- end }}
        {{- with .Values.limits }}
        limits:
          {{- toYaml . | nindent 4 }}
        {{- end }}
        {{- with .Values.args }}
        args:
          {{- toYaml . | nindent 4 }}
        {{- end }}
        {{- with .Values.open }}
        open:
          {{- toYaml . | nindent 4 }}
        {{- end }}
        {{- with .Values.extra }}
        extra:
          {{- toYaml . | nindent 4 }}
        {{- end }}
      {{- end }}"
    `);
  });
  test("takes the field around it along, if that holds nothing else", () => {
    expect(
      printed("around", { one: { two: { labels: v.labels } }, some: { labels: v.labels, args: v.args }, sure: { labels: v.labels, a: 1 } }),
    ).toMatchInlineSnapshot(`
      "spec:
        {{- with .Values.labels }}
        one:
          two:
            labels:
              {{- toYaml . | nindent 8 }}
        {{- end }}
        {{- if or .Values.labels .Values.args }}
        some:
          {{- with .Values.labels }}
          labels:
            {{- toYaml . | nindent 6 }}
          {{- end }}
          {{- with .Values.args }}
          args:
            {{- toYaml . | nindent 6 }}
          {{- end }}
        {{- end }}
        sure:
          {{- with .Values.labels }}
          labels:
            {{- toYaml . | nindent 6 }}
          {{- end }}
          a: 1"
    `);
  });
  test("is the whole of a field, or an item", () => {
    expect(printed("place", { items: [v.image, { labels: v.labels }, spread(v.extra)] })).toMatchInlineSnapshot(`
      "{{- if or .Values.image .Values.labels .Values.extra }}
      spec:
        items:
          -
            {{- toYaml .Values.image | nindent 6 }}
          {{- with .Values.labels }}
          - labels:
              {{- toYaml . | nindent 8 }}
          {{- end }}
          {{- with .Values.extra }}
          {{- toYaml . | nindent 4 }}
          {{- end }}
      {{- end }}"
    `);
  });
  test("is looked into by name", () => {
    expect(
      printed("at", {
        a: at(v.labels, "a"),
        dotted: at(v.labels, "a.b/c"),
        set: isSet(at(v.labels, "a")),
        unset: not(isSet(at(v.hosts, "a"))),
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        {{- with .Values.labels.a }}
        a: {{ . | quote }}
        {{- end }}
        {{- with index .Values.labels "a.b/c" }}
        dotted: {{ . | quote }}
        {{- end }}
        {{- with .Values.labels.a }}
        set: {{ . | quote }}
        {{- end }}
        unset: {{ not .Values.hosts.a }}"
    `);
  });
});

describe("lists", () => {
  test("of own and the user's items, in the order written", () => {
    expect(
      printed("spread", { args: ["--first", spread(v.args), "--last"], only: [spread(v.args)], both: [spread(v.args), spread(v.numbers)] }),
    ).toMatchInlineSnapshot(`
      "spec:
        args:
          - --first
          {{- with .Values.args }}
          {{- toYaml . | nindent 4 }}
          {{- end }}
          - --last
        {{- with .Values.args }}
        only:
          {{- toYaml . | nindent 4 }}
        {{- end }}
        {{- if or .Values.args .Values.numbers }}
        both:
          {{- with .Values.args }}
          {{- toYaml . | nindent 4 }}
          {{- end }}
          {{- with .Values.numbers }}
          {{- toYaml . | nindent 4 }}
          {{- end }}
        {{- end }}"
    `);
  });
  test("of items under conditions; an item that begins with one has its dash on a line of its own", () => {
    expect(
      printed("conditional", {
        args: ["--a", when(v.enabled, "--b")],
        maps: [
          { a: v.limit, b: 1 },
          { labels: v.labels, c: 1 },
        ],
        several: [when(v.enabled, v.text), "z"],
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        args:
          - --a
          {{- if .Values.enabled }}
          - --b
          {{- end }}
        maps:
          -
            {{- if not (kindIs "invalid" .Values.limit) }}
            a: {{ .Values.limit | int64 }}
            {{- end }}
            b: 1
          -
            {{- with .Values.labels }}
            labels:
              {{- toYaml . | nindent 8 }}
            {{- end }}
            c: 1
        several:
          {{- if .Values.enabled }}
          - {{ .Values.text | quote }}
          {{- end }}
          - z"
    `);
  });
  test("of one conditional item: the list is conditional", () => {
    expect(printed("only", { args: [when(v.enabled, "--b")], maps: [when(v.enabled, { a: 1, b: [v.text] })] })).toMatchInlineSnapshot(`
      "{{- if .Values.enabled }}
      spec:
        args:
          - --b
        maps:
          - a: 1
            b:
              - {{ .Values.text | quote }}
      {{- end }}"
    `);
  });
  test("in lists", () => {
    expect(printed("nested", { matrix: [[1, v.replicas], [v.text]], maps: [{ list: [{ deep: v.text }] }] })).toMatchInlineSnapshot(`
      "spec:
        matrix:
          - - 1
            - {{ .Values.replicas | int64 }}
          - - {{ .Values.text | quote }}
        maps:
          - list:
              - deep: {{ .Values.text | quote }}"
    `);
  });
});

describe("merge", () => {
  test("own keys first; the user's map loses those", () => {
    expect(printed("merge", { labels: merge({ app: v.name, tier: "web" }, v.labels) })).toMatchInlineSnapshot(`
      "spec:
        labels:
          app: {{ .Values.name | quote }}
          tier: web
          {{- with omit .Values.labels "app" "tier" }}
          {{- toYaml . | nindent 4 }}
          {{- end }}"
    `);
  });
  test("several of the user's maps: later ones win", () => {
    expect(printed("merge-several", { labels: merge({ app: v.name }, v.labels, v.limits) })).toMatchInlineSnapshot(`
      "spec:
        labels:
          app: {{ .Values.name | quote }}
          {{- with omit (mergeOverwrite dict .Values.labels (.Values.limits | default dict)) "app" }}
          {{- toYaml . | nindent 4 }}
          {{- end }}"
    `);
  });
  test("included and conditional parts", () => {
    expect(
      printed("merge-parts", { labels: merge(include(own), when<Readonly<Record<string, string>>>(v.enabled, { on: "yes" }), v.labels) }),
    ).toMatchInlineSnapshot(`
      "spec:
        labels:
          {{- include "probe.labels" . | nindent 4 }}
          {{- if .Values.enabled }}
          "on": "yes"
          {{- end }}
          {{- with omit .Values.labels "app" "tier" "on" }}
          {{- toYaml . | nindent 4 }}
          {{- end }}

      {{/*
      Labels of every object.
      */}}
      {{- define "probe.labels" -}}
      app: {{ .Values.name | quote }}
      tier: web
      {{- end }}"
    `);
  });
  test("user's maps alone", () => {
    expect(printed("merge-users", { labels: merge(v.labels, v.limits), deep: merge(v.open, v.image) })).toMatchInlineSnapshot(`
      "{{- if or .Values.labels .Values.limits .Values.open .Values.image }}
      spec:
        {{- if or .Values.labels .Values.limits }}
        labels:
          {{- with mergeOverwrite dict .Values.labels (.Values.limits | default dict) }}
          {{- toYaml . | nindent 4 }}
          {{- end }}
        {{- end }}
        {{- if or .Values.open .Values.image }}
        deep:
          {{- with mergeOverwrite dict .Values.open .Values.image }}
          {{- toYaml . | nindent 4 }}
          {{- end }}
        {{- end }}
      {{- end }}"
    `);
  });
});

test("overlay: the user's keys win over the chart's", () => {
  expect(printed("overlay", { labels: overlay(own, v.labels) })).toMatchInlineSnapshot(`
    "{{- with mergeOverwrite (include "probe.labels" . | fromYaml) .Values.labels }}
    spec:
      labels:
        {{- toYaml . | nindent 4 }}
    {{- end }}

    {{/*
    Labels of every object.
    */}}
    {{- define "probe.labels" -}}
    app: {{ .Values.name | quote }}
    tier: web
    {{- end }}"
  `);
});

test("entries of a map are written by name", () => {
  const removable = each(v.env, (value, name) => entry(str`E_${name}`, value));
  expect(
    printed("entry", {
      env: each(v.labels, (value, name) => entry(name, value)),
      mixed: merge({ a: "1" }, removable),
    }),
  ).toMatchInlineSnapshot(`
    "spec:
      {{- if .Values.labels }}
      env:
        {{- range $name, $label := .Values.labels }}
        {{ $name | quote }}: {{ $label | quote }}
        {{- end }}
      {{- end }}
      mixed:
        a: "1"
        {{- range $name, $value := .Values.env }}
        {{- if not (kindIs "invalid" $value) }}
        {{ printf "E_%s" $name | quote }}: {{ $value | quote }}
        {{- end }}
        {{- end }}"
  `);
});

test("a required value names what is missing", () => {
  expect(printed("required", { secret: use(v.tls, (tls) => tls.secret), tag: required("tag is empty: set it", v.text) }))
    .toMatchInlineSnapshot(`
    "spec:
      {{- with .Values.tls }}
      secret: {{ .secret | quote }}
      {{- end }}
      tag: {{ .Values.text | required "tag is empty: set it" | quote }}"
  `);
});

test("reasons stand above their fields, folded", () => {
  expect(
    printed("why", {
      [why]: { a: "One reason.", list: `A long one: ${"because ".repeat(16)}so.`, labels: "Only if there are any." },
      a: 1,
      list: [{ [why]: { b: "Of an item." }, b: 1 }],
      labels: v.labels,
    }),
  ).toMatchInlineSnapshot(`
    "spec:
      # One reason.
      a: 1
      # A long one: because because because because because because because because because because because because
      # because because because because so.
      list:
        -
          # Of an item.
          b: 1
      {{- with .Values.labels }}
      # Only if there are any.
      labels:
        {{- toYaml . | nindent 4 }}
      {{- end }}"
  `);
});

test("keys stand in the order written, and nothing trims to its right", () => {
  expect(printed("order", { z: 1, a: v.text, m: { y: 1, b: 2 } })).toMatchInlineSnapshot(`
    "spec:
      z: 1
      a: {{ .Values.text | quote }}
      m:
        "y": 1
        b: 2"
  `);
  for (const tree of Object.values(trees)) expect(printTemplate("probe", [tree]).text.trimEnd()).not.toMatch(/-\}\}|^\s*$/m);
});

test("helm 4 and helm 3 render what is evaluated", async () => {
  await expectEqualInHelm(schema, trees, [
    {},
    {
      labels: { app: "mine", "a.b/c": "dotted", yes: "no", a: "" },
      limits: { a: "1", tier: "x" },
      args: ["-x", "yes"],
      numbers: [0, 1e6],
      extra: [{ a: [1] }, "b", 3],
      open: { deep: { n: 10000000 } },
      tls: { secret: "s" },
    },
    { open: { tag: { a: 1 }, k: { b: 1 } } },
    { labels: { a: "1" }, limits: { a: "", b: "2" }, limit: 0, enabled: false, env: { A: "x", B: null }, hosts: { a: { port: 1 } } },
  ]);
});
