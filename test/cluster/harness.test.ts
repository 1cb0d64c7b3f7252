import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFailed, test, vi } from "vitest";
import { findHelm } from "../../generator/helm.ts";
import { toolPath } from "../../tools/build.ts";
import { startCluster, type Cluster, type ClusterOptions } from "./harness/cluster.ts";
import { hasCondition, runProgram } from "./harness/client.ts";
import { controlPlane, worker } from "./harness/nodes.ts";
import { missingImageTag } from "./harness/stages.ts";
import { isWatchdog, listProcesses, reapClusters, stateRoot } from "./harness/state.ts";

/** Everything that still runs or lies about of the cluster in a folder. */
async function remains(folder: string): Promise<string[]> {
  const processes = (await listProcesses()).filter(({ command }) => command.includes(folder));
  const files = await access(folder).then(
    () => [folder],
    () => [],
  );
  return [...processes.map(({ command }) => command), ...files];
}

function pod(name: string, overrides: { image?: string; annotations?: Record<string, string>; cpu?: string } = {}) {
  const { image = "example.test/app:1", annotations = {}, cpu = "100m" } = overrides;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default", annotations },
    spec: {
      restartPolicy: "Never",
      containers: [{ name: "app", image, resources: { requests: { cpu } } }],
    },
  };
}

describe("starting and stopping", () => {
  test("a component that refuses its settings fails the start with its own words, and nothing is left", async () => {
    const folder = await mkdtemp(join(tmpdir(), "refused-"));
    const starter = startElsewhere({ args: { "kube-apiserver": { "no-such-setting": "1" } } }, { TMPDIR: folder });
    const [output] = (await once(starter.stderr, "data")) as [Buffer];
    expect(output.toString()).toMatch(/kube-apiserver ended[^]*unknown flag: --no-such-setting/);
    expect(await readdir(join(folder, basename(stateRoot)))).toEqual([]);
    expect((await listProcesses()).filter(({ command }) => command.includes(folder))).toEqual([]);
    starter.kill();
    await rm(folder, { recursive: true });
  });

  test("two clusters side by side do not know each other, and stopping one leaves nothing of it", async () => {
    await using first = await startCluster();
    const second = await startCluster();
    await using _ = second;
    const note = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "note", namespace: "default" },
      data: { a: "b" },
    };
    await first.apply([note]);
    expect(await second.get("configmap", "note", "default")).toBeUndefined();
    const folder = dirname(second.kubeconfig);
    expect(await remains(folder)).not.toEqual([]);
    await second.stop();
    expect(await remains(folder)).toEqual([]);
    expect(await first.get("configmap", "note", "default")).toMatchObject(note);
  });

  test("a starter that is killed outright takes its cluster with it", async () => {
    const starter = startElsewhere();
    const folder = await folderOf(starter);
    starter.kill("SIGKILL");
    await vi.waitFor(async () => expect(await remains(folder)).toEqual([]), {
      timeout: 30_000,
      interval: 200,
    });
  });

  test("what is left when the watchdog is killed too is removed by the next start", async () => {
    const starter = startElsewhere();
    const folder = await folderOf(starter);
    const watchdog = (await listProcesses()).find(({ command }) => isWatchdog(command, folder));
    process.kill(watchdog?.pid ?? 0, "SIGKILL");
    starter.kill("SIGKILL");
    await once(starter, "exit");
    expect(await remains(folder)).not.toEqual([]);
    expect(await reapClusters()).toContain(folder);
    expect(await remains(folder)).toEqual([]);
  });

  /** Starts a cluster from a process of its own, which then waits for ever. */
  function startElsewhere(options: ClusterOptions = {}, env: NodeJS.ProcessEnv = {}) {
    const program = `
      import { startCluster } from ${JSON.stringify(join(import.meta.dirname, "harness", "cluster.ts"))};
      setInterval(() => {}, 1000);
      startCluster(${JSON.stringify(options)}).then(
        ({ kubeconfig }) => process.stdout.write(kubeconfig),
        ({ message }) => process.stderr.write(message),
      );
    `;
    const args = ["--input-type=module-typescript", "--eval", program];
    return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  }

  async function folderOf(starter: ReturnType<typeof startElsewhere>): Promise<string> {
    const [kubeconfig] = (await once(starter.stdout, "data")) as [Buffer];
    return dirname(kubeconfig.toString());
  }
});

