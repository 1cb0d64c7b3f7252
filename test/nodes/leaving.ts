import type { Client, KubeObject } from "../cluster/harness/client.ts";

interface Leaving extends KubeObject {
  readonly metadata: KubeObject["metadata"] & { readonly deletionTimestamp?: string };
}

/** Returns when no pod of the selector is shutting down any more: they go on after a rollout is complete. */
export async function untilGone(cluster: Client, namespace: string, selector: string): Promise<void> {
  await cluster.waitFor(
    "the pods before are gone",
    async () => {
      const pods = await cluster.list<Leaving>("pods", namespace, selector);
      return pods.every(({ metadata }) => metadata.deletionTimestamp === undefined) ? true : undefined;
    },
    120,
  );
}
