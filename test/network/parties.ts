/** Everybody who might connect to somebody: the release's pods as they are rendered, their neighbours, and the world. */
import type { Pod } from "../../generator/check/lint/pods.ts";
import type { End } from "../../generator/check/lint/network-reach.ts";
import type { Release } from "../../generator/check/lint/release.ts";

/** Someone who may connect to someone, by the name that the page calls it. */
export interface Party extends End {
  readonly name: string;
  /** A pod of the release, or one that an operator makes for it: the policies are about these. */
  readonly own: boolean;
}

/**
 * All parties of a release. Those of the world are the same for every release.
 *
 * @param name of the release, as its pods have it among their labels.
 */
export function partiesOf(release: Release, name: string): readonly Party[] {
  return [...ownPods(release), ...madePods(release), ...neighboursOf(release.namespace, name), ...world];
}

const nameLabel = "app.kubernetes.io/name";
const instanceLabel = "app.kubernetes.io/instance";
const componentLabel = "app.kubernetes.io/component";

/** The rendered pods, one for all that have the same labels. Pods on their node's network are the node. */
function ownPods(release: Release): Party[] {
  const named = Map.groupBy(
    release.pods.filter(({ spec }) => spec.hostNetwork !== true),
    ({ labels }) => ownName(labels[nameLabel] ?? "", labels[componentLabel] ?? ""),
  );
  return [...named].flatMap(([name, [pod]]) => (pod === undefined ? [] : [{ name, own: true, pod, addresses: podAddresses }]));
}

/** `backend`, `backend migration`, `prometheus`: the monitoring's components are known by their own names. */
function ownName(chart: string, component: string): string {
  if (chart === "monitoring") return component;
  return component === "server" ? chart : `${chart} ${component}`;
}

/** The pods of cert-manager's that answer challenges. */
export const solver = "ACME solver";

/** Pods that operators make in the release's namespace: those of challenges, where a policy is about them, and those of databases. */
function madePods(release: Release): Party[] {
  const isSolved = release
    .all("NetworkPolicy")
    .some(({ object }) => object.spec?.podSelector?.matchLabels?.["acme.cert-manager.io/http01-solver"] === "true");
  const made = (name: string, labels: Readonly<Record<string, string>>): Party => ({
    name,
    own: true,
    pod: podWith(release.namespace, labels),
    addresses: podAddresses,
  });
  const solvers = isSolved ? [made(solver, { "acme.cert-manager.io/http01-solver": "true", "acme.cert-manager.io/http-token": "1" })] : [];
  const clusters = release.all("Cluster").flatMap(({ manifest }) => {
    const cluster = manifest.object.metadata.name;
    return [
      made(cluster, { "cnpg.io/cluster": cluster, "cnpg.io/podRole": "instance" }),
      made(`${cluster} set-up`, { "cnpg.io/cluster": cluster, "cnpg.io/jobRole": "initdb" }),
      ...release.all("Pooler").map(({ manifest: { object } }) =>
        made(`${cluster} pooler`, {
          "cnpg.io/cluster": cluster,
          "cnpg.io/podRole": "pooler",
          "cnpg.io/poolerName": object.metadata.name,
        }),
      ),
    ];
  });
  return [...solvers, ...clusters];
}

/** Addresses in the ranges that k3s gives to pods. */
const podAddresses = ["10.42.0.10", "fd00:42::10"];

function podWith(namespace: string, labels: Readonly<Record<string, string>>): Pod {
  const manifest = { chart: "", template: "", object: { apiVersion: "v1", kind: "Pod", metadata: { name: "other", namespace, labels } } };
  const spec = { containers: [] };
  return { manifest, owner: "Pod", namespace, path: "", specPath: "spec", labels, annotations: {}, spec, containers: [] };
}

const neighbour = (name: string, namespace: string, labels: Readonly<Record<string, string>>, own = false): Party => ({
  name,
  own,
  pod: podWith(namespace, labels),
  addresses: podAddresses,
});

const neighboursOf = (namespace: string, instance: string): readonly Party[] => [
  neighbour("Traefik", "kube-system", { [nameLabel]: "traefik" }),
  neighbour("DNS", "kube-system", { "k8s-app": "kube-dns" }),
  neighbour("volume driver", "kube-system", { [nameLabel]: "hcloud-csi", [componentLabel]: "controller" }),
  neighbour("metrics-server", "kube-system", { "k8s-app": "metrics-server" }),
  neighbour("KEDA", "keda", { [nameLabel]: "keda-operator" }),
  neighbour("cert-manager", "cert-manager", { [nameLabel]: "cert-manager" }),
  neighbour("CloudNativePG", "cnpg-system", { [nameLabel]: "cloudnative-pg" }),
  neighbour("another Prometheus", "monitoring", { [nameLabel]: "prometheus", [instanceLabel]: "other" }),
  neighbour("another release", namespace, { [nameLabel]: "backend", [instanceLabel]: "other", [componentLabel]: "server" }),
  neighbour("another database", namespace, { "cnpg.io/cluster": "other", "cnpg.io/podRole": "instance" }),
  neighbour("another namespace", "default", {
    [nameLabel]: "frontend",
    [instanceLabel]: instance,
    [componentLabel]: "server",
  }),
  neighbour("a pod that no chart knows", namespace, { [instanceLabel]: instance }, true),
];

/** Pods of others, whose addresses are private. */
export const neighbourNames: readonly string[] = neighboursOf("", "")
  .filter(({ own }) => !own)
  .map(({ name }) => name);

const address = (name: string, ...addresses: readonly string[]): Party => ({ name, own: false, addresses });

/** Public addresses of both families apart, to see whether they are treated alike. */
export const internet = { ipv4: address("the internet", "93.184.215.14"), ipv6: address("the internet (IPv6)", "2606:2800:21f:cb07::1") };

export const metadataService = address("link-local addresses, with the metadata service", "169.254.169.254", "fe80::1");

/** Names of the private addresses that are no pods'. */
export const privateNames = ["nodes", "other private addresses"] as const;

const world: readonly Party[] = [
  internet.ipv4,
  internet.ipv6,
  metadataService,
  address(privateNames[0], "10.0.0.2", "fd00::2"),
  address(privateNames[1], "172.16.0.1"),
  address(privateNames[1], "192.168.0.1"),
  address(privateNames[1], "100.64.0.1"),
];