describe("an older minor version", () => {
  test("1.33 drops the autoscaler's tolerance, which came with 1.35", async () => {
    await using cluster = await startCluster({ emulate: "1.33" });
    const manifest = JSON.stringify({
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "app", namespace: "default" },
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "app" },
        maxReplicas: 2,
        behavior: { scaleDown: { tolerance: "580m", stabilizationWindowSeconds: 7 } },
      },
    });
    await cluster.kubectl(["create", "-f", "-"], manifest);
    const stored = await cluster.kubectl(["get", "hpa", "app", "-o", "jsonpath={.spec.behavior.scaleDown}"]);
    expect(JSON.parse(stored)).toMatchObject({ stabilizationWindowSeconds: 7 });
    expect(JSON.parse(stored)).not.toHaveProperty("tolerance");
  });
});

describe("one cluster", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster({
      nodes: [
        { kind: "fake", name: "worker-1", shape: worker },
        { kind: "fake", name: "master-1", shape: controlPlane },
      ],
    });
  });
  afterAll(() => cluster?.stop());

  const phase = async (name: string, wanted: string) => {
    onTestFailed(async () => console.error(await cluster.diagnose()));
    return cluster.waitFor(`pod ${name} is ${wanted}`, async () => {
      const found = await cluster.get("pod", name, "default");
      return found?.status?.phase === wanted ? found : undefined;
    });
  };

  test("a wait that is in vain says for what, and shows the cluster", async () => {
    const wait = cluster.waitFor("a miracle", async () => undefined, 0);
    await expect(wait).rejects.toThrow(/a miracle[^]*worker-1 +Ready[^]*kube-apiserver\.log/);
  });

  test("nodes have the owner's sizes", async () => {
    const nodes = await cluster.list("nodes");
    expect(nodes.map((node) => [node.metadata.name, hasCondition(node, "Ready"), node.status])).toMatchObject([
      ["master-1", true, { capacity: { cpu: "2", memory: "3820Mi" }, allocatable: { cpu: "2", memory: "3820Mi" } }],
      ["worker-1", true, { capacity: { cpu: "8", memory: "15572Mi" }, allocatable: { cpu: "8", memory: "15572Mi" } }],
    ]);
  });

  test("a pod larger than every node is not scheduled, one that fits the worker is", async () => {
    await cluster.apply([pod("too-large", { cpu: "8100m" }), pod("fits", { cpu: "5" })]);
    await phase("fits", "Running");
    const refused = await cluster.waitFor("the scheduler has judged the large pod", async () => {
      const found = await cluster.get("pod", "too-large", "default");
      return found?.status?.conditions?.find(({ type }) => type === "PodScheduled");
    });
    expect(refused).toMatchObject({ status: "False", reason: "Unschedulable" });
  });

  test("a pod of a Helm test ends, any other bare pod goes on", async () => {
    await cluster.apply([pod("hook", { annotations: { "helm.sh/hook": "test" } }), pod("bare")]);
    await phase("bare", "Running");
    await phase("hook", "Succeeded");
    expect((await cluster.get("pod", "bare", "default"))?.status?.phase).toBe("Running");
  });

  test("a Deployment whose image is missing is never available", async () => {
    const labels = { app: "broken" };
    const { spec } = pod("", { image: `example.test/app:${missingImageTag}` });
    await cluster.apply([
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "broken", namespace: "default" },
        spec: {
          replicas: 1,
          progressDeadlineSeconds: 2,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { ...spec, restartPolicy: "Always" } },
        },
      },
    ]);
    const reason = await cluster.waitFor("the rollout has failed", async () => {
      const found = await cluster.get("deployment", "broken", "default");
      const progressing = found?.status?.conditions?.find(({ type }) => type === "Progressing");
      return progressing?.status === "False" ? progressing.reason : undefined;
    });
    expect(reason).toBe("ProgressDeadlineExceeded");
    const [stuck] = await cluster.list("pods", "default", "app=broken");
    expect(stuck?.status).toMatchObject({
      phase: "Pending",
      containerStatuses: [{ ready: false, state: { waiting: { reason: "ImagePullBackOff" } } }],
    });
  });

  test("a claim gets a volume, which goes with it", async () => {
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data", namespace: "default" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "hcloud-volumes",
        resources: { requests: { storage: "10Gi" } },
      },
    };
    await cluster.apply([claim]);
    await cluster.waitFor("the claim is bound", async () => {
      const found = await cluster.get("pvc", "data", "default");
      return found?.status?.phase === "Bound" ? true : undefined;
    });
    expect(await cluster.list("persistentvolumes")).toMatchObject([{ spec: { claimRef: { name: "data" } } }]);
    await cluster.kubectl(["delete", "pvc", "data", "--namespace", "default", "--wait=false"]);
    await cluster.waitFor("the volume is gone", async () => ((await cluster.list("persistentvolumes")).length === 0 ? true : undefined));
  });

  test("the custom resources' own rules are enforced", async () => {
    await cluster.loadCrds();
    const policy = { podMetricsEndpoints: [] };
    await expect(
      cluster.apply([
        {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "PodMonitor",
          metadata: { name: "app", namespace: "default" },
          spec: { selector: {}, ...policy, unknownSetting: true },
        },
      ]),
    ).rejects.toThrow(/spec\.unknownSetting: field not declared in schema/);
  });

  test.each([3, 4] as const)("the tests of a release end, with Helm %i", async (major) => {
    const { path } = await findHelm(major);
    const chart = await mkdtemp(join(tmpdir(), "chart-"));
    await mkdir(join(chart, "templates"));
    await writeFile(join(chart, "Chart.yaml"), "apiVersion: v2\nname: app\nversion: 1.0.0\n");
    const check = { ...pod("check", { annotations: { "helm.sh/hook": "test" } }) };
    await writeFile(join(chart, "templates", "check.yaml"), JSON.stringify(check));
    const helm = (...args: string[]) => runProgram(path, [...args, "--namespace", "default", "--kubeconfig", cluster.kubeconfig]);
    await helm("install", `release-${major}`, chart, "--wait");
    expect(await helm("test", `release-${major}`, "--timeout", "20s")).toMatch(/Phase: +Succeeded/);
    await helm("uninstall", `release-${major}`);
    await cluster.kubectl(["delete", "pod", "check", "--namespace", "default"]);
    await rm(chart, { recursive: true });
  });

  test("an external cluster is used as it is, and goes on after the test", async () => {
    vi.stubEnv("XPEDITIS_CLUSTER", "external");
    vi.stubEnv("KUBECONFIG", "");
    await expect(startCluster()).rejects.toThrow("KUBECONFIG is empty");
    vi.stubEnv("KUBECONFIG", cluster.kubeconfig);
    vi.stubEnv("PATH", `${dirname(await toolPath("kubernetes", "kubectl"))}${delimiter}${process.env.PATH}`);
    const same = await startCluster();
    vi.unstubAllEnvs();
    expect(same.kind).toBe("external");
    await expect(same.addNode({ kind: "fake", name: "x", shape: worker })).rejects.toThrow("has its own nodes");
    await same.stop();
    expect(await cluster.get("node", "worker-1")).toBeDefined();
  });
});
