import { outside } from "./outside.ts";

/** Values of the Secrets that production requires, as an operator makes them, by key. */
const known: Readonly<Record<string, string>> = {
  DATABASE_URL: outside.database.url,
  DATABASE_DIRECT_URL: outside.database.url,
  JWT_SECRET: "a-secret-for-tokens-of-this-test",
  AWS_ACCESS_KEY_ID: outside.objectStorage.accessKeyId,
  AWS_SECRET_ACCESS_KEY: outside.objectStorage.secretAccessKey,
};

export const jwtSecret = known["JWT_SECRET"] ?? "";

/** The Secrets of a namespace; a key that nothing is known of is a password. */
export function secretObjects(secrets: readonly { name: string; keys: readonly string[] }[], namespace: string): object[] {
  return secrets.map(({ name, keys }) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    stringData: Object.fromEntries(keys.map((key) => [key, known[key] ?? `password-${key}`])),
  }));
}
