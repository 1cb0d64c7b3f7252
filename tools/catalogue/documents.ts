import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { metricType, type Metrics } from "./metrics.ts";

/** The tables of kube-state-metrics' manual: `| kube_pod_info | Gauge | … |`. */
export function tables(folder: string): Metrics {
  const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  return new Map(
    texts.flatMap((text) => [...text.matchAll(/^\| (kube_\w+) +\| (\w+)/gm)].map(([, name = "", type = ""]) => [name, type.toLowerCase()])),
  );
}

/** `# TYPE name type`, the exposition format itself. */
export function typeLines(text: string): Metrics {
  return new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
}

/** Kubernetes' own list of the metrics of all its components. */
export function documentationList(text: string): Metrics {
  return new Map(
    text
      .split(/^- /m)
      .slice(1)
      .map((entry) => {
        const field = (name: string) => new RegExp(`^ *${name}: (\\w+)$`, "m").exec(entry)?.[1];
        return [[field("namespace"), field("subsystem"), field("name")].filter(Boolean).join("_"), metricType(field("type"))];
      }),
  );
}

export function cadvisor(text: string): Metrics {
  return new Map(
    [...text.matchAll(/name: +"(container_\w+)",[^}]*?valueType: +prometheus\.(\w+)Value/gs)].map(([, name = "", type = ""]) => [
      name,
      metricType(type),
    ]),
  );
}

/** The collector's documentation.md, in which each metric is a heading and a table. */
export function telemetryDocs(text: string): Metrics {
  return new Map(
    [...text.matchAll(/^### (otelcol_\w+)[\s\S]*?^\| \S+ \| (\w+) \|/gm)].map(([, name = "", type = ""]) => [
      name,
      type === "Sum" ? "counter" : type.toLowerCase(),
    ]),
  );
}

/** The exporter's maps from fields of INFO to metrics, and its list of metrics with labels. */
export function redis(text: string): Metrics {
  const entries = (part: string, pattern: RegExp, type: string) =>
    [...part.matchAll(pattern)].map(([, name = ""]) => [`redis_${name}`, type] as const);
  const [, gauges = "", counters = "", rest = ""] = text.split(
    /metricMap(?:Gauges|Counters): map\[string\]string\{|e\.metricDescriptions = /,
  );
  const field = /^\s*"\w+": +"(\w+)"/gm;
  return new Map([
    ...entries(gauges, field, "gauge"),
    ...entries(counters, field, "counter"),
    ...entries(rest, /^\s*"(\w+)": +\{txt/gm, "untyped"),
    ...entries(rest, /createMetricDescription\("(\w+)"/g, "untyped"),
  ]);
}

/** The Barman Cloud plugin's own: its name, as Prometheus takes it, and the metric's. */
export function barmanCloud(text: string): Metrics {
  return new Map([...text.matchAll(/buildFqName\("(\w+)"\)/g)].map(([, name = ""]) => [`barman_cloud_cloudnative_pg_io_${name}`, "gauge"]));
}

/** CloudNativePG's poolers: one file per SHOW command of PgBouncer, whose name is part of the metrics'. `cnpg_pgbouncer_up` is never sent. */
export function pgbouncer(folder: string): Metrics {
  const names = (file: string) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/Name: +"(\w+)"/g)].map(([, name = ""]) => name).filter((name) => name !== "up");
  return new Map([
    ...names("pgbouncer_collector.go").map((name) => [`cnpg_pgbouncer_${name}`, name.endsWith("_total") ? "counter" : "gauge"] as const),
    ...["lists", "pools", "stats"].flatMap((command) =>
      names(`${command}.go`).map((name) => [`cnpg_pgbouncer_${command}_${name}`, "gauge"] as const),
    ),
  ]);
}

/** CloudNativePG's default queries: `cnpg_<query>_<column>` for every column that is no label. */
export function postgresQueries(text: string): Metrics {
  const found: Metrics = new Map();
  for (const query of text.split(/^ {4}(?=\w+:$)/m).slice(1)) {
    const name = /^(\w+):/.exec(query)?.[1] ?? "";
    for (const [, column = "", usage = ""] of query.matchAll(/^ +- (\w+):\n +usage: "(\w+)"/gm)) {
      if (usage !== "LABEL") found.set(`cnpg_${name}_${column}`, metricType(usage));
    }
  }
  return found;
}
