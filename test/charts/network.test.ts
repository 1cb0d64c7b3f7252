import { BlockList } from "node:net";
import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import type { INetworkPolicyPeer } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer";
import type { INetworkPolicyPort } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort";
import { describe, expect, test } from "vitest";

import type { Values } from "../../generator/values/defaults.ts";
import { environments, find, installation, manifestsOf, ofKind } from "./releases.ts";

/** Someone who may connect to someone: a pod with its labels, or an address outside. */
interface Party {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly address?: string;
}

const own = (chart: string, component: string): Party => ({
  namespace: installation.namespace,
  labels: { "app.kubernetes.io/name": chart, "app.kubernetes.io/instance": installation.name, "app.kubernetes.io/component": component },
});

/** A pod that CloudNativePG makes, with the labels that it gives it. */
const ofCluster = (labels: Readonly<Record<string, string>>): Party => ({
  namespace: installation.namespace,
  labels: {
    "app.kubernetes.io/name": "postgresql",
    "app.kubernetes.io/instance": "postgresql",
    "cnpg.io/cluster": "postgresql",
    ...labels,
  },
});

const parties: Readonly<Record<string, Party>> = {
  traefik: { namespace: "kube-system", labels: { "app.kubernetes.io/name": "traefik" } },
  "metrics-server": { namespace: "kube-system", labels: { "k8s-app": "metrics-server" } },
  dns: { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
  prometheus: { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } },
  "other release": {
    namespace: installation.namespace,
    labels: { "app.kubernetes.io/name": "backend", "app.kubernetes.io/instance": "blue", "app.kubernetes.io/component": "server" },
  },
  "other namespace": { namespace: "default", labels: own("frontend", "server").labels ?? {} },
  backend: own("backend", "server"),
  migration: own("backend", "migration"),
  "backend's test": own("backend", "test"),
  frontend: own("frontend", "server"),
  "frontend's test": own("frontend", "test"),
  redis: own("redis", "server"),
  "redis' backup": own("redis", "backup"),
  "redis' test": own("redis", "test"),
  postgresql: ofCluster({ "cnpg.io/podRole": "instance" }),
  "postgresql's init job": ofCluster({ "cnpg.io/jobRole": "initdb" }),
  "postgresql's pooler": ofCluster({ "cnpg.io/podRole": "pooler", "cnpg.io/poolerName": "postgresql-pooler" }),
  "postgresql's operator": { namespace: "cnpg-system", labels: { "app.kubernetes.io/name": "cloudnative-pg" } },
  "other cluster": {
    namespace: installation.namespace,
    labels: { "cnpg.io/cluster": "other", "cnpg.io/podRole": "instance", "cnpg.io/poolerName": "other-pooler" },
  },
  "unknown pod of the release": { namespace: installation.namespace, labels: { "app.kubernetes.io/instance": installation.name } },
  internet: { address: "93.184.215.14" },
  "internet by IPv6": { address: "2606:2800:21f:cb07::1" },
  "private network": { address: "10.0.0.2" },
  "metadata service": { address: "169.254.169.254" },
  "private IPv6": { address: "fd00::1" },
};

