import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Cluster tests and the linters have their own config (`make test-cluster`); type tests are compiled by tsc, not run.
    exclude: ["test/cluster/**", "test/policy/**", "**/*.type.test.ts"],
    globalSetup: ["test/helm/setup.ts"],
    // Real programs run in the tests, and several at once on small machines.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
