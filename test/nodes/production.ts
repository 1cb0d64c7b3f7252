import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findHelm } from "../../generator/helm.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { customGroups } from "../cluster/chart/chart-cluster.ts";
import { environment, overlaid, rendered, type Environment } from "../cluster/chart/environments.ts";
import { startPacking, type Packages } from "../cluster/chart/packages.ts";
import { startPrometheus } from "../cluster/chart/prometheus.ts";
import { createRelease, type Release } from "../cluster/chart/release.ts";
import { startCluster, type Cluster } from "../cluster/harness/cluster.ts";
import { startKeda } from "../cluster/harness/keda.ts";
import { certificateObjects } from "./certificates.ts";
import { dnsObjects } from "./dns.ts";
import { imagesFor } from "./images/catalogue.ts";
import { coredns, objectStorage, postgresql } from "./images/programs.ts";
import { startRegistry, type Registry } from "./images/registry.ts";
import { objectStorageObjects, outside } from "./outside.ts";
import { secretObjects } from "./secrets.ts";
import { traefik, traefikObjects } from "./traefik.ts";

/** A cluster of two real nodes with everything that production has before the charts come. */
export interface Production extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly registry: Registry;
  readonly packages: Packages;
  /** The release in its namespace, not installed yet; its images, Secrets and its Traefik are there. */
  readonly release: Release;
}

export const namespace = "xpeditis-prod";

/**
 * `values/production.yaml` with other addresses for what is outside of the cluster, and without what this machine has no room
 * or no program for. Everything else is as an operator installs it.
 *
 * @param prometheus address for KEDA's operator, which runs on this machine and so has no names of the cluster.
 */
export function productionHere(prometheus: string, ...more: readonly Values[]): Environment {
  const memory = { prometheusAddress: prometheus };
  return overlaid(
    environment("production"),
    {
      global: {
        postgresql: { mode: "external" },
        objectStorage: { endpoint: outside.objectStorage.endpoint },
      },
      // The database is on the internet, as with Neon.
      backend: { autoscaling: { memory }, networkPolicy: { internetPorts: [443, 5432] } },
      frontend: { autoscaling: { memory } },
      // CloudNativePG's images cannot be made here: PostgreSQL is someone else's.
      postgresql: { enabled: false },
      // Its namespace is made before, with its Secrets; Grafana is no Go module.
      monitoring: { namespace: { create: false }, grafana: { enabled: false }, prometheus: { applications: { postgresql: false } } },
    },
    ...more,
  );
}

export interface ProductionOptions {
  /** Values over those of production. */
  readonly values?: Values;
  /** Whether Traefik runs, too. */
  readonly traefik?: boolean;
  /** Whether the monitoring runs, too, without Grafana. */
  readonly monitoring?: boolean;
}

/** Starts the cluster and puts into it what is there before the charts. Takes about a minute. */
export async function startProduction(options: ProductionOptions = {}): Promise<Production> {
  const prometheus = await startPrometheus();
  const wanted = productionHere(prometheus.address, { monitoring: { enabled: options.monitoring ?? false } }, options.values ?? {});
  const { objects, secrets } = rendered(wanted, namespace);
  const [registry, packages, home] = await Promise.all([startRegistry(), startPacking(), mkdtemp(join(tmpdir(), "xpeditis-helm-"))]);
  await registry.push([
    coredns,
    postgresql,
    objectStorage,
    ...(options.traefik ? [traefik] : []),
    ...(await imagesFor(imageReferences(objects))),
  ]);
  const cluster = await startCluster({
    nodes: ["worker-1", "worker-2"].map((name) => ({ kind: "real", name })),
    registryPort: registry.port,
  });
  const end = async () => {
    await cluster.stop();
    await Promise.all([registry[Symbol.asyncDispose](), packages[Symbol.asyncDispose](), prometheus[Symbol.asyncDispose]()]);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await cluster.loadCrds(customGroups());
    await startKeda(cluster);
    await cluster.apply([
      ...dnsObjects(),
      ...objectStorageObjects(["xpeditis-prod", "xpeditis-prod-backups", "xpeditis-prod-logs"]),
      namespaceObject(namespace, "restricted"),
      // What watches nodes cannot be restricted.
      namespaceObject("monitoring", "privileged"),
      ...secretObjects(secrets, objects),
      ...(options.traefik ? [...(await certificateObjects(objects)), ...traefikObjects(objects)] : []),
    ]);
    const helm = await findHelm(4);
    const release = createRelease(cluster, helm, home, { name: "xpeditis", namespace, environment: wanted, major: 4 }, async () => {});
    return { cluster, registry, packages, release, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

function namespaceObject(name: string, level: "restricted" | "privileged"): object {
  const labels = Object.fromEntries(["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]));
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** Every image that any pod of the objects names, hooks and CronJobs included. */
function imageReferences(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap(imageReferences);
  return Object.entries(node).flatMap(([field, value]) =>
    field === "image" && typeof value === "string" ? [value] : imageReferences(value),
  );
}
