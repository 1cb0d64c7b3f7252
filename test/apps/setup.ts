import { buildFamily } from "../../tools/build.ts";
import { appNames, buildApp } from "./build.ts";

/** Runs once before all tests of the applications. */
export default async function setup(): Promise<void> {
  for (const family of ["versitygw", "rclone", "redis-exporter"] as const) await buildFamily(family);
  for (const name of appNames) await buildApp(name);
}
