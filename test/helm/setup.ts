import { ChartError } from "../../generator/problem.ts";
import { findHelm } from "../../generator/helm.ts";
import type { HelmMajor } from "../../generator/helm.ts";

/** Unpacks Helm once, before test files run side by side, and names the programs that a green run has proven. */
export default async function setup(): Promise<void> {
  for (const major of [4, 3] satisfies HelmMajor[]) {
    try {
      const { path, version } = await findHelm(major);
      console.log(`helm ${version}  ${path}`);
    } catch (error) {
      // The tests that need it fail with the same message; the others can still be run.
      if (!(error instanceof ChartError)) throw error;
      console.warn(error.message);
    }
  }
}
