import { defineConfig } from "vitest/config";

/** Tests on a real Kubernetes API server: `make test-cluster`. They need Go once, to build the programs. */
export default defineConfig({
  test: {
    include: ["test/cluster/**/*.test.ts"],
    globalSetup: "test/cluster/harness/setup.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each file has a cluster of its own, of about one busy core.
    maxWorkers: 2,
  },
});
