import { logLevels } from "../logs.ts";

/** Letters and digits of the parts that Kubernetes makes up (apimachinery, util/rand): no vowels, so no words. */
const random = "[bcdfghjklmnpqrstvwxz2456789]";

/** Name of a pod without what its Deployment, DaemonSet, Job, CronJob or StatefulSet appended. */
const appOfPod = `^(.+?)(-${random}{6,10}|-[0-9]{8,10})?(-${random}{5}|-[0-9]{1,3})$`;

/** What programs write for the levels that have a label: NestJS' words and pino's numbers among them. */
const spellings: Readonly<Record<string, string>> = {
  trace: "trace|10",
  debug: "debug|verbose|20",
  info: "info|information|notice|log|30",
  warn: "warn|warning|40",
  error: "error|err|50",
  fatal: "fatal|critical|crit|panic|emergency|60",
};

const known = logLevels.filter((level) => level !== "unknown");

/** First letters of klog's lines (Kubernetes' own components). */
const klog = { I: "info", W: "warn", E: "error", F: "fatal" } as const;

const json = (...keys: string[]) => `log.attributes["json"]${keys.map((key) => `["${key}"]`).join("")}`;

/**
 * Statements of the collector's transformation language (OTTL) that make of a line what Loki stores: labels with few values, and
 * the trace it belongs to. The line itself stays as it is. `$$` is the collector's way to write `$`.
 */
export const statements: readonly string[] = [
  `set(resource.attributes["namespace"], resource.attributes["k8s.namespace.name"])`,
  `set(resource.attributes["pod"], resource.attributes["k8s.pod.name"])`,
  `set(resource.attributes["container"], resource.attributes["k8s.container.name"])`,
  'set(resource.attributes["node"], "${env:NODE_NAME}")',
  `set(resource.attributes["app"], resource.attributes["k8s.pod.name"])`,
  `replace_pattern(resource.attributes["app"], "${appOfPod}", "$$1")`,
  `keep_keys(resource.attributes, ["namespace", "pod", "container", "node", "app"])`,
  // Where the level is: in JSON under two names, in logfmt, or the first letter of a line of klog.
  `set(log.cache["level"], ${json("level")}) where ${json("level")} != nil`,
  `set(log.cache["level"], ${json("severity")}) where log.cache["level"] == nil and ${json("severity")} != nil`,
  `merge_maps(log.cache, ExtractPatterns(log.body, "(^|\\\\s)level=\\"?(?P<level>[A-Za-z]+)"), "upsert") where log.cache["level"] == nil and IsString(log.body)`,
  ...Object.entries(klog).map(
    ([letter, level]) =>
      `set(log.cache["level"], "${level}") where log.cache["level"] == nil and IsMatch(log.body, "^${letter}[0-9]{4} [0-9:.]+ ")`,
  ),
  `set(log.cache["level"], ConvertCase(String(log.cache["level"]), "lower")) where log.cache["level"] != nil`,
  `set(log.attributes["level"], "unknown")`,
  ...known.map((level) => `set(log.attributes["level"], "${level}") where IsMatch(log.cache["level"], "^(${spellings[level]})$$")`),
  `set(log.severity_text, log.attributes["level"]) where log.attributes["level"] != "unknown"`,
  ...["trace_id", "traceId"].map((key) => `set(log.trace_id.string, ${json(key)}) where IsMatch(${json(key)}, "^[0-9a-f]{32}$$")`),
  ...["span_id", "spanId"].map((key) => `set(log.span_id.string, ${json(key)}) where IsMatch(${json(key)}, "^[0-9a-f]{16}$$")`),
  `set(log.attributes["stream"], log.attributes["log.iostream"])`,
  `keep_keys(log.attributes, ["level", "stream"])`,
];
