import { underLoad, type LoadResult } from "../load.ts";
import type { LoadBalancer } from "../load-balancer.ts";

/** Visitors who ask until they are told to stop. */
export interface Visitors {
  stop(): Promise<LoadResult>;
}

/** The search goes to Redis, the ports to PostgreSQL. */
const targets = [
  { host: "api.xpeditis.com", path: "/api/v1/rates/search?origin=HAM&destination=SHA&container=20ft" },
  { host: "app.xpeditis.com", path: "/" },
  { host: "api.xpeditis.com", path: "/api/v1/ports?name=hambrg" },
  { host: "app.xpeditis.com", path: "/api/health" },
];

/** Asked for, and refused with 400. */
export const wrongTarget = { host: "api.xpeditis.com", path: "/api/v1/rates/search?origin=nowhere" };

export function visit(balancer: LoadBalancer, perSecond: number, ...more: readonly (typeof wrongTarget)[]): Visitors {
  const { promise, resolve } = Promise.withResolvers<void>();
  const result = underLoad({ balancer, perSecond, targets: [...targets, ...more], newConnectionEvery: 10 }, 0, () => promise);
  // Whoever stops them learns of it.
  result.catch(() => undefined);
  return {
    stop: () => {
      resolve();
      return result;
    },
  };
}
