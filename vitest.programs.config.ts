import { defineConfig } from "vitest/config";

/**
 * What the charts render, tried with the programs that will read it: `make test-programs`. They need Go once, to build the
 * programs, and Debian's redis-server; each test that needs one says so if it is missing.
 */
export default defineConfig({
  test: {
    include: ["test/programs/**/*.test.ts", "test/policy/**/*.test.ts"],
    globalSetup: "test/programs/setup.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The programs are busy themselves.
    maxWorkers: 2,
  },
});
