import type { KubernetesObject } from "../../generator/check/manifest.ts";
import { outside } from "./outside.ts";

/** Signs the tokens that production believes. */
export const jwtSecret = "a-secret-for-tokens-of-this-test";

/** Values of the Secrets that production requires, as an operator makes them, by key. */
const known: Readonly<Record<string, string>> = {
  DATABASE_URL: outside.database.url,
  DATABASE_DIRECT_URL: outside.database.url,
  JWT_SECRET: jwtSecret,
  AWS_ACCESS_KEY_ID: outside.objectStorage.accessKeyId,
  AWS_SECRET_ACCESS_KEY: outside.objectStorage.secretAccessKey,
  "access-key-id": outside.objectStorage.accessKeyId,
  "secret-access-key": outside.objectStorage.secretAccessKey,
  "webhook-url": `${outside.alerts}/webhook`,
  "slack-url": `${outside.alerts}/slack`,
  "dead-mans-switch-url": `${outside.alerts}/switch`,
};

/**
 * The Secrets that a release requires, each in the namespace of the objects that name it. A key that nothing is known of
 * is a password.
 */
export function secretObjects(
  secrets: readonly { name: string; keys: readonly string[] }[],
  objects: readonly KubernetesObject[],
): object[] {
  return secrets.flatMap(({ name, keys }) => {
    const users = objects.filter(({ kind, ...object }) => kind !== "NetworkPolicy" && mentions(object, name));
    return [...new Set(users.map(({ metadata }) => metadata.namespace))].map((namespace) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace },
      stringData: Object.fromEntries(keys.map((key) => [key, known[key] ?? `password-${key}`])),
    }));
  });
}

/** Whether a variable or a volume below the node is of that Secret. */
function mentions(node: unknown, name: string): boolean {
  if (typeof node !== "object" || node === null) return false;
  return Object.entries(node).some(([field, value]) => {
    if (field === "secretKeyRef") return (value as { name: string }).name === name;
    if (field === "secret" && (value as { secretName?: string }).secretName === name) return true;
    return mentions(value, name);
  });
}
