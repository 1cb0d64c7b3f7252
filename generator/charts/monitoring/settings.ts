/**
 * What rules need of the values. Rule files are not templates (their `{{ $labels.x }}` would be Helm's), so they carry these
 * words, which the chart replaces when it renders them.
 */
export const settings = {
  /** Namespace of the applications. */
  namespace: { word: "__NAMESPACE__", example: "xpeditis" },
  /** Address of the folder of runbooks, without a slash at the end. */
  runbooks: { word: "__RUNBOOKS__", example: "https://github.com/xpeditis/xpeditis-charts/blob/main/docs/runbooks" },
  /** Share of requests that must not fail. */
  availability: { word: "__AVAILABILITY__", example: "0.999" },
  /** Share of requests that must be fast. */
  fastShare: { word: "__FAST_SHARE__", example: "0.99" },
  /** Seconds that a fast request takes at most: one of {@link latencyBuckets}. */
  fastSeconds: { word: "__FAST_SECONDS__", example: "1.2" },
  /** Time series that Prometheus' memory limit carries. */
  maxSeries: { word: "__MAX_SERIES__", example: "150000" },
} as const;

/** Traefik's histogram has these bounds only, as Prometheus 3 writes them: between them nothing is known. */
export const latencyBuckets = ["0.1", "0.3", "1.2", "5.0"] as const;

/** The text with each word replaced by its example, as the chart does with its values. */
export function withExamples(text: string): string {
  return Object.values(settings).reduce((result, { word, example }) => result.replaceAll(word, example), text);
}
