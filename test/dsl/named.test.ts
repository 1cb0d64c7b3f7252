import { expect, test } from "vitest";

import {
  b64enc,
  checksum,
  defineFragment,
  defineFunction,
  defineMap,
  defineString,
  hasKey,
  include,
  lines,
  replace,
  str,
  use,
  when,
} from "../../generator/dsl/index.ts";
import { expectEqualInHelm, print, rules } from "./bench.ts";
import { schema, v } from "./sample.ts";

const { trees, printed } = rules();

const fullname = defineString(
  "fullname",
  "Name of the objects.",
  use(v.note, (note) => note, str`${v.name}-app`),
);
const labels = defineMap("labels", "Labels of every object.", { app: include(fullname), tier: "web" });
const fragment = defineFragment<{ readonly secret?: string; readonly args?: readonly string[] }>("pod", "A part.", {
  secret: use(v.tls, (tls) => tls.secret),
  args: v.args,
});
const dashed = defineFunction<string, string>("dashed", "With dashes for dots.", "string", (value) => replace(".", "-", value));

test("named templates carry the chart's name, and are defined in order of theirs", () => {
  expect(printed("include", { name: include(fullname), labels: include(labels), pod: include(fragment), dashed: dashed(v.tag) }))
    .toMatchInlineSnapshot(`
    "spec:
      name: {{ include "probe.fullname" . | quote }}
      labels:
        {{- include "probe.labels" . | nindent 4 }}
      pod:
        {{- include "probe.pod" . | nindent 4 }}
      dashed: {{ include "probe.dashed" .Values.tag | quote }}

    {{/*
    With dashes for dots.
    */}}
    {{- define "probe.dashed" -}}
    {{- . | replace "." "-" }}
    {{- end }}

    {{/*
    Name of the objects.
    */}}
    {{- define "probe.fullname" -}}
    {{- with .Values.note }}
    {{- . }}
    {{- else }}
    {{- printf "%s-app" .Values.name }}
    {{- end }}
    {{- end }}

    {{/*
    Labels of every object.
    */}}
    {{- define "probe.labels" -}}
    app: {{ include "probe.fullname" . | quote }}
    tier: web
    {{- end }}

    {{/*
    A part.
    */}}
    {{- define "probe.pod" -}}
    {{- with .Values.tls }}
    secret: {{ .secret | quote }}
    {{- end }}
    {{- with .Values.args }}
    args:
      {{- toYaml . | nindent 2 }}
    {{- end }}
    {{- end }}"
  `);
});

test("inside use() they are given the root", () => {
  expect(printed("root", { a: use(v.tls, (tls) => str`${include(fullname)}-${tls.secret}`), b: str`${include(fullname)}:${v.replicas}` }))
    .toMatchInlineSnapshot(`
    "spec:
      {{- with .Values.tls }}
      a: {{ printf "%s-%s" (include "probe.fullname" $) .secret | quote }}
      {{- end }}
      b: {{ printf "%s:%d" (include "probe.fullname" .) (int64 .Values.replicas) | quote }}

    {{/*
    Name of the objects.
    */}}
    {{- define "probe.fullname" -}}
    {{- with .Values.note }}
    {{- . }}
    {{- else }}
    {{- printf "%s-app" .Values.name }}
    {{- end }}
    {{- end }}"
  `);
});

test("a checksum is one of the data, not of the text", () => {
  expect(print({ annotation: checksum(labels) }).split("\n")[0]).toMatchInlineSnapshot(
    `"annotation: {{ include "probe.labels" . | fromYaml | toJson | sha256sum | quote }}"`,
  );
  trees["checksum"] = { annotation: checksum(labels), secret: b64enc(v.text) };
});

test("a function is given the data of a map, not its text", () => {
  const known = (key: string) => when(hasKey(include(labels), key), "known", "unknown");
  expect(printed("data", { app: known("app"), tiers: known("tiers") }).split("\n")[1]).toMatchInlineSnapshot(
    `"  {{- if hasKey (include "probe.labels" . | fromYaml) "app" }}"`,
  );
});

test("lines are a block scalar; a value that may hold a newline has a line for itself", () => {
  expect(
    printed("lines", {
      file: lines(
        "# {{ braces }}",
        str`name=${v.name}:${v.replicas}`,
        "",
        "  indented",
        when(v.enabled, ["[on]", str`tag=${v.tag}`], "[off]"),
        v.text,
        "end",
      ),
    }),
  ).toMatchInlineSnapshot(`
    "spec:
      file: |
        # {{ "{{" }} braces }}
        name={{ .Values.name }}:{{ .Values.replicas | int64 }}

          indented
        {{- if .Values.enabled }}
        [on]
        tag={{ .Values.tag }}
        {{- else }}
        [off]
        {{- end }}
        {{- .Values.text | nindent 4 }}
        end"
  `);
});

test("helm 4 and helm 3 render what is evaluated", async () => {
  await expectEqualInHelm(schema, trees, [
    {},
    { note: "a.b", tag: "1.2.3", tls: { secret: "s" }, args: ["x"], enabled: false, text: "several\n  lines: {}" },
  ]);
});
