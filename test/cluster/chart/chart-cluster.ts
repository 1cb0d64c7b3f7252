import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { findHelm, type HelmMajor } from "../../../generator/helm.ts";
import { startCluster, type Cluster, type ClusterOptions } from "../harness/cluster.ts";
import { startKeda } from "../harness/keda.ts";
import { autoscaling, environments, isOutside, overlaid, rendered, type Environment } from "./environments.ts";
import { startPacking, type Packages } from "./packages.ts";
import { startPrometheus, type Prometheus } from "./prometheus.ts";
import { createRelease, type Release } from "./release.ts";

/** A cluster to install the umbrella on, with everything that has to be there before. */
export interface ChartCluster extends Packages {
  readonly cluster: Cluster;
  /** What the charts' autoscaling takes for Prometheus. */
  readonly prometheus: Prometheus;
  /**
   * A release in a new namespace that enforces Pod Security `restricted` and holds the Secrets that the environment
   * requires, as an operator makes them. Releases with objects outside their namespace wait for each other.
   */
  release(environment: Environment, options?: ReleaseOptions): Promise<Release>;
  /** The same release, worked with another line of Helm. */
  withHelm(release: Release, major: HelmMajor): Promise<Omit<Release, keyof AsyncDisposable>>;
}

export interface ReleaseOptions {
  /** Helm's line; 4 if not given. */
  readonly major?: HelmMajor;
  /** False to leave out the required Secrets. */
  readonly secrets?: boolean;
  /** True to not wait for other releases with objects outside their namespaces. */
  readonly meets?: boolean;
}

/** Starts the cluster with what the charts need of one: the definitions of their custom resources, KEDA, a Prometheus. */
export async function startChartCluster(options: ClusterOptions): Promise<ChartCluster> {
  const cluster = await startCluster(options);
  const packages = await startPacking();
  const prometheus = await startPrometheus();
  const home = await mkdtemp(join(tmpdir(), "xpeditis-helm-"));
  const outside = new Lock();
  let count = 0;
  await cluster.loadCrds(customGroups());
  if (cluster.kind === "local") {
    await startKeda(cluster);
    await cluster.apply([traefikService]);
  }
  return {
    cluster,
    prometheus,
    pack: packages.pack,
    async release(wanted, { major = 4, secrets = true, meets = false } = {}) {
      const environment =
        cluster.kind === "local" ? overlaid(wanted, made, autoscaling({ memory: { prometheusAddress: prometheus.address } })) : wanted;
      const namespace = `${environment.name}-${++count}`;
      const before = rendered(environment, namespace);
      const meetsOthers = before.objects.some((object) => isOutside(object, namespace));
      const free = meetsOthers && !meets ? await outside.take() : () => {};
      // Where the NOTES tell an operator to put a Secret there is a namespace, too: that of an operator like cert-manager.
      const told = [...before.notes.matchAll(/--namespace (\S+)/g)].map(([, name = ""]) => name);
      const others = new Set([...before.objects.map(({ metadata }) => metadata.namespace ?? namespace), ...told]);
      await cluster.apply([
        restrictedNamespace(namespace),
        ...[...others].filter((other) => other !== namespace && !other.startsWith("kube-")).map(warnedNamespace),
        ...(secrets ? before.secrets.map((secret) => secretObject(secret.name, namespace, secret.keys)) : []),
      ]);
      const end = async () => {
        await cluster.kubectl(["delete", "namespace", namespace, "--wait=false"]);
        // With what the release keeps in them: the next one is another.
        const shared = [...others].filter((other) => other !== namespace && !other.startsWith("kube-"));
        if (cluster.kind === "local" && shared.length > 0)
          await cluster.kubectl(["delete", "namespace", ...shared, "--ignore-not-found", "--timeout=60s"]);
        free();
      };
      return createRelease(cluster, await findHelm(major), home, { name: "xpeditis", namespace, environment, major }, end);
    },
    async withHelm({ name, namespace, environment }, major) {
      return createRelease(cluster, await findHelm(major), home, { name, namespace, environment, major }, async () => {});
    },
    async [Symbol.asyncDispose]() {
      await packages[Symbol.asyncDispose]();
      await prometheus[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
      await cluster.stop();
    },
  };
}

/** A Secret with a text behind every key. */
export function secretObject(name: string, namespace: string, keys: readonly string[]): object {
  const stringData = Object.fromEntries(keys.map((key) => [key, `value of ${key}`]));
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData };
}

/**
 * API groups of the custom resources that any environment renders or that its NOTES name; to know all of them takes an
 * API server ten seconds.
 */
export function customGroups(): string[] {
  const versions = environments.flatMap((each) => rendered(each, "any").objects.map(({ apiVersion }) => apiVersion));
  const groups = new Set(versions.map((version) => version.split("/")[0] ?? ""));
  return ["cert-manager.io", ...groups].filter((group) => group.includes(".") && !group.endsWith(".k8s.io"));
}

// ── internal ────────────────────────────────────────────────────────────────

/** What k3s brings along, and the NOTES point to. */
const traefikService = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "traefik", namespace: "kube-system" },
  spec: { selector: { "app.kubernetes.io/name": "traefik" }, ports: [{ name: "websecure", port: 443 }] },
};

/** The monitoring's namespace is there before the release, as an operator makes it who puts the monitoring's Secrets into it. */
const made = { monitoring: { namespace: { create: false } } };

const podSecurity = "pod-security.kubernetes.io";

function restrictedNamespace(name: string): object {
  const labels = Object.fromEntries(["enforce", "warn", "audit"].map((mode) => [`${podSecurity}/${mode}`, "restricted"]));
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** A namespace for what watches nodes and cannot be restricted: it is warned of, so that the tests can judge each. */
function warnedNamespace(name: string): object {
  const labels = { [`${podSecurity}/enforce`]: "privileged", [`${podSecurity}/warn`]: "restricted" };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

class Lock {
  #free: Promise<void> = Promise.resolve();

  /** Waits until all takers before are done, and gives the function that says so of this one. */
  async take(): Promise<() => void> {
    const before = this.#free;
    let free = () => {};
    this.#free = new Promise((resolve) => (free = resolve));
    await before;
    return free;
  }
}
