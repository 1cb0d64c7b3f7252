import type { Problem } from "../problem.ts";
import { fieldPath, isRecord, problemAt } from "./manifest.ts";
import type { RenderedManifest } from "./manifest.ts";

/** `null` passes the schemas, but means an absent field: `emptyDir: null` is a volume without a source. */
export function checkNulls(manifest: RenderedManifest): Problem[] {
  const problems: Problem[] = [];
  visit(manifest.object, "", (path, _key, value) => {
    if (value !== null) return;
    problems.push(problemAt(manifest, path, "is null, which means absent; leave the field out, or write {} or []"));
  });
  return problems;
}

/** Numbers of a built-in kind that pass the schemas and are outside the API server's range, such as `replicas: -1`. */
export function checkRanges(manifest: RenderedManifest): Problem[] {
  const problems: Problem[] = [];
  visit(manifest.object, "", (path, key, value) => {
    const range = ranges.get(key);
    if (range === undefined || typeof value !== "number") return;
    const [min, max] = range;
    if (value < min || value > max) {
      const allowed = max === Infinity ? `${min} or more` : `${min} to ${max}`;
      problems.push(problemAt(manifest, path, `is ${value}; write ${allowed}`));
    }
  });
  return problems;
}

type Range = readonly [min: number, max: number];

const fromZero: Range = [0, Infinity];
const fromOne: Range = [1, Infinity];
const port: Range = [1, 65535];

/** Range by field name; the same name means the same range in every built-in kind. */
const ranges: ReadonlyMap<string, Range> = new Map<string, Range>([
  ["backoffLimit", fromZero],
  ["containerPort", port],
  ["failureThreshold", fromOne],
  ["failedJobsHistoryLimit", fromZero],
  ["hostPort", port],
  ["initialDelaySeconds", fromZero],
  ["maxReplicas", fromOne],
  ["maxSkew", fromOne],
  ["minReadySeconds", fromZero],
  ["minReplicas", fromOne],
  ["nodePort", port],
  ["parallelism", fromZero],
  ["periodSeconds", fromOne],
  ["port", port],
  ["progressDeadlineSeconds", fromOne],
  ["replicas", fromZero],
  ["revisionHistoryLimit", fromZero],
  ["stabilizationWindowSeconds", [0, 3600]],
  ["startingDeadlineSeconds", fromZero],
  ["successThreshold", fromOne],
  ["successfulJobsHistoryLimit", fromZero],
  ["targetPort", port],
  ["terminationGracePeriodSeconds", fromZero],
  ["timeoutSeconds", fromOne],
  ["ttlSecondsAfterFinished", fromZero],
  ["activeDeadlineSeconds", fromOne],
  ["runAsUser", fromZero],
  ["runAsGroup", fromZero],
  ["fsGroup", fromZero],
]);

function visit(value: unknown, path: string, see: (path: string, key: string, value: unknown) => void): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const at = fieldPath(path, index);
      see(at, "", item);
      visit(item, at, see);
    }
  } else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value)) {
      const at = fieldPath(path, key);
      see(at, key, child);
      visit(child, at, see);
    }
  }
}
