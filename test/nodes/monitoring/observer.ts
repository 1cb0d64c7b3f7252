import type { Client } from "../../cluster/harness/client.ts";
import type { PanelQuery } from "../../programs/monitoring/dashboards.ts";
import { getJson } from "../../programs/monitoring/process.ts";
import { forward } from "../forward.ts";

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

export interface Line {
  /** Labels of the stream, and the structured metadata of the line. */
  readonly labels: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Prometheus and Loki of a cluster, asked as Grafana asks them. */
export interface Observer extends AsyncDisposable {
  /** Data of an answer of Prometheus' API. Throws on a query that it refuses. */
  prometheus<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>;
  /** What a query gives at present. */
  samples(expr: string): Promise<readonly Sample[]>;
  /** Labels by which the streams of the last hour differ. */
  logLabels(): Promise<readonly string[]>;
  /** The newest lines of the last hour, a hundred at most. */
  lines(expr: string): Promise<readonly Line[]>;
  /** The first sample that a metric query of logs gives, 0 if there is none. */
  countOfLines(expr: string): Promise<number>;
  /** How many samples or lines a panel would draw of the last five minutes. */
  drawn(query: PanelQuery): Promise<number>;
}

/** Throws if one of them has no pod that is ready. */
export async function observe(cluster: Client): Promise<Observer> {
  const prometheus = await forward(cluster, "monitoring", "prometheus", 9090);
  const loki = await forward(cluster, "monitoring", "loki", 3100);
  const ask = async <T>(path: string, query: Readonly<Record<string, string>> = {}) =>
    (await getJson<{ data: T }>(`${prometheus.url}/api/v1/${path}`, query)).data;
  const askLoki = async <T>(path: string, query: Readonly<Record<string, string>>) =>
    (await getJson<{ data: T }>(`${loki.url}/loki/api/v1/${path}`, query)).data;
  const streams = async (expr: string) => {
    type Answer = { result: readonly { stream?: Line["labels"]; metric?: Line["labels"]; values: readonly [string, string][] }[] };
    return (await askLoki<Answer>("query_range", { query: expr, since: "1h", step: "60s", limit: "100" })).result;
  };
  return {
    prometheus: ask,
    samples: async (expr) => (await ask<{ result: readonly Sample[] }>("query", { query: expr })).result,
    logLabels: () => askLoki("labels", { since: "1h" }),
    lines: async (expr) => (await streams(expr)).flatMap(({ stream = {}, values }) => values.map(([, text]) => ({ labels: stream, text }))),
    countOfLines: async (expr) => Number((await askLoki<{ result: readonly Sample[] }>("query", { query: expr })).result[0]?.value[1] ?? 0),
    async drawn({ source, expr, instant }) {
      if (source === "loki") return (await streams(expr)).reduce((sum, { values }) => sum + values.length, 0);
      if (instant) return (await ask<{ result: readonly unknown[] }>("query", { query: expr })).result.length;
      const end = Date.now() / 1000;
      const range = { query: expr, start: `${end - 300}`, end: `${end}`, step: "15" };
      const { result } = await ask<{ result: readonly { values: readonly unknown[] }[] }>("query_range", range);
      return result.reduce((sum, { values }) => sum + values.length, 0);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([prometheus[Symbol.asyncDispose](), loki[Symbol.asyncDispose]()]);
    },
  };
}
