import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChartCluster, type ChartCluster } from "./chart/chart-cluster.ts";
import { footprint, inventory, leftovers, restarted } from "./chart/changes.ts";
import { environment, impatient, overlaid } from "./chart/environments.ts";
import { foughtOver } from "./chart/field-owners.ts";
import { drain } from "./chart/drain.ts";
import { pinning } from "./chart/fit.ts";
import { wrongNotes } from "./chart/notes.ts";
import type { Edit } from "./chart/packages.ts";
import { secretReaders } from "./chart/permissions.ts";
import type { Release } from "./chart/release.ts";
import { unready, type Pod } from "./chart/workloads.ts";
import { worker } from "./harness/nodes.ts";
import { missingImageTag } from "./harness/stages.ts";

/** Every check is shown to see what it is there for: charts with one fault each, and what is said of them. */
let site: ChartCluster;

beforeAll(async () => {
  const nodes = ["worker-1", "worker-2"].map((name) => ({ kind: "fake", name, shape: worker }) as const);
  site = await startChartCluster({ nodes });
});
afterAll(() => site?.[Symbol.asyncDispose]());

const staging = overlaid(environment("staging"), impatient);
const backend = (template: string) => `charts/backend/templates/${template}.yaml`;
const deployment = backend("deployment");

/** A fault of the chart, the check that must find it, and what it must say. */
type Fault = readonly [
  fault: string,
  edits: readonly Edit[],
  check: (release: Release, chart: string) => Promise<readonly string[]>,
  expected: RegExp,
];

/** The words of a Helm command that fails soon, if it does. */
async function refusal(release: Release, command: "install" | "upgrade", chart: string, ...args: string[]): Promise<string[]> {
  const wait = ["--wait", "--wait-for-jobs", "--timeout", "15s"];
  const { code, stderr } = await release.helm(
    [command, release.name, chart, "--values", "-", ...wait, ...args],
    release.environment.values,
  );
  return code === 0 && !/warn/i.test(stderr) ? [] : [stderr];
}

async function installed<T>(release: Release, chart: string, check: () => Promise<T>): Promise<T> {
  await release.install(chart);
  return check();
}

/** What an upgrade from the sound chart to the faulty one refuses or restarts. */
async function upgraded(release: Release, chart: string): Promise<string[]> {
  await release.install(await site.pack());
  const before = await footprint(site.cluster, release.namespace);
  const refused = await refusal(release, "upgrade", chart);
  return [...refused, ...restarted(before, await footprint(site.cluster, release.namespace))];
}

const extra = (text: string): Edit => ({ file: backend("serviceaccount"), from: /$/, to: `---\n${text}` });
const labels = (from: string, indent: string): Edit => ({
  file: deployment,
  from: new RegExp(`${from}:\\n( +labels:\\n)?`),
  to: `$&${indent}example.com/chart: {{ .Chart.Version | quote }}\n`,
});

