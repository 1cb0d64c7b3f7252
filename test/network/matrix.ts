/** Which connections the rendered policies let through: every party with every other, on every port in question. */
import { rulesOf } from "../../generator/check/lint/network-model.ts";
import { connects } from "../../generator/check/lint/network-reach.ts";
import { indexRelease, type Release } from "../../generator/check/lint/release.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { installation, manifestsOf } from "../charts/releases.ts";
import { partiesOf, type Party } from "./parties.ts";

/** A connection that is let through. */
export interface Flow {
  readonly from: string;
  readonly to: string;
  /** As `4000` or `53/UDP`; `any` if all are open. */
  readonly port: string;
}

const protocols = ["TCP", "UDP"] as const;

/** Ports that somebody would try, whatever the charts say: SSH, DNS, HTTP, HTTPS, API server, kubelet, and one that nobody uses. */
const tried = [22, 53, 80, 443, 6443, 10250, 54321];

/** What the policies of a release let through, and the names of its pods. */
export interface Matrix {
  readonly flows: readonly Flow[];
  readonly pods: readonly string[];
}

/** The connections of a release that its policies decide, and let through; of a pod with itself: with another of its replicas. */
export function matrixOf(values: Values = {}): Matrix {
  const release = releaseOf(values);
  const parties = partiesOf(release, installation.name);
  const ports = portsOf(release);
  const flows = parties.flatMap((from) => parties.filter((to) => from.own || to.own).flatMap((to) => between(release, from, to, ports)));
  return { flows, pods: parties.filter(({ own }) => own).map(({ name }) => name) };
}

/** The umbrella with these values, as the rules of the check see it. */
export function releaseOf(values: Values): Release {
  return indexRelease(manifestsOf(values), { namespace: installation.namespace });
}

// ── internal ────────────────────────────────────────────────────────────────

function between(release: Release, from: Party, to: Party, ports: readonly number[]): Flow[] {
  const all = ports.flatMap((port) => protocols.map((protocol) => ({ port, protocol })));
  const open = all.filter((port) => connects(release, from, to, port));
  if (open.length === all.length) return [{ from: from.name, to: to.name, port: "any" }];
  return open.map(({ port, protocol }) => ({ from: from.name, to: to.name, port: protocol === "TCP" ? `${port}` : `${port}/${protocol}` }));
}

/** Every port that a policy or a container of a release names, and some that none does. */
export function portsOf(release: Release): number[] {
  const ofPolicies = release
    .all("NetworkPolicy")
    .flatMap((policy) => (["Ingress", "Egress"] as const).flatMap((direction) => rulesOf(policy, direction)))
    .flatMap(({ ports = [] }) => ports.flatMap(({ port, endPort }) => [port, endPort]))
    .filter((port) => typeof port === "number");
  const ofContainers = release.pods.flatMap(({ containers }) =>
    containers.flatMap(({ container }) => (container.ports ?? []).map(({ containerPort }) => containerPort)),
  );
  return [...new Set([...tried, ...ofPolicies, ...ofContainers])].toSorted((a, b) => a - b);
}
