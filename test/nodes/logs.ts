import type { Client } from "../cluster/harness/client.ts";
import type { Pod } from "../cluster/chart/workloads.ts";

/** What programs say when they may not do something: names of errors, and their texts. */
const permission = /\b(EACCES|EPERM|EROFS)\b|permission denied|read-only file system|operation not permitted/i;

/** Lines of any container's log in a namespace that tell of a missing permission, as `<pod>/<container>: <line>`. */
export async function complaints(cluster: Client, namespace: string): Promise<string[]> {
  const pods = await cluster.list<Pod>("pods", namespace);
  const lines = pods.map(async ({ metadata, spec }) => {
    const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
    const logs = names.map(async (name) => {
      const log = await cluster.kubectl(["--namespace", namespace, "logs", metadata.name, "--container", name]);
      return log
        .split("\n")
        .filter((line) => permission.test(line))
        .map((line) => `${metadata.name}/${name}: ${line}`);
    });
    return (await Promise.all(logs)).flat();
  });
  return (await Promise.all(lines)).flat();
}
