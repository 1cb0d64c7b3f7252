import { randomInt } from "node:crypto";
import { basename } from "node:path";

import { runProgram } from "../client.ts";
import { recordChanges } from "./host.ts";

/** The network of a cluster's real nodes: a bridge on this machine, to which each node is linked. */
export interface NodeNetwork {
  /** Folder of the cluster. */
  readonly folder: string;
  readonly bridge: string;
  /** First three numbers of the nodes' addresses; node n has `<prefix>.<n + 1>`. */
  readonly prefix: string;
  /** This machine's own address there: of the API server, the image registry, and tests. */
  readonly gateway: string;
  /** Addresses that nodes may have, for which the cluster's certificate is, too: kubelets serve with it. */
  readonly addresses: readonly string[];
  /** Control group of all the nodes' pods. */
  readonly controlGroup: string;
  /** The number of the next node, from 1. */
  next(): number;
}

/** Networks of k3s. */
export const podNetwork = "10.42.0.0/16";
export const serviceNetwork = "10.43.0.0/16";
/** Addresses of the pods of node n. */
export const podSubnet = (number: number): string => `10.42.${number}.0/24`;

/**
 * The internet, as far as tests need it: pods of the RuntimeClass `internet` have addresses for documentation (RFC 5737), which for network
 * policies are as public as any. Only the nodes know the way there.
 */
export const internetNetwork = "203.0.113.0/24";
export const internetSubnet = (number: number): string => `203.0.113.${number * 16}/28`;
export const internetClass = "internet";

/** The API server is the first address of the Services, the names are answered at the tenth. */
export const apiServerAddress = "10.43.0.1";
export const dnsAddress = "10.43.0.10";

/** Makes the bridge in a network that this machine does not know yet. */
export async function createNodeNetwork(folder: string): Promise<NodeNetwork> {
  const id = basename(folder);
  const bridge = `xp${id.slice(0, 10)}`;
  const prefix = await freePrefix();
  const gateway = `${prefix}.1`;
  const controlGroup = `/xpeditis-${id}`;
  await recordChanges(folder, { bridge, controlGroup });
  await runProgram("ip", ["link", "add", bridge, "type", "bridge"]);
  await runProgram("ip", ["address", "add", `${gateway}/24`, "dev", bridge]);
  await runProgram("ip", ["link", "set", bridge, "up"]);
  let count = 0;
  const addresses = Array.from({ length: 8 }, (_, index) => `${prefix}.${index + 2}`);
  return { folder, bridge, prefix, gateway, addresses, controlGroup, next: () => (count += 1) };
}

/**
 * Part of the network that Hetzner's nodes have in the charts' environments, so that those hold unchanged. On a machine that
 * is itself in such a network, addresses for benchmarks (RFC 2544), which lead nowhere.
 */
async function freePrefix(): Promise<string> {
  const known = await runProgram("ip", ["route", "show", "table", "all"]);
  const used = (prefix: string) => known.includes(`${prefix}.`);
  // Of another cluster of this harness it is known by the bridge.
  const isForeign = known.split("\n").some((line) => /\b10\.0\./.test(line) && !/\bdev xp/.test(line));
  for (;;) {
    const prefix = `${isForeign ? "198.18" : "10.0"}.${randomInt(64, 250)}`;
    if (!used(prefix)) return prefix;
  }
}
