import { afterAll, beforeAll, expect, onTestFailed, test } from "vitest";

import { unready } from "../cluster/chart/workloads.ts";
import { complaints } from "./logs.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";

let production: Production;

beforeAll(async () => {
  production = await startProduction();
});
afterAll(() => production?.[Symbol.asyncDispose]());

test("helm install of the packaged umbrella: everything is Ready, and helm test passes", async () => {
  const { cluster, packages, release } = production;
  onTestFailed(async () => console.error(await cluster.diagnose()));
  await cluster.apply(databaseObjects());
  const start = performance.now();
  await release.install(await packages.pack());
  expect(await unready(cluster, release)).toEqual([]);
  const seconds = (performance.now() - start) / 1000;
  const pods = await cluster.list("pods", namespace);
  console.log(`${pods.length} pods of production are Ready ${seconds.toFixed(0)} s after \`helm install\` began`);

  const tests = await release.helm(["test", release.name, "--timeout", "3m"]);
  expect(tests.code === 0 ? "" : tests.stderr).toBe("");
  expect(tests.stdout.match(/Phase: +Succeeded/g)?.length).toBeGreaterThanOrEqual(5);
});

test("no container complains of permissions, and one that may not write would be found", async () => {
  const { cluster } = production;
  await cluster.kubectl(["--namespace", namespace, "create", "job", "backup-now", "--from=cronjob/redis-backup"]);
  await cluster.kubectl(["--namespace", namespace, "wait", "job/backup-now", "--for=condition=Complete", "--timeout=120s"]);
  expect(await complaints(cluster, namespace)).toEqual([]);

  const [redis] = await cluster.list("pods", namespace, "app.kubernetes.io/name=redis");
  const { spec } = redis as unknown as {
    spec: { securityContext: object; containers: { name: string; image: string; securityContext: object }[] };
  };
  const [{ image = "", securityContext = {} } = {}] = spec.containers;
  const container = { name: "writer", image, securityContext, command: ["sh", "-c", "touch /file; sleep 1000"] };
  await cluster.apply([
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "writer", namespace },
      spec: { securityContext: spec.securityContext, terminationGracePeriodSeconds: 0, containers: [container] },
    },
  ]);
  await cluster.kubectl(["--namespace", namespace, "wait", "pod/writer", "--for=condition=Ready", "--timeout=60s"]);
  const found = await cluster.waitFor("its complaint is in the log", async () => {
    const lines = await complaints(cluster, namespace);
    return lines.length > 0 ? lines : undefined;
  });
  expect(found).toEqual([expect.stringMatching(/^writer\/writer: touch: \/file: Read-only file system$/)]);
  await cluster.kubectl(["--namespace", namespace, "delete", "pod", "writer"]);
});
