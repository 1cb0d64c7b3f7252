import type { Client } from "../cluster/harness/client.ts";
import { outside } from "./outside.ts";

/** Asks the database outside of the cluster something, as its owner; gives the lines of the answer. */
export async function query(cluster: Client, sql: string): Promise<string[]> {
  const psql = [
    "psql",
    "-h",
    "127.0.0.1",
    "-U",
    "xpeditis",
    "--no-psqlrc",
    "--tuples-only",
    "--no-align",
    "-v",
    "ON_ERROR_STOP=1",
    "-c",
    sql,
    "xpeditis",
  ];
  const output = await cluster.kubectl(["--namespace", outside.namespace, "exec", "deployment/postgresql", "--", ...psql]);
  return output.split("\n").filter((line) => line !== "");
}

/** Throws all data and the schema away, as if the database had just been made. */
export async function emptyDatabase(cluster: Client): Promise<void> {
  await query(cluster, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
}

/** Names of the migrations that the database knows of, each as often as it was carried out. */
export function migrationsDone(cluster: Client): Promise<string[]> {
  return query(cluster, "SELECT name FROM migrations ORDER BY id");
}
