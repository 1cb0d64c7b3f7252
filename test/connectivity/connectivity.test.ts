/** What needs no cluster; the rest is tried on real nodes, in test/nodes/policies.test.ts. */
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import type { Tried } from "./check.ts";
import { asPod } from "./live.ts";
import { findPlaces } from "./places.ts";
import { suspects } from "./policies.ts";
import { installedRelease, releaseOfText, type Kubectl } from "./release.ts";
import { connectivityReport } from "./report.ts";

const policy = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: store }
spec:
  podSelector: { matchLabels: { app: store } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 80, protocol: TCP }] }]
`;
const job = `
apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { helm.sh/hook: pre-upgrade } }
spec:
  template:
    metadata: { labels: { app.kubernetes.io/name: backend, app.kubernetes.io/component: migration } }
    spec: { containers: [{ name: migrate, image: backend:1 }] }
`;

/** Answers as a cluster with these objects. */
const clusterOf =
  (objects: Readonly<Record<string, unknown>>): Kubectl =>
  async (args) => {
    const [, answer] = Object.entries(objects).find(([word]) => args.some((arg) => arg.startsWith(word))) ?? [];
    if (answer === undefined) throw new Error(`nobody knows of ${args.join(" ")}`);
    return typeof answer === "string" ? answer : JSON.stringify(answer);
  };

describe("a release", () => {
  const secretOf = (version: string, release: object) => {
    const packed = gzipSync(JSON.stringify(release)).toString("base64");
    return { metadata: { labels: { version } }, data: { release: Buffer.from(packed).toString("base64") } };
  };

  test("is read from the newest Secret of Helm, with its hooks, and in its namespace", async () => {
    const items = [secretOf("9", { manifest: "" }), secretOf("10", { manifest: policy, hooks: [{ manifest: job }] })];
    const release = await installedRelease(clusterOf({ secrets: { items } }), { name: "shop", namespace: "prod" });
    expect(release.manifests.map(({ object: { kind, metadata } }) => [kind, metadata.namespace, metadata.name])).toEqual([
      ["NetworkPolicy", "prod", "store"],
      ["Job", "prod", "migrate"],
    ]);
  });

  test("that Helm does not know is asked for", async () => {
    const missing = installedRelease(clusterOf({ secrets: { items: [] } }), { name: "shop", namespace: "prod" });
    await expect(missing).rejects.toThrow(/there is no deployed release "shop" in namespace "prod".*--manifests/s);
  });
});

describe("a pod that stands in", () => {
  const release = releaseOfText(job, "prod");
  const found = (objects: readonly object[]) =>
    findPlaces(clusterOf({ namespaces: "prod", services: { items: objects } }), release, { name: "shop", namespace: "prod" }, []);
  const labels = { "app.kubernetes.io/name": "backend", "app.kubernetes.io/component": "migration" };
  const names = async (objects: readonly object[]) => (await found(objects)).standIns.map(({ party }) => party.name);

  test("has the labels of a party without pods", async () => {
    const { standIns, left } = await found([]);
    expect(standIns.find(({ party }) => party.name === "backend migration")).toMatchObject({ namespace: "prod", labels });
    expect(left).toEqual([]);
  });

  test.each([
    [
      "a Service",
      {
        kind: "Service",
        metadata: { name: "all", namespace: "prod" },
        spec: { publishNotReadyAddresses: true, selector: { "app.kubernetes.io/name": "backend" } },
      },
    ],
    ["a DaemonSet", { kind: "DaemonSet", metadata: { name: "all", namespace: "prod" }, spec: { selector: { matchLabels: labels } } }],
  ])("is not made where %s would take it for its own", async (_, object) => {
    expect(await names([object])).not.toContain("backend migration");
    expect((await found([object])).left).toContain(`backend migration: ${object.kind} all would take a pod with its labels for its own`);
  });

  test("is made where the selector is another namespace's or more, or the Service waits until pods are Ready", async () => {
    const others = [
      { kind: "DaemonSet", metadata: { name: "all", namespace: "default" }, spec: { selector: { matchLabels: labels } } },
      { kind: "Service", metadata: { name: "ready", namespace: "prod" }, spec: { selector: labels } },
      { kind: "Service", metadata: { name: "none", namespace: "prod" }, spec: {} },
      {
        kind: "PodDisruptionBudget",
        metadata: { name: "more", namespace: "prod" },
        spec: { selector: { matchLabels: { ...labels, app: "x" } } },
      },
    ];
    expect(await names(others)).toContain("backend migration");
  });
});

describe("the policies to look at", () => {
  const release = releaseOfText(policy, "prod");
  const end = (app: string) => ({ pod: podOf(app), addresses: ["10.42.0.10"] });
  const live = (...items: object[]) => JSON.stringify({ items });
  const installed = release.all("NetworkPolicy")[0]?.object as unknown as { metadata: object; spec: object };
  const look = (cluster: string, expected = true) =>
    suspects(release, cluster, end("web"), end("store"), { port: expected ? 80 : 81, protocol: "TCP" }, expected);

  test("are those about the two ends, and others' in the cluster", () => {
    expect(look(live(installed))).toEqual(["prod/store"]);
    const foreign = { metadata: { name: "deny", namespace: "prod" }, spec: { podSelector: {}, policyTypes: ["Ingress"] } };
    expect(look(live(installed, foreign))).toEqual(["prod/store", "prod/deny (not of the release)"]);
    expect(look(live(installed), false)).toEqual(["prod/store"]);
  });

  test("are those alone that the cluster does not have as they were installed", () => {
    expect(look(live())).toEqual(["prod/store (missing in the cluster)"]);
    expect(look(live({ ...installed, spec: { ...installed.spec, ingress: [] } }))).toEqual(["prod/store (changed in the cluster)"]);
  });
});

const podOf = (app: string) => asPod({ metadata: { name: app, namespace: "prod", labels: { app } }, spec: { containers: [] }, status: {} });

describe("the report", () => {
  const tried = (from: string, port: string, expected: boolean, open: boolean): Tried => ({
    from,
    to: "store",
    ends: [`${from}-0`, "store-0"],
    port,
    expected,
    open,
    suspects: expected === open ? [] : ["prod/store"],
  });

  test("says that everything is as it should be", () => {
    expect(connectivityReport({ tried: [tried("web", "80", true, true), tried("web", "22", false, false)], left: [], failed: [] }))
      .toMatchInlineSnapshot(`
      "from  to     open  refused ports
      web   store  80    1

      2 connections tried: 1 open, 1 refused. Who is not in the table with another is refused on every port.

      Everything is as the policies of the release say."
    `);
  });

  test("puts together what differs in the same way", () => {
    const all = [
      tried("web", "80", true, false),
      tried("other", "80", false, true),
      tried("other", "81", false, true),
      tried("web", "9", false, false),
    ];
    expect(connectivityReport({ tried: all, left: ["DNS: somebody's"], failed: [] })).toMatchInlineSnapshot(`
      "from   to     open    refused ports
      other  store  80, 81  0

      4 connections tried: 2 open, 2 refused. Who is not in the table with another is refused on every port.

      Not tried:
        DNS: somebody's

      3 are not as the policies of the release say:
        web → store, 80: refused, and should be open (web-0 → store-0)
            look at NetworkPolicy prod/store
        other → store, 80, 81: open, and should be refused (other-0 → store-0)
            look at NetworkPolicy prod/store"
    `);
  });

  test("says that something could not be tried, and does not call that success", () => {
    const report = connectivityReport({ tried: [tried("web", "80", true, true)], left: [], failed: ["redis: ErrImagePull"] });
    expect(report.split("\n").slice(-2)).toEqual([
      "These could not be tried, and the rest is as the policies of the release say:",
      "  redis: ErrImagePull",
    ]);
  });

  test("says that nobody enforces anything", () => {
    const all = [tried("web", "80", true, true), tried("other", "80", false, true)];
    expect(connectivityReport({ tried: all, left: [], failed: [] })).toContain("no policy is enforced");
  });
});
