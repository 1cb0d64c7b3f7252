import { describe, expect, test } from "vitest";

import { add, all, each, entry, eq, fallback, gt, helm, include, defineString, not, str, use, when } from "../../generator/dsl/index.ts";
import { expectEqualInHelm, print, rules } from "./bench.ts";
import { schema, v } from "./sample.ts";

const { trees, printed } = rules();
const fullname = defineString("fullname", "Name of the objects.", str`${helm.Release.Name}-${v.name}`);

describe("when", () => {
  test("takes the field along; neighbours under one condition are printed as one", () => {
    expect(printed("when", { a: when(v.enabled, 1), b: when(v.enabled, { c: v.text }), d: when(not(v.enabled), [1]), e: 2 }))
      .toMatchInlineSnapshot(`
      "spec:
        {{- if .Values.enabled }}
        a: 1
        b:
          c: {{ .Values.text | quote }}
        {{- end }}
        {{- if not .Values.enabled }}
        d:
          - 1
        {{- end }}
        e: 2"
    `);
  });
  test("with an alternative, and a chain of them", () => {
    expect(printed("else", { a: when(v.enabled, "on", "off"), b: when(eq(v.policy, "Always"), 1, when(gt(v.replicas, 1), 2, 3)) }))
      .toMatchInlineSnapshot(`
      "spec:
        {{- if .Values.enabled }}
        a: "on"
        {{- else }}
        a: "off"
        {{- end }}
        {{- if eq .Values.policy "Always" }}
        b: 1
        {{- else if gt (int64 .Values.replicas) 1 }}
        b: 2
        {{- else }}
        b: 3
        {{- end }}"
    `);
  });
  test("inside another and alone there: one condition", () => {
    expect(
      printed("inside", { a: when(v.enabled, when(gt(v.replicas, 1), 1)), b: when(all(v.enabled, v.text), when(all(v.name, v.tag), 1)) }),
    ).toMatchInlineSnapshot(`
      "{{- if or (and .Values.enabled (gt (int64 .Values.replicas) 1)) (and .Values.enabled .Values.text .Values.name .Values.tag) }}
      spec:
        {{- if and .Values.enabled (gt (int64 .Values.replicas) 1) }}
        a: 1
        {{- end }}
        {{- if and .Values.enabled .Values.text .Values.name .Values.tag }}
        b: 1
        {{- end }}
      {{- end }}"
    `);
  });
  test("what a condition says already is not asked again", () => {
    expect(
      printed("known", {
        a: when(v.labels, { labels: v.labels, args: v.args }),
        b: when(all(v.enabled, v.args), { args: v.args, c: when(v.enabled, 1) }),
      }),
    ).toMatchInlineSnapshot(`
      "{{- if or (and .Values.labels (or .Values.labels .Values.args)) (and (and .Values.enabled .Values.args) (or .Values.args .Values.enabled)) }}
      spec:
        {{- if .Values.labels }}
        {{- if or .Values.labels .Values.args }}
        a:
          labels:
            {{- toYaml .Values.labels | nindent 6 }}
          {{- with .Values.args }}
          args:
            {{- toYaml . | nindent 6 }}
          {{- end }}
        {{- end }}
        {{- end }}
        {{- if and .Values.enabled .Values.args }}
        {{- if or .Values.args .Values.enabled }}
        b:
          args:
            {{- toYaml .Values.args | nindent 6 }}
          {{- if .Values.enabled }}
          c: 1
          {{- end }}
        {{- end }}
        {{- end }}
      {{- end }}"
    `);
  });
});