const faults: readonly Fault[] = [
  [
    "1 a pod that no node can hold",
    [{ file: deployment, from: /\n +affinity:|\n +dnsConfig:/, to: "\n      nodeSelector:\n        no: such$&" }],
    (release, chart) => refusal(release, "install", chart),
    /not ready|deadline/,
  ],
  [
    "1 a selector that does not match its pods",
    [{ file: deployment, from: "app.kubernetes.io/component: server", to: "app.kubernetes.io/component: other" }],
    (release, chart) => refusal(release, "install", chart),
    /selector. does not match template/,
  ],
  [
    "1 a helm test that fails",
    [{ file: backend("tests/http"), from: /image: \{\{ include .*/g, to: `image: "example.test/x:${missingImageTag}"` }],
    (release, chart) => installed(release, chart, async () => [(await release.helm(["test", release.name, "--timeout", "5s"])).stderr]),
    /Error: resource Pod\/staging-\d+\/backend-test-http not ready/,
  ],
  [
    "1 NOTES that name another address and another Secret",
    [
      {
        file: "templates/NOTES.txt",
        from: /include "(xpeditis.apiHost"|backend.secretName" .Subcharts.backend)( \.)?/g,
        to: 'print "wrong"',
      },
    ],
    (release, chart) => installed(release, chart, () => wrongNotes(site.cluster, release)),
    /no Ingress serves https:\/\/wrong[^]*nothing reads the Secret wrong/,
  ],
  [
    "2 the chart's version on the pods",
    [labels("  template:\n    metadata", "        ")],
    (release, chart) => upgraded(release, chart),
    /Pod .* → gone/,
  ],
  [
    "2 another selector",
    [labels("    matchLabels", "      "), labels("  template:\n    metadata", "        ")],
    (release, chart) => upgraded(release, chart),
    /field is immutable/,
  ],
  [
    "2 something that stays behind",
    [{ file: backend("configmap"), from: "metadata:\n", to: "metadata:\n  annotations:\n    helm.sh/resource-policy: keep\n" }],
    async (release, chart) => {
      const before = await inventory(site.cluster, release.namespace);
      await release.install(chart);
      await release.helm(["uninstall", release.name, "--wait"]);
      return leftovers(site.cluster, release.namespace, before);
    },
    /configmap\/backend-config/,
  ],
  [
    "3 replicas beside an autoscaler",
    [{ file: deployment, from: "spec:\n", to: "spec:\n  replicas: 3\n" }],
    async (release, chart) => {
      await release.install(chart);
      await site.cluster.kubectl(["scale", "deployment", "backend", "--namespace", release.namespace, "--replicas=2"]);
      return [
        ...(await foughtOver(site.cluster, release)),
        ...(await refusal(
          release,
          "upgrade",
          await site.pack({ version: "9.0.0", edits: [{ file: deployment, from: "spec:\n", to: "spec:\n  replicas: 4\n" }] }),
        )),
      ];
    },
    /conflict.*\.spec\.replicas/s,
  ],
  [
    "4 a privileged container",
    [
      {
        file: deployment,
        from: "- name: backend\n",
        to: "- name: sidecar\n          image: example.test/a:1\n          securityContext:\n            privileged: true\n        - name: backend\n",
      },
    ],
    (release, chart) => refusal(release, "install", chart),
    /violate PodSecurity .*restricted:latest.*: privileged[^]*Deployment\/staging-\d+\/backend not ready/,
  ],
  [
    "4 a role that reads Secrets",
    [
      extra(`apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: reader
  namespace: {{ .Release.Namespace }}
rules:
  - apiGroups: [""]
    resources: [secrets]
    verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: reader
  namespace: {{ .Release.Namespace }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: reader
subjects:
  - kind: ServiceAccount
    name: backend
`),
    ],
    (release, chart) => installed(release, chart, () => secretReaders(site.cluster, release)),
    /serviceaccount:staging-\d+:backend may get Secrets/,
  ],
  [
    "6 and 8 no requests, and a volume that pins its node",
    [
      { file: deployment, from: /\n +cluster-autoscaler[^\n]*/, to: "" },
      { file: deployment, from: /resources:\n +\{\{- toYaml.*/g, to: "resources: {}" },
    ],
    (release, chart) => installed(release, chart, async () => pinning(await site.cluster.list<Pod>("pods", release.namespace))),
    /volume tmp pins the node[^]*backend requests no cpu/,
  ],
  [
    "8 a budget that allows no eviction",
    [{ file: backend("poddisruptionbudget"), from: /maxUnavailable: .*/, to: 'minAvailable: "100%"' }],
    (release, chart) =>
      installed(release, chart, async () => {
        await unready(site.cluster, release);
        const [pod] = await site.cluster.list<Pod>(
          "pods",
          release.namespace,
          "app.kubernetes.io/name=backend,app.kubernetes.io/component=server",
        );
        const node = pod?.spec.nodeName ?? "";
        const complaints = await drain(site.cluster, node, release.namespace, 6);
        await site.cluster.kubectl(["uncordon", node]);
        return complaints;
      }),
    /violate the pod's disruption budget|timeout/,
  ],
  [
    "9 an object of the whole cluster, wanted by two releases",
    [extra("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata:\n  name: xpeditis\nvalue: 1\n")],
    async (release, chart) => {
      await using other = await site.release(staging, { meets: true });
      await other.install(chart);
      return await refusal(release, "install", chart);
    },
    /PriorityClass "xpeditis".* cannot be imported into the current release/,
  ],
  [
    "10 what a rollback cannot take back",
    [
      extra(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: leftover\n  namespace: {{ .Release.Namespace }}\n  annotations:\n    helm.sh/hook: pre-install\n",
      ),
      { file: deployment, from: /image: \{\{ include .*/g, to: `image: "example.test/x:${missingImageTag}"` },
    ],
    async (release, chart) => {
      const before = await inventory(site.cluster, release.namespace);
      await refusal(release, "install", chart, "--rollback-on-failure");
      return leftovers(site.cluster, release.namespace, before);
    },
    /configmap\/leftover/,
  ],
];

// A drain would move the pods of the others, so that it waits until they are done.
const draining = faults.filter(([fault]) => fault.startsWith("8"));
const others = faults.filter((fault) => !draining.includes(fault));

async function expectSeen([, edits, check, expected]: Fault): Promise<void> {
  await using release = await site.release(staging);
  expect((await check(release, await site.pack({ edits }))).join("\n")).toMatch(expected);
}

describe.concurrent("faults", () => {
  test.each(others)("fault of point %s is seen", (...fault) => expectSeen(fault));

  test("the chart without a fault passes what the table looks at", async () => {
    await using release = await site.release(staging);
    expect(await refusal(release, "install", await site.pack())).toEqual([]);
    expect(pinning(await site.cluster.list<Pod>("pods", release.namespace))).toEqual([]);
  });
});

test.each(draining)("fault of point %s is seen", (...fault) => expectSeen(fault));