describe.each([...environments.keys()].filter((name) => name !== "local"))("with %s", (environment) => {
  test("exactly the flows of the design exist", () => {
    // One row per connection that is let through; everything else between all parties on all ports in question is not.
    const internet = { "production-mvp": "443 5432 6379", production: "443" }[environment] ?? "443 5432";
    const ofRedis = ["backend → redis: 6379", "prometheus → redis: 9121", "redis' test → redis: 6379"];
    const ofBackup = ["redis' backup → redis: 6379", "redis' backup → internet: 443", "redis' backup → internet by IPv6: 443"];
    const ofPostgresql = [
      "backend → postgresql's pooler: 5432",
      // For what needs a session: DATABASE_DIRECT_URL.
      "backend → postgresql: 5432",
      "migration → postgresql: 5432",
      "postgresql's pooler → postgresql: 5432",
      "postgresql's init job → postgresql: 5432",
      "postgresql's operator → postgresql: 5432 8000",
      "postgresql's operator → postgresql's init job: 5432 8000",
      "prometheus → postgresql: 9187",
      "prometheus → postgresql's init job: 9187",
      "prometheus → postgresql's pooler: 9127",
      ...["postgresql", "postgresql's init job", "postgresql's pooler"].flatMap((pod) => [
        `${pod} → dns: 53/TCP 53/UDP`,
        // The API server.
        `${pod} → private IPv6: 443 6443`,
        `${pod} → private network: 443 6443`,
      ]),
      // Backups and WAL.
      ...["postgresql", "postgresql's init job"].flatMap((pod) => [`${pod} → internet by IPv6: 443`, `${pod} → internet: 443`]),
    ];
    const expected = [
      "backend → dns: 53/TCP 53/UDP",
      `backend → internet: ${internet}`,
      `backend → internet by IPv6: ${internet}`,
      "backend's test → backend: 4000",
      "backend's test → dns: 53/TCP 53/UDP",
      "frontend → backend: 4000",
      "frontend → dns: 53/TCP 53/UDP",
      "frontend's test → dns: 53/TCP 53/UDP",
      "frontend's test → frontend: 3000",
      "migration → dns: 53/TCP 53/UDP",
      `migration → internet: ${internet}`,
      `migration → internet by IPv6: ${internet}`,
      "prometheus → backend: 9464",
      // By the policy for whatever else the release has.
      "redis → dns: 53/TCP 53/UDP",
      "redis' backup → dns: 53/TCP 53/UDP",
      "redis' test → dns: 53/TCP 53/UDP",
      "traefik → backend: 4000",
      "traefik → frontend: 3000",
      "unknown pod of the release → dns: 53/TCP 53/UDP",
      ...(environment === "production-mvp" ? [] : ofRedis),
      ...(environment === "production" || environment === "staging" ? ofBackup : []),
      ...(environment === "production" ? ofPostgresql : []),
    ];
    expect(flows(environments.get(environment))).toEqual(expected.toSorted());
  });
});

test("a port that changes changes everywhere", () => {
  const values = {
    backend: { port: 8080, metrics: { port: 9999 } },
    frontend: { port: 8081, backend: { port: 8080 }, metrics: { enabled: true, port: 9998 } },
  };
  const open = flows(values, [8080, 8081, 9998, 9999, 4000, 3000, 9464]);
  expect(open.filter((flow) => !flow.includes("dns") && !flow.includes("internet"))).toEqual([
    "backend's test → backend: 8080",
    "frontend → backend: 8080",
    "frontend's test → frontend: 8081",
    "prometheus → backend: 9999",
    "prometheus → frontend: 9998",
    "traefik → backend: 8080",
    "traefik → frontend: 8081",
  ]);
  const manifests = manifestsOf(values);
  const container = (app: string) =>
    find(manifests, "Deployment", app).spec?.template.spec?.containers[0]?.ports?.map(({ containerPort }) => containerPort);
  const service = (name: string) => find(manifests, "Service", name).spec?.ports?.map(({ port }) => port);
  expect([container("backend"), service("backend-svc"), service("backend-realtime")]).toEqual([[8080, 9999], [8080, 9999], [8080]]);
  expect([container("frontend"), service("frontend-svc")]).toEqual([
    [8081, 9998],
    [8081, 9998],
  ]);
  expect(find(manifests, "ConfigMap", "frontend-config").data).toMatchObject({ PORT: "8081", API_INTERNAL_URL: "http://backend-svc:8080" });
  expect(find(manifests, "ConfigMap", "backend-config").data).toMatchObject({ PORT: "8080", METRICS_PORT: "9999" });
});

test("no internet for the frontend by default, only the asked ports if there are any", () => {
  expect(flows({}).filter((flow) => /^frontend → (internet|private|metadata)/.test(flow))).toEqual([]);
  expect(flows({ frontend: { networkPolicy: { internetPorts: [443] } } }).filter((flow) => /^frontend → [ip]/.test(flow))).toEqual([
    "frontend → internet by IPv6: 443",
    "frontend → internet: 443",
  ]);
});

