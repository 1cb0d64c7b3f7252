import { createServer, connect, type AddressInfo, type Socket } from "node:net";

import type { Client, KubeObject } from "../cluster/harness/client.ts";
import type { StartedNode } from "../cluster/harness/real/node.ts";

/** The cloud's load balancer in front of Traefik, and Cloudflare before it. */
export interface LoadBalancer extends AsyncDisposable {
  /** Port of this machine for HTTPS. */
  readonly port: number;
}

interface TraefikService extends KubeObject {
  readonly spec: { readonly ports: readonly { readonly name: string; readonly nodePort: number }[] };
}

/** One of Cloudflare's addresses: Traefik lets nobody else in where Cloudflare is in front. */
export const cloudflareAddress = "173.245.48.10";

export interface LoadBalancerOptions {
  /** Address that connections seem to come from; one of Cloudflare's if not given. */
  readonly client?: string;
  /** Whether it asks the port of the traffic, instead of that which the Service names, if a node is well. */
  readonly asksWhereItSends?: boolean;
}

/**
 * Passes connections on to a node, with the client's address in front (PROXY protocol), as Traefik's Service asks Hetzner's
 * load balancers: one node after the other, without those that did not answer a number of times.
 */
export async function startLoadBalancer(
  cluster: Client,
  nodes: readonly StartedNode[],
  { client = cloudflareAddress, asksWhereItSends = false }: LoadBalancerOptions = {},
): Promise<LoadBalancer> {
  const service = await cluster.get<TraefikService>("service", "traefik", "kube-system");
  const port = service?.spec.ports.find(({ name }) => name === "websecure")?.nodePort ?? 0;
  const annotation = (name: string) =>
    Number.parseInt(service?.metadata.annotations?.[`load-balancer.hetzner.cloud/health-check-${name}`] ?? "", 10);
  const [interval, timeout, retries] = [annotation("interval"), annotation("timeout"), annotation("retries")];
  const asked = asksWhereItSends ? port : annotation("port") || port;
  const failures = new Map(nodes.map(({ address }) => [address, 0]));
  const check = () => {
    for (const address of failures.keys()) {
      const probe = connect({ host: address, port: asked, timeout: timeout * 1000 });
      const end = (failed: boolean) => {
        probe.destroy();
        failures.set(address, failed ? (failures.get(address) ?? 0) + 1 : 0);
      };
      probe
        .once("connect", () => end(false))
        .once("timeout", () => end(true))
        .once("error", () => end(true));
    }
  };
  check();
  const timer = setInterval(check, interval * 1000);

  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const healthy = [...failures].filter(([, failed]) => failed < retries).map(([address]) => address);
    const host = healthy[(turn += 1) % healthy.length];
    if (host === undefined) return void socket.destroy();
    const upstream = connect({ host, port });
    upstream.write(`PROXY TCP4 ${client} ${host} ${socket.remotePort} ${port}\r\n`);
    for (const each of [socket, upstream]) {
      open.add(each);
      each.setNoDelay(true);
      each.once("close", () => {
        open.delete(each);
        socket.destroy();
        upstream.destroy();
      });
      each.once("error", () => {});
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      for (const socket of open) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
