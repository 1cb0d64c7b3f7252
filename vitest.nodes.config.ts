import { defineConfig } from "vitest/config";

/**
 * Tests on real nodes, with real containers: `make test-nodes`. They need Linux, root, Go once to build the programs, and
 * Debian's packages. One file at a time: each has two nodes, and measures.
 */
export default defineConfig({
  test: {
    include: ["test/nodes/**/*.test.ts"],
    globalSetup: "test/nodes/setup.ts",
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 1,
  },
});
