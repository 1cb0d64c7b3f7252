import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A Prometheus that answers every query with the same: what KEDA asks of one, and no more. */
export interface Prometheus extends AsyncDisposable {
  readonly address: string;
  /** The value of every query from now on; undefined for an empty result, as at the start. */
  set(value: number | undefined): void;
}

/**
 * Starts it on a free port. Without one KEDA marks a ScaledObject as not ready, and Helm 4 waits for those. KEDA's
 * operator runs on this machine, not in a pod, and so has no cluster DNS: the charts must be given `address`.
 */
export async function startPrometheus(): Promise<Prometheus> {
  let answer: number | undefined;
  const server = createServer((_, response) => {
    const result = answer === undefined ? [] : [{ metric: {}, value: [Date.now() / 1000, String(answer)] }];
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (value) => void (answer = value),
    [Symbol.asyncDispose]: () => new Promise((closed) => void server.close(() => closed()).closeAllConnections()),
  };
}
