import { fieldPath } from "../manifest.ts";
import { containerRule } from "./rule.ts";
import type { Finding, Rule } from "./rule.ts";

/** Credentials belong into Secrets. */
export const sensitiveRules: readonly Rule[] = [
  containerRule("env-var-secret", ["kube-linter/env-var-secret"], function* ({ container }) {
    for (const [index, { name, value }] of (container.env ?? []).entries()) {
      if (/secret/i.test(name) && (value ?? "") !== "") yield [`env[${index}].value`, literal(name)];
    }
  }),
  containerRule("sensitive-container-env-var", ["polaris/sensitiveContainerEnvVar"], function* ({ container }) {
    for (const [index, { name, value }] of (container.env ?? []).entries()) {
      if (value !== undefined && (isSensitiveName(name) || privateKey.test(value))) {
        yield [`env[${index}].value`, literal(name)];
      }
    }
  }),
  {
    id: "sensitive-configmap-content",
    askedBy: ["polaris/sensitiveConfigmapContent"],
    *check(release): Generator<Finding> {
      for (const { manifest, object } of release.all("ConfigMap")) {
        for (const [key, value] of Object.entries(object.data ?? {})) {
          if (!isSensitiveName(key) && !privateKey.test(value)) continue;
          const message = `${key} reads like a credential, and ConfigMaps are readable to many; move it to a Secret or rename it`;
          yield { manifest, path: fieldPath("data", key), message };
        }
      }
    },
  },
];

function literal(name: string): string {
  return `${name} is written into the manifest for all to read; take it from a Secret (valueFrom.secretKeyRef)`;
}

/** The names polaris takes for credentials. */
const sensitiveNames = [
  /^AWS_SECRET_ACCESS_KEY$/i,
  /^GOOGLE_APPLICATION_CREDENTIALS$/i,
  /^AZURE_.+KEY$/i,
  /^OCI_CLI_KEY_CONTENT$/i,
  /password|token|bearer|secret/i,
];

const privateKey = /-BEGIN\s+.*PRIVATE KEY-/i;

function isSensitiveName(name: string): boolean {
  return sensitiveNames.some((pattern) => pattern.test(name));
}