test("Prometheus scrapes each pod once: one Service alone has the metrics' port", () => {
  const manifests = manifestsOf({ backend: { metrics: { monitor: { enabled: true, labels: { release: "p" } } } } });
  const { metadata, spec } = find(manifests, "ServiceMonitor", "backend");
  expect(metadata?.labels).toMatchObject({ release: "p" });
  const selected = ofKind(manifests, "Service").filter(({ metadata: { labels = {} } = {} }) =>
    Object.entries(spec.selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value),
  );
  const scraped = selected.filter(({ spec: { ports = [] } = {} }) => ports.some(({ name }) => name === spec.endpoints[0]?.port));
  expect(scraped.map((service) => service.metadata?.name)).toEqual(["backend-svc"]);
});

/** All connections that the policies of a render let through. */
function flows(
  values: Values = {},
  ports: readonly number[] = [53, 80, 443, 3000, 4000, 5432, 6379, 6443, 8000, 9121, 9127, 9187, 9464],
): string[] {
  const manifests = manifestsOf(values);
  const policies = ofKind(manifests, "NetworkPolicy");
  const found: string[] = [];
  const hasCluster = manifests.some(({ object }) => object.kind === "Cluster");
  const present = Object.entries(parties).filter(([name]) => hasCluster || !name.startsWith("postgresql"));
  for (const [from, source] of present) {
    for (const [to, target] of present) {
      // Only what a policy of the release decides.
      if (from === to || (!isOwn(source) && !isOwn(target))) continue;
      const open = ports.flatMap((port) => [`${port}/TCP`, `${port}/UDP`]).filter((port) => isOpen(policies, source, target, port));
      if (open.length > 0)
        found.push(`${from} → ${to}: ${open.map((port) => (port.startsWith("53/") ? port : port.replace("/TCP", ""))).join(" ")}`);
    }
  }
  return found.toSorted();
}

function isOwn({ namespace, labels }: Party): boolean {
  const { "app.kubernetes.io/instance": instance, "cnpg.io/cluster": cluster } = labels ?? {};
  return namespace === installation.namespace && (instance === installation.name || cluster === "postgresql");
}

function isOpen(policies: readonly INetworkPolicy[], from: Party, to: Party, port: string): boolean {
  const governing = (party: Party, way: "Ingress" | "Egress") =>
    policies.filter(
      ({ spec }) => party.namespace === installation.namespace && matches(spec?.podSelector, party) && spec?.policyTypes?.includes(way),
    );
  const out = governing(from, "Egress");
  const into = governing(to, "Ingress");
  const leaves = out.length === 0 || out.some(({ spec }) => spec?.egress?.some((rule) => onPort(rule.ports, port) && toPeer(rule.to, to)));
  const enters =
    into.length === 0 || into.some(({ spec }) => spec?.ingress?.some((rule) => onPort(rule.ports, port) && toPeer(rule.from, from)));
  return leaves && enters;
}

function onPort(ports: readonly INetworkPolicyPort[] | undefined, port: string): boolean {
  return ports === undefined || ports.some((rule) => `${rule.port}/${rule.protocol}` === port);
}

function toPeer(peers: readonly INetworkPolicyPeer[] | undefined, party: Party): boolean {
  if (peers === undefined) return true;
  return peers.some(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock !== undefined)
      return (
        party.address !== undefined &&
        inRange(ipBlock.cidr, party.address) &&
        !ipBlock.except?.some((range) => inRange(range, party.address ?? ""))
      );
    if (party.namespace === undefined) return false;
    const home =
      namespaceSelector === undefined
        ? party.namespace === installation.namespace
        : matches(namespaceSelector, { labels: { "kubernetes.io/metadata.name": party.namespace } });
    return home && (podSelector === undefined || matches(podSelector, party));
  });
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

function matches(selector: Selector | undefined, { labels }: Party): boolean {
  return (
    Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value) &&
    (selector?.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      if (operator !== "NotIn") throw new Error(`${operator}: not known to this test`);
      return !values.includes(labels?.[key] ?? "");
    })
  );
}

function inRange(cidr: string, address: string): boolean {
  const [network = "", bits] = cidr.split("/");
  const family = (text: string) => (text.includes(":") ? "ipv6" : "ipv4");
  if (family(network) !== family(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family(network));
  return list.check(address, family(address));
}
