import { defineConfig } from "vitest/config";

/**
 * The applications of `test/apps`, as the charts run them: `make test-apps`. They need npm to build them, Go once for the S3 server, and
 * Debian's redis-server and postgresql-15; each test that needs one says so if it is missing.
 */
export default defineConfig({
  test: {
    include: ["test/apps/*.test.ts"],
    globalSetup: "test/apps/setup.ts",
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The programs are busy themselves.
    maxWorkers: 2,
  },
});
