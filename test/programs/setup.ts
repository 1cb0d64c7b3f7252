import { buildFamily } from "../../tools/build.ts";

/** Runs once before all tests with real programs, so that two of them never build the same program at the same time. */
export default async function setup(): Promise<void> {
  for (const family of ["openapi", "crds", "traefik-reference", "lint", "prometheus"] as const) await buildFamily(family);
}
