import { isRecord } from "../manifest.ts";
import { namespaceOf } from "./index-manifests.ts";
import { containerRule, podRule } from "./rule.ts";
import type { Fault, Finding, Rule } from "./rule.ts";

/** Names that must not occur twice, and the syntax of those inside a pod. */
export const uniqueRules: readonly Rule[] = [
  {
    id: "unique-object",
    askedBy: [],
    *check({ manifests }): Generator<Finding> {
      const seen = new Map<string, string>();
      for (const manifest of manifests) {
        const { apiVersion, kind, metadata } = manifest.object;
        const key = [apiVersion.split("/")[0], kind, namespaceOf(manifest), metadata.name].join(" ");
        const first = seen.get(key);
        if (first === undefined) seen.set(key, manifest.template);
        else yield { manifest, path: "metadata.name", message: `is also rendered by ${first}; rename or drop one` };
      }
    },
  },
  containerRule(
    "duplicate-env-var",
    ["kube-linter/duplicate-env-var", "kube-score/environment-variable-key-duplication"],
    function* ({ container }) {
      yield* repeated(
        "env",
        (container.env ?? []).map(({ name }) => name),
        "only the last one counts; remove one",
      );
    },
  ),
  containerRule("env-name", [], function* ({ container }) {
    for (const [index, { name }] of (container.env ?? []).entries()) {
      if (/^[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(name)) continue;
      yield [`env[${index}].name`, `"${name}" is not a valid name; write letters, digits, '_', '-' and '.'`];
    }
  }),
  podRule("unique-container-name", [], function* ({ containers }) {
    const seen = new Set<string>();
    for (const { container, path } of containers) {
      if (seen.has(container.name)) {
        yield { path: `${path}.name`, message: `"${container.name}" is the name of another container; rename one` };
      }
      seen.add(container.name);
      if (!isLabel(container.name)) yield { path: `${path}.name`, message: notALabel(container.name) };
    }
  }),
  podRule("unique-volume-name", [], function* ({ spec, specPath }) {
    const names = (spec.volumes ?? []).map(({ name }) => name);
    for (const [field, message] of repeated("volumes", names, "rename one")) {
      yield { path: `${specPath}.${field}`, message };
    }
    for (const [index, name] of names.entries()) {
      if (!isLabel(name)) yield { path: `${specPath}.volumes[${index}].name`, message: notALabel(name) };
    }
  }),
  podRule("volume-source", [], function* ({ spec, specPath }) {
    for (const [index, volume] of (spec.volumes ?? []).entries()) {
      const sources = Object.entries(volume).filter(([key, value]) => key !== "name" && isRecord(value));
      if (sources.length === 1) continue;
      const path = `${specPath}.volumes[${index}]`;
      yield { path, message: `has ${sources.length} sources; a volume has exactly one, such as emptyDir` };
    }
  }),
];

function* repeated(field: string, names: readonly string[], cure: string): Generator<Fault> {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) yield [`${field}[${index}].name`, `"${name}" is written twice; ${cure}`];
    seen.add(name);
  }
}

function isLabel(name: string): boolean {
  return name.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

function notALabel(name: string): string {
  return `"${name}" is not a valid name; write at most 63 lower-case letters, digits and '-'`;
}
