import { buildFamily } from "../../tools/build.ts";

const families = [
  "openapi",
  "crds",
  "traefik-reference",
  "lint",
  "prometheus",
  "alertmanager",
  "collector",
  "loki",
  "versitygw",
  "rclone",
  "redis-exporter",
  "node-exporter",
  "blackbox-exporter",
] as const;

/** Runs once before all tests with real programs, so that two of them never build the same program at the same time. */
export default async function setup(): Promise<void> {
  for (const family of families) await buildFamily(family);
}
