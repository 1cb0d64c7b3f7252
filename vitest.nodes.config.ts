import { defineConfig } from "vitest/config";

/**
 * Tests on real nodes, with real containers: `make test-nodes`. They need Linux, root, Go once to build the programs, and
 * Debian's packages. One file at a time: each has two nodes, and measures. On a cluster of somebody's nothing is broken: there
 * a release that is installed is looked at.
 */
export default defineConfig({
  test: {
    include: process.env["XPEDITIS_CLUSTER"] === "external" ? ["test/nodes/external/*.test.ts"] : ["test/nodes/*.test.ts"],
    globalSetup: "test/nodes/setup.ts",
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
  },
});
