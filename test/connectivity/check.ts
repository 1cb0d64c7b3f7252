import { setTimeout as sleep } from "node:timers/promises";

import type { PolicyPort } from "../../generator/check/lint/network-model.ts";
import { connects } from "../../generator/check/lint/network-reach.ts";
import type { Release } from "../../generator/check/lint/release.ts";
import { ChartError } from "../../generator/problem.ts";
import { portsOf } from "../network/matrix.ts";
import { livePods, type LivePod } from "./live.ts";
import { findPlaces } from "./places.ts";
import { suspects } from "./policies.ts";
import { attempt, eachOf, endProbes, probeIn, standIn, type Attempt, type Probe, type ProbeOptions } from "./probes.ts";
import type { Installed, Kubectl } from "./release.ts";
import { outsideTargets, targetOf, type Target } from "./targets.ts";

export interface ConnectivityOptions extends Installed {
  readonly release: Release;
  /** Image with `node` in its path; by default that of the backend, or the frontend. */
  readonly image?: string;
  /** A public address on which something listens. */
  readonly internet: string;
  /** Ends the run, and everything that it has started. */
  readonly signal?: AbortSignal;
  /** Is told what is being done. */
  readonly report?: (text: string) => void;
}

/** One connection that was tried. */
export interface Tried {
  readonly from: string;
  readonly to: string;
  /** Pods or addresses of both. */
  readonly ends: readonly [string, string];
  readonly port: string;
  readonly expected: boolean;
  readonly open: boolean;
  /** Policies to look at if it is not as expected. */
  readonly suspects: readonly string[];
}

/** What was tried, and what could not be. */
export interface Connectivity {
  readonly tried: readonly Tried[];
  /** What was left out for a reason. */
  readonly left: readonly string[];
  /** What should have been tried. */
  readonly failed: readonly string[];
}

/**
 * Tries, from the real pods of a release, every connection that its policies decide, and compares with what they let through
 * according to the model of docs/network-flows.md. Only ports on which somebody listens are tried: in pods of the release the
 * probes listen themselves, of others a pod under no policy finds out.
 *
 * @throws ChartError when no pod of the release has an image to try with.
 */
export async function checkConnectivity(kubectl: Kubectl, options: ConnectivityOptions): Promise<Connectivity> {
  const { release, signal, report = () => {} } = options;
  const pods = await livePods(kubectl);
  const places = await findPlaces(kubectl, release, options, pods);
  const ports = portsOf(release);
  const probing: ProbeOptions = { id: Date.now().toString(36), ports, namespace: options.namespace, ...imageOf(options, pods) };
  const left = [...places.left];
  const failed: string[] = [];
  const probes: Probe[] = [];
  const start = async (name: string, work: () => Promise<Probe>) => {
    signal?.throwIfAborted();
    try {
      probes.push(await work());
    } catch (error) {
      signal?.throwIfAborted();
      failed.push(`${name}: ${String(error).trim().split("\n").at(-1)}`);
    }
  };
  try {
    report(`starting ${places.own.length + places.standIns.length} probes with ${probing.image}`);
    await eachOf(
      [
        ...places.own.map((place) => () => start(place.party, () => probeIn(kubectl, place, probing))),
        ...places.standIns.map((each) => () => start(each.party.name, () => standIn(kubectl, each, probing))),
      ],
      (work) => work(),
    );
    const outside = await outsideTargets(kubectl, options.internet, probes, places.others, ports, { left, failed });
    const targets = [...probes.map(({ place, listening }) => targetOf(place, listening)), ...outside];
    report(`trying connections from ${probes.length} pods to ${targets.length} pods and addresses`);
    const live = await kubectl(["get", "networkpolicies", "--all-namespaces", "--output", "json"]);
    const tried = await eachOf(probes, (probe) => {
      signal?.throwIfAborted();
      return tryFrom(kubectl, release, live, probe, targets);
    });
    return { tried: tried.flat(), left, failed };
  } finally {
    await endProbes(kubectl, probes, probing);
  }
}

// ── internal ────────────────────────────────────────────────────────────────

function imageOf({ namespace, image }: ConnectivityOptions, pods: readonly LivePod[]) {
  const found = ["backend", "frontend"].flatMap((name) =>
    pods.filter(
      ({ metadata: { namespace: where, labels = {} } }) =>
        where === namespace && labels["app.kubernetes.io/name"] === name && labels["app.kubernetes.io/component"] === "server",
    ),
  )[0];
  const chosen = image ?? found?.spec.containers[0]?.image;
  if (chosen === undefined) {
    throw new ChartError(`no pod of the backend or the frontend is Ready in namespace "${namespace}": say by --image what to try with.`);
  }
  return { image: chosen, pullSecrets: found?.spec.imagePullSecrets ?? [] };
}

const patience = 3;

async function tryFrom(kubectl: Kubectl, release: Release, live: string, probe: Probe, targets: readonly Target[]): Promise<Tried[]> {
  const from = probe.place;
  const wanted = targets
    .filter(({ own, what }) => (own || from.own) && what !== from.pod.metadata.name)
    .flatMap((target) =>
      [...target.listening].flatMap((port) => {
        const protocols = port === 53 && target.name === "DNS" ? (["TCP", "UDP"] as const) : (["TCP"] as const);
        return protocols.map((protocol) => ({
          target,
          attempt: [target.end.addresses[0] ?? "", port, protocol] as Attempt,
          expected: connects(release, from.end, target.end, { port, protocol }),
        }));
      }),
    );
  const open = await attempt(
    kubectl,
    probe,
    wanted.map((each) => each.attempt),
  );
  // A controller takes a moment until it knows of a new pod, and a busy node may not answer in time.
  for (let turn = 0; turn < patience; turn += 1) {
    const odd = wanted.flatMap(({ expected }, index) => (open[index] === expected ? [] : [index]));
    if (odd.length === 0) break;
    await sleep(3000);
    const again = await attempt(
      kubectl,
      probe,
      odd.map((index) => wanted[index]?.attempt ?? ["", 0, "TCP"]),
    );
    for (const [turnIndex, index] of odd.entries()) open[index] = again[turnIndex] === true;
  }
  return wanted.map(({ target, attempt: [, port, protocol], expected }, index) => {
    const isOpen = open[index] === true;
    const wrong: PolicyPort = { port, protocol };
    return {
      from: from.party,
      to: target.name,
      ends: [from.pod.metadata.name, target.what],
      port: protocol === "TCP" ? `${port}` : `${port}/${protocol}`,
      expected,
      open: isOpen,
      suspects: isOpen === expected ? [] : suspects(release, live, from.end, target.end, wrong, expected),
    };
  });
}
