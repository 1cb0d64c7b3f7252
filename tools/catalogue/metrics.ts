/** Metric → its type (`counter`, `gauge`, `histogram`, `summary`, `untyped`). */
export type Metrics = Map<string, string>;

/** The type in the name of a Go function or a word of a manual. */
export function metricType(name = ""): string {
  return /counter|gauge|histogram|summary/.exec(name.toLowerCase())?.[0] ?? "untyped";
}

/** The same metrics, as a program names them that puts a prefix before what a library registers. */
export function prefixed(prefix: string, metrics: Metrics): Metrics {
  return new Map([...metrics].map(([name, type]) => [prefix + name, type]));
}
