import type { Problem } from "../problem.ts";

/** An object as the API server would get it: plain data, after evaluation or as read from a rendered template. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** One object of a release, with the template it came from. */
export interface RenderedManifest {
  /** Name of the chart that owns the template, e.g. `backend`. */
  readonly chart: string;
  /** Path of the template as Helm prints it behind `# Source:`, e.g. `charts/backend/templates/deployment.yaml`. */
  readonly template: string;
  readonly object: KubernetesObject;
}

/** A problem of one field: the file is the template, the path names the object and the field. */
export function problemAt(manifest: RenderedManifest, field: string, message: string): Problem {
  const { kind, metadata } = manifest.object;
  const object = `${kind}/${metadata.name}`;
  return { file: manifest.template, path: field === "" ? object : `${object} ${field}`, message };
}

/**
 * The path of a field as people write it: `spec.containers[0].image`. Keys that contain a dot or a slash, such as
 * label names, come in quotes: `metadata.labels["app.kubernetes.io/name"]`.
 */
export function fieldPath(base: string, ...segments: readonly (string | number)[]): string {
  return segments.reduce<string>((path, segment) => {
    if (typeof segment === "number") return `${path}[${segment}]`;
    if (!/^[A-Za-z_$][\w$-]*$/.test(segment)) return `${path}[${JSON.stringify(segment)}]`;
    return path === "" ? segment : `${path}.${segment}`;
  }, base);
}

/** True for a plain object: neither null nor a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
