import { any, fallback, helm, include, str, type Expr } from "../../../dsl/index.ts";
import type { JobName } from "../metrics.ts";
import { alertmanager, blackbox, collector, grafana, kubeStateMetrics, loki, nodeExporter, prometheus } from "../components.ts";
import type { Component } from "../component.ts";
import { isOperator, namespace, values as v } from "../values.ts";

/** A scrape job whose targets are pods: found by labels and by the port they declare, in one namespace. */
export interface PodJob {
  readonly job: JobName;
  /** Absent: always. */
  readonly condition?: Expr<unknown>;
  readonly namespace: Expr<string>;
  /** Labels of the pods and their values, as Prometheus' anchored regular expressions. */
  readonly labels: Readonly<Record<string, string | Expr<string>>>;
  /** Container port, by name or number. */
  readonly port: string | number;
  readonly path?: Expr<string> | string;
  /** Labels of the samples win over those of the target. */
  readonly honorLabels?: true;
  /** The node's name as `instance`, where there is one target per node. */
  readonly instanceIsNode?: true;
  /** The pod may be anybody's: limits on what it exposes. */
  readonly limited?: true;
  /** Who runs Prometheus Operator has it, under the same name of the job. */
  readonly broughtByOperator?: true;
  /** When its rules and dashboards are rendered, if not with the job itself. */
  readonly watched?: Expr<unknown>;
}

const { prometheus: settings } = v;

export const applicationNamespace = fallback(settings.applications.namespace, helm.Release.Namespace);

/** CoreDNS, whatever installed it: the Service `kube-dns` selects by this label. */
export const dnsPods = { "k8s-app": "kube-dns" } as const;

/** The controller of Hetzner's volume driver. */
export const volumeDriverPods = { "app.kubernetes.io/name": "hcloud-csi", "app.kubernetes.io/component": "controller" } as const;

const own = (job: JobName, component: Component, port: string, more: Partial<PodJob> = {}): PodJob => ({
  job,
  condition: component.enabled,
  namespace: include(namespace),
  labels: {
    "app.kubernetes.io/instance": helm.Release.Name,
    "app.kubernetes.io/name": helm.Chart.Name,
    "app.kubernetes.io/component": component.label,
  },
  port,
  ...more,
});

const application = (job: JobName, name: "backend" | "frontend" | "redis"): PodJob => ({
  job,
  condition: settings.applications[name],
  namespace: applicationNamespace,
  labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "server" },
  port: "metrics",
  limited: true,
});

/** A component that is the chart's own only in mode `bundled`, but watched in both. */
const withStack = ({ enabled }: Component) => ({ broughtByOperator: true, watched: any(isOperator, enabled) }) as const;

/** All of them, in the order they stand in the configuration. */
export const podJobs: readonly PodJob[] = [
  application("app-backend", "backend"),
  application("app-frontend", "frontend"),
  application("redis", "redis"),
  {
    job: "postgresql",
    condition: settings.applications.postgresql,
    namespace: applicationNamespace,
    labels: { "cnpg.io/podRole": "instance" },
    port: "metrics",
    limited: true,
  },
  {
    job: "postgresql-pooler",
    condition: settings.applications.postgresql,
    namespace: applicationNamespace,
    labels: { "cnpg.io/podRole": "pooler" },
    port: "metrics",
    limited: true,
  },
  {
    job: "traefik",
    condition: settings.traefik.enabled,
    namespace: v.global.traefik.namespace,
    labels: { "app.kubernetes.io/name": "traefik" },
    port: "metrics",
  },
  {
    job: "cert-manager",
    condition: settings.certManager.enabled,
    namespace: settings.certManager.namespace,
    // Controller, webhook and CA injector, each under a name of its own.
    labels: {},
    port: 9402,
  },
  {
    job: "coredns",
    condition: settings.coreDns.enabled,
    namespace: settings.coreDns.namespace,
    labels: dnsPods,
    port: 9153,
    broughtByOperator: true,
  },
  {
    job: "hcloud-csi",
    condition: settings.hcloudCsi.enabled,
    namespace: settings.hcloudCsi.namespace,
    labels: volumeDriverPods,
    port: "metrics",
  },
  {
    job: "cluster-autoscaler",
    condition: settings.clusterAutoscaler.enabled,
    namespace: settings.clusterAutoscaler.namespace,
    labels: { app: "cluster-autoscaler" },
    port: 8085,
  },
  {
    job: "keda",
    condition: settings.keda.enabled,
    namespace: settings.keda.namespace,
    labels: { app: "keda-operator" },
    port: 8080,
  },
  own("kube-state-metrics", kubeStateMetrics, "http", { honorLabels: true, ...withStack(kubeStateMetrics) }),
  own("node-exporter", nodeExporter, "metrics", { instanceIsNode: true, ...withStack(nodeExporter) }),
  own("loki", loki, "http"),
  own("opentelemetry-collector", collector, "metrics", { instanceIsNode: true }),
  own("prometheus", prometheus, "http"),
  own("alertmanager", alertmanager, "http"),
  own("grafana", grafana, "http"),
];

/** Where the blackbox exporter is. */
export const blackboxAddress = str`${blackbox.name}.${include(namespace)}.svc:9115`;
