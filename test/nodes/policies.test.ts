import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";

import { toolPath } from "../../tools/build.ts";
import type { KubeObject } from "../cluster/harness/client.ts";
import { checkConnectivity, type Connectivity, type Tried } from "../connectivity/check.ts";
import { installedRelease } from "../connectivity/release.ts";
import { connectivityReport, differences } from "../connectivity/report.ts";
import { databaseObjects } from "./outside.ts";
import { namespace, startProduction, type Production } from "./production.ts";

interface Pod extends KubeObject {
  readonly spec: { readonly nodeName: string };
}

let production: Production;
const listeners: ChildProcess[] = [];

beforeAll(async () => {
  production = await startProduction({ traefik: true, monitoring: true });
  const { cluster, packages, release } = production;
  await cluster.apply(databaseObjects());
  await release.install(await packages.pack());
  const [first, second] = cluster.realNodes as readonly [Node, Node];
  for (const node of [first, second]) await listen(node, "169.254.169.254", [80]);
  // From the other node the way there leads through the first.
  await listen(first, publicAddress, [22, 53, 80, 443, 5432, 6443]);
  await second.run(["ip", "route", "add", `${publicAddress}/32`, "via", first.address]);
});
beforeEach(() => onTestFailed(async () => console.error(await production.cluster.diagnose())));
afterAll(async () => {
  for (const listener of listeners) listener.kill();
  await production?.[Symbol.asyncDispose]();
});

test("every connection of the release is let through or refused as its policies say", async () => {
  const connectivity = await check();
  console.log(connectivityReport(connectivity));
  expect(differences(connectivity)).toEqual([]);
  expect(connectivity.failed).toEqual([]);
  // Whoever would take such a pod for its own is named, and nothing else is left out.
  expect(connectivity.left).toEqual(["DNS: Deployment coredns would take a pod with its labels for its own"]);

  const { tried } = connectivity;
  const between = (from: string, to: string) => tried.filter((each) => each.from === from && each.to === to);
  expect(openPorts(between("backend", "redis"))).toEqual(["6379"]);
  expect(openPorts(between("backend", "the internet"))).toEqual(["443", "5432"]);
  expect(openPorts(between("redis backup", "the internet"))).toEqual(["443"]);
  expect(openPorts(between("backend", "DNS"))).toEqual(["53", "53/UDP"]);
  for (const [from, to] of [
    ["backend", "API server"],
    ["backend", "nodes"],
    ["backend", "the metadata service"],
    ["frontend", "the internet"],
    ["frontend", "redis"],
    ["Traefik", "redis"],
    ["another namespace", "redis"],
    ["another namespace", "backend"],
    ["a pod that no chart knows", "redis"],
    ["a pod that no chart knows", "API server"],
  ] as const) {
    expect([from, to, between(from, to).length > 0, openPorts(between(from, to))]).toEqual([from, to, true, []]);
  }
  // Pods of the backend are on both nodes, and each node has rules of its own.
  expect(new Set(between("backend", "redis").map(({ ends: [pod] }) => pod)).size).toBe(2);
});

test("a policy that is missing is named, and what it let through is seen to be refused, by the command that users have", async () => {
  const restore = await withoutPolicy("redis");
  const { code, output } = await command();
  await restore();
  expect(code).toBe(1);
  const [, differing = ""] = output.split("are not as the policies of the release say:\n");
  expect(
    differing
      .replaceAll(/ \(\S+ → \S+\)$/gm, "")
      .trimEnd()
      .split("\n")
      .toSorted(),
  ).toEqual(
    [
      "backend → redis, 6379",
      "redis backup → redis, 6379",
      "redis test → redis, 6379",
      "prometheus → redis, 9121",
      "another Prometheus → redis, 9121",
    ]
      .flatMap((connection) => [
        `  ${connection}: refused, and should be open`,
        `      look at NetworkPolicy ${namespace}/redis (missing in the cluster)`,
      ])
      .toSorted(),
  );
});

