import type { Values } from "../../../generator/values/defaults.ts";
import { startLoadBalancer, type LoadBalancer } from "../load-balancer.ts";
import { databaseObjects, outside } from "../outside.ts";
import { startProduction, type Production } from "../production.ts";
import { observe, type Observer } from "./observer.ts";
import { alertReceiver, alertReceiverObjects } from "./receiver.ts";

/** Production with its monitoring, Traefik and a receiver of alerts. */
export interface Watched extends AsyncDisposable {
  readonly production: Production;
  readonly balancer: LoadBalancer;
  readonly observer: Observer;
}

/** What production leaves off and a panel or a rule shows, and waits that are shorter than its own. */
const values: Values = {
  backend: { resources: { limits: { cpu: "2" } } },
  frontend: { metrics: { enabled: true }, resources: { limits: { cpu: "2" } } },
  monitoring: {
    prometheus: {
      applications: { frontend: true },
      // So that good requests end the alert, and not only that the last bad one is five minutes ago.
      objectives: { availability: "0.99" },
    },
    alertmanager: { receivers: { webhook: { enabled: true } }, grouping: { intervalSeconds: 30 } },
  },
};

export async function startWatched(): Promise<Watched> {
  const production = await startProduction({ monitoring: true, traefik: true, values });
  const { cluster, packages, registry, release } = production;
  try {
    await registry.push([alertReceiver]);
    await cluster.apply([...databaseObjects(), ...alertReceiverObjects()]);
    await release.install(await packages.pack());
    await cluster.kubectl(["--namespace", "kube-system", "rollout", "status", "deployment/traefik", "--timeout=120s"]);
    await cluster.kubectl(["--namespace", outside.namespace, "rollout", "status", "deployment/alerts", "--timeout=120s"]);
    const balancer = await startLoadBalancer(cluster, cluster.realNodes);
    const observer = await observe(cluster);
    return {
      production,
      balancer,
      observer,
      async [Symbol.asyncDispose]() {
        await observer[Symbol.asyncDispose]();
        await balancer[Symbol.asyncDispose]();
        await production[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await production[Symbol.asyncDispose]();
    throw error;
  }
}