describe("use", () => {
  test("binds . where only the value is read, and a name where the root is needed too", () => {
    expect(
      printed("use", {
        dot: use(v.tls, (tls) => ({ secret: tls.secret, port: tls.port })),
        root: use(v.tls, (tls) => ({ a: tls.secret, b: v.text, c: helm.Release.Name, d: include(fullname) })),
      }),
    ).toMatchInlineSnapshot(`
      "{{- if .Values.tls }}
      spec:
        {{- with .Values.tls }}
        dot:
          secret: {{ .secret | quote }}
          {{- if not (kindIs "invalid" .port) }}
          port: {{ .port | int64 }}
          {{- end }}
        {{- end }}
        {{- with .Values.tls }}
        root:
          a: {{ .secret | quote }}
          b: {{ $.Values.text | quote }}
          c: {{ $.Release.Name | quote }}
          d: {{ include "probe.fullname" $ | quote }}
        {{- end }}
      {{- end }}

      {{/*
      Name of the objects.
      */}}
      {{- define "probe.fullname" -}}
      {{- printf "%s-%s" .Release.Name .Values.name }}
      {{- end }}"
    `);
  });
  test("inside another: the outer one has a name where . is something else", () => {
    expect(printed("use-in-use", { a: use(v.tls, (tls) => use(v.note, (note) => str`${note} ${tls.secret}`)) })).toMatchInlineSnapshot(`
      "{{- if .Values.tls }}
      spec:
        {{- with $tls := .Values.tls }}
        {{- with $.Values.note }}
        a: {{ printf "%s %s" . $tls.secret | quote }}
        {{- end }}
        {{- end }}
      {{- end }}"
    `);
  });
  test("of a number or switch asks if it is there, not if it is true", () => {
    expect(
      printed("use-number", {
        a: use(v.limit, (limit) => ({ is: limit, more: add(limit, 1) })),
        b: use(v.debug, (debug) => when(debug, "yes", "no"), "unset"),
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        {{- if not (kindIs "invalid" .Values.limit) }}
        a:
          is: {{ .Values.limit | int64 }}
          more: {{ add .Values.limit 1 }}
        {{- end }}
        {{- if not (kindIs "invalid" .Values.debug) }}
        {{- if .Values.debug }}
        b: "yes"
        {{- else }}
        b: "no"
        {{- end }}
        {{- else }}
        b: unset
        {{- end }}"
    `);
  });
  test("of a string, list or map that may be empty, with an alternative", () => {
    expect(
      printed("use-empty", {
        a: use(v.tag, (tag) => tag, "none"),
        b: use(v.args, (args) => ({ args })),
        c: use(v.labels, (labels) => ({ labels }), { none: true }),
      }),
    ).toMatchInlineSnapshot(`
      "spec:
        {{- with .Values.tag }}
        a: {{ . | quote }}
        {{- else }}
        a: none
        {{- end }}
        {{- with .Values.args }}
        b:
          args:
            {{- toYaml . | nindent 6 }}
        {{- end }}
        {{- with .Values.labels }}
        c:
          labels:
            {{- toYaml . | nindent 6 }}
        {{- else }}
        c:
          none: true
        {{- end }}"
    `);
  });
});

describe("each", () => {
  test("of a list: . is the item; the list is left out if there is none", () => {
    expect(
      printed("list", {
        texts: [each(v.args, (arg) => str`--${arg}`)],
        maps: [each(v.ports, (port) => ({ name: port.name, containerPort: port.number }))],
      }),
    ).toMatchInlineSnapshot(`
      "{{- if or .Values.args .Values.ports }}
      spec:
        {{- if .Values.args }}
        texts:
          {{- range .Values.args }}
          - {{ printf "--%s" . | quote }}
          {{- end }}
        {{- end }}
        {{- if .Values.ports }}
        maps:
          {{- range .Values.ports }}
          - name: {{ .name | quote }}
            containerPort: {{ .number | int64 }}
          {{- end }}
        {{- end }}
      {{- end }}"
    `);
  });
  test("of a list where the root is needed", () => {
    expect(
      printed("list-root", {
        maps: [each(v.ports, (port) => ({ name: str`${v.name}-${port.name}`, of: include(fullname), port: port.number }))],
      }),
    ).toMatchInlineSnapshot(`
      "{{- if .Values.ports }}
      spec:
        maps:
          {{- range .Values.ports }}
          - name: {{ printf "%s-%s" $.Values.name .name | quote }}
            of: {{ include "probe.fullname" $ | quote }}
            port: {{ .number | int64 }}
          {{- end }}
      {{- end }}

      {{/*
      Name of the objects.
      */}}
      {{- define "probe.fullname" -}}
      {{- printf "%s-%s" .Release.Name .Values.name }}
      {{- end }}"
    `);
  });
  test("of a map: items with the entry's name", () => {
    expect(printed("map", { hosts: [each(v.hosts, (host, name) => ({ name, port: host.port, path: fallback(host.path, "/") }))] }))
      .toMatchInlineSnapshot(`
      "{{- if .Values.hosts }}
      spec:
        hosts:
          {{- range $name, $host := .Values.hosts }}
          - name: {{ $name | quote }}
            port: {{ $host.port | int64 }}
            path: {{ $host.path | default "/" | quote }}
          {{- end }}
      {{- end }}"
    `);
  });
  test("of a map whose entries a later file may remove", () => {
    expect(printed("map-null", { env: [{ name: "FIRST", value: "1" }, each(v.env, (value, name) => ({ name, value }))] }))
      .toMatchInlineSnapshot(`
      "spec:
        env:
          - name: FIRST
            value: "1"
          {{- range $name, $value := .Values.env }}
          {{- if not (kindIs "invalid" $value) }}
          - name: {{ $name | quote }}
            value: {{ $value | quote }}
          {{- end }}
          {{- end }}"
    `);
  });
  test("in each", () => {
    expect(
      printed("nested", {
        all: [
          each(v.hosts, (host, name) => [
            { name },
            each(v.hosts, (other, otherName) => ({ from: name, to: otherName, ports: [host.port, other.port] })),
          ]),
        ],
      }),
    ).toMatchInlineSnapshot(`
      "{{- if .Values.hosts }}
      spec:
        all:
          {{- range $name, $host := .Values.hosts }}
          - name: {{ $name | quote }}
          {{- range $name2, $host2 := $.Values.hosts }}
          - from: {{ $name | quote }}
            to: {{ $name2 | quote }}
            ports:
              - {{ $host.port | int64 }}
              - {{ $host2.port | int64 }}
          {{- end }}
          {{- end }}
      {{- end }}"
    `);
  });
  test("under a condition, and a condition in each", () => {
    expect(
      printed("each-when", {
        a: when(v.enabled, [each(v.args, (arg) => arg)]),
        b: [each(v.ports, (port) => when(gt(port.number, 80), { port: port.number }))],
        c: each(v.labels, (value, name) => when(eq(value, "x"), entry(name, value))),
      }),
    ).toMatchInlineSnapshot(`
      "{{- if or (and .Values.enabled .Values.args) .Values.ports .Values.labels }}
      spec:
        {{- if .Values.enabled }}
        {{- if .Values.args }}
        a:
          {{- range .Values.args }}
          - {{ . | quote }}
          {{- end }}
        {{- end }}
        {{- end }}
        {{- if .Values.ports }}
        b:
          {{- range .Values.ports }}
          {{- if gt (int64 .number) 80 }}
          - port: {{ .number | int64 }}
          {{- end }}
          {{- end }}
        {{- end }}
        {{- if .Values.labels }}
        c:
          {{- range $name, $label := .Values.labels }}
          {{- if eq $label "x" }}
          {{ $name | quote }}: {{ $label | quote }}
          {{- end }}
          {{- end }}
        {{- end }}
      {{- end }}"
    `);
  });
  test("where one value is needed is refused", () => {
    expect(() => print({ spec: { a: each(v.hosts, (host) => ({ port: host.port })) } })).toThrow(
      "its body must be an entry(name, value) there, or the field a list, [each(…)]",
    );
  });
});

test("a whole document under a condition begins with it; several of one kind are separated", () => {
  const document = (name: unknown) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
  expect(
    print(
      when(v.enabled, document("a")),
      use(v.tls, (tls) => document(tls.secret)),
      each(v.hosts, (_host, name) => document(name)),
    ),
  ).toMatchInlineSnapshot(`
    "{{- if .Values.enabled }}
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
    {{- end }}
    {{- with .Values.tls }}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: {{ .secret | quote }}
    {{- end }}
    {{- range $name, $host := .Values.hosts }}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: {{ $name | quote }}
    {{- end }}
    "
  `);
});

test("helm 4 and helm 3 render what is evaluated", async () => {
  const hosts = { b: { port: 443, path: "" }, "a.é": { port: 80, path: "/x" }, yes: { port: 1 } };
  await expectEqualInHelm(schema, trees, [
    {},
    {
      enabled: false,
      policy: "Never",
      replicas: 0,
      tag: "1.10",
      labels: { a: "x", b: "y" },
      args: ["x", "yes", ""],
      tls: { secret: "s" },
      note: "n",
      limit: 0,
      debug: false,
    },
    {
      ports: [
        { name: "http", number: 80 },
        { name: "https", number: 8443 },
      ],
      hosts,
      env: { A: "1", B: null, C: "" },
      tls: { secret: "yes", port: 0 },
      debug: true,
      text: "",
      limit: 3,
    },
    { env: { A: null }, ports: [{ name: "a", number: 1 }], note: "n" },
  ]);
});