test("without the policy for all pods, those that no chart knows are seen to be open, and the one that needs it for names to be refused", async () => {
  const restore = await withoutPolicy("xpeditis-default-deny");
  const wrong = differences(await check());
  await restore();
  const unknown = "a pod that no chart knows";
  expect(wrong.length).toBeGreaterThan(50);
  const others = wrong.filter(({ from, to }) => from !== unknown && to !== unknown);
  // Redis asks for no names, and has no rule of its own for it.
  expect(others.map(({ from, to, port, open }) => [from, to, port, open])).toEqual([
    ["redis", "DNS", "53", false],
    ["redis", "DNS", "53/UDP", false],
  ]);
  expect(wrong.filter(({ open }) => !open)).toEqual(others);
  expect(new Set(wrong.flatMap(({ suspects }) => suspects))).toEqual(
    new Set([`${namespace}/xpeditis-default-deny (missing in the cluster)`]),
  );
  expect(wrong).toContainEqual(expect.objectContaining({ from: unknown, to: "API server", port: "6443" }));
});

test("a node whose controller does nothing is seen by the pods that it does not protect", async () => {
  const { cluster } = production;
  const pods = await cluster.list<Pod>("pods");
  const nodeOf = new Map(pods.map(({ metadata, spec }) => [metadata.name, spec.nodeName]));
  const node = cluster.realNodes.find(({ name }) => name === nodeOf.get("redis-0"));
  await node?.run([
    "sh",
    "-ec",
    `kill -STOP $(pidof kube-router); for chain in INPUT FORWARD OUTPUT; do iptables -F KUBE-ROUTER-$chain; done`,
  ]);
  const wrong = differences(await check());
  await node?.run(["sh", "-ec", "kill -CONT $(pidof kube-router)"]);
  expect(wrong).toContainEqual(expect.objectContaining({ from: "another namespace", to: "redis", port: "6379", open: true }));
  expect(wrong.filter(({ open }) => !open)).toEqual([]);
  const elsewhere = ({ ends }: Tried) => ends.every((end) => nodeOf.has(end) && nodeOf.get(end) !== node?.name);
  expect(wrong.filter(elsewhere)).toEqual([]);
});

// ── internal ────────────────────────────────────────────────────────────────

const openPorts = (tried: readonly Tried[]): string[] => [...new Set(tried.filter(({ open }) => open).map(({ port }) => port))];

/** An address for documentation, which is as public as any to the policies. */
const publicAddress = "203.0.113.250";

async function check(): Promise<Connectivity> {
  const { cluster, release } = production;
  const installed = { name: release.name, namespace };
  const start = performance.now();
  const connectivity = await checkConnectivity(cluster.kubectl, {
    ...installed,
    release: await installedRelease(cluster.kubectl, installed),
    internet: publicAddress,
  });
  console.log(`${connectivity.tried.length} connections tried in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return connectivity;
}

/** The command as users start it, with kubectl in the path. */
async function command(): Promise<{ code: number; output: string }> {
  const { cluster, release } = production;
  const path = [dirname(await toolPath("kubernetes", "kubectl")), process.env["PATH"]].join(delimiter);
  const cli = join(import.meta.dirname, "..", "connectivity", "cli.ts");
  const args = [cli, "--namespace", namespace, "--release", release.name, "--internet", publicAddress];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, PATH: path, KUBECONFIG: cluster.kubeconfig },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

/** Takes a policy of the release away; gives a function that puts it back. */
async function withoutPolicy(name: string): Promise<() => Promise<void>> {
  const { cluster, release } = production;
  const policy = (await release.objects()).find(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === name);
  await cluster.kubectl(["--namespace", namespace, "delete", "networkpolicy", name]);
  return () => cluster.apply([{ ...policy, metadata: { ...policy?.metadata, namespace } }]);
}

type Node = Production["cluster"]["realNodes"][number];

/** Lets a node accept connections at an address that is not its own. It ends with the cluster at the latest. */
async function listen({ pid, run }: Node, address: string, ports: readonly number[]): Promise<void> {
  await run(["ip", "address", "add", `${address}/32`, "dev", "lo"]);
  const program = `
    const { createServer } = require("node:net");
    const accept = (port) => new Promise((listening) => createServer((socket) => socket.once("error", () => {}).end()).listen(port, "${address}", listening));
    Promise.all(${JSON.stringify(ports)}.map(accept)).then(() => console.log("ready"));
  `;
  const mark = `${dirname(production.cluster.kubeconfig)}/`;
  const listener = spawn("nsenter", ["--target", String(pid), "--net", "--", process.execPath, "-e", program, mark], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  listeners.push(listener);
  await once(listener.stdout, "data");
}
