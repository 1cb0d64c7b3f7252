import { defineConfig } from "vitest/config";

/** Tests that start clusters of their own or need Go, and so make no sense on a cluster of the user's. */
const own = ["autoscaling", "capacity", "failure", "faults", "harness", "hpa-rule", "keda", "versions"].map(
  (name) => `test/cluster/${name}.test.ts`,
);

/**
 * Tests on a real Kubernetes API server: `make test-cluster`. They need Go once, to build the programs, or a cluster:
 * XPEDITIS_CLUSTER=external KUBECONFIG=<file>. KUBECONFIG alone is not enough, as it may name one that matters.
 */
export default defineConfig({
  test: {
    include: ["test/cluster/**/*.test.ts"],
    exclude: process.env.XPEDITIS_CLUSTER === "external" ? own : [],
    globalSetup: "test/cluster/harness/setup.ts",
    // Waits have limits of their own; these only end what hangs, also on a machine that is busy with other things.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    // Real controllers decide by the clock; on a busy machine one may miss its moment, but not twice.
    retry: 1,
    // Each file has a cluster of its own, of about one busy core.
    maxWorkers: 2,
  },
});
