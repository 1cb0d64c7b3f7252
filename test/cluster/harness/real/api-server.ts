import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";

import type { Client } from "../client.ts";
import type { NodeNetwork } from "./network.ts";

/**
 * Makes the Service `kubernetes` lead to port 6443 of the nodes' network, as on k3s: network policies are judged by the port behind a
 * Service. The API server's own port is another one on each run, so that clusters can be beside each other.
 */
export async function serveOnPort6443(client: Client, { folder, gateway }: NodeNetwork): Promise<void> {
  const server = await client.kubectl(["config", "view", "--minify", "--output", "jsonpath={.clusters[0].cluster.server}"]);
  // The cluster's watchdog ends it, as its command line names the cluster's folder.
  const forwarder = spawn(process.execPath, [import.meta.filename, `${folder}/`, gateway, new URL(server).port], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  await once(forwarder.stdout, "data");
  forwarder.stdout.destroy();
  forwarder.unref();
  const metadata = { name: "kubernetes", namespace: "default" };
  const port = { name: "https", port: apiServerPort, protocol: "TCP" };
  await client.apply([
    {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: { ...metadata, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
      subsets: [{ addresses: [{ ip: gateway }], ports: [port] }],
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...metadata, labels: { "kubernetes.io/service-name": "kubernetes" } },
      addressType: "IPv4",
      endpoints: [{ addresses: [gateway], conditions: { ready: true } }],
      ports: [port],
    },
  ]);
}

const apiServerPort = 6443;

/** `node api-server.ts <folder> <address> <port>`: passes connections with port 6443 of the address on to a port of this machine. */
async function forward(address: string, port: number): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    const upstream = connect({ host: "127.0.0.1", port, noDelay: true });
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      one.pipe(other);
      one.once("error", () => other.destroy()).once("close", () => other.destroy());
    }
  });
  server.listen(apiServerPort, address);
  await once(server, "listening");
  process.stdout.write("ready\n");
}

if (import.meta.main) await forward(process.argv[3] ?? "", Number(process.argv[4]));
