import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // What needs more than npm has configs of its own (`make test-programs test-apps test-cluster test-nodes`); type tests are compiled by tsc,
    // not run.
    exclude: ["test/apps/**", "test/cluster/**", "test/nodes/**", "test/policy/**", "test/programs/**", "**/*.type.test.ts"],
    globalSetup: ["test/helm/setup.ts"],
    setupFiles: ["test/property-seed.ts"],
    // Real programs run in the tests, and several at once on small machines.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
