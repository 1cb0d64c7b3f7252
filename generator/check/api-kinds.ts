import { helmChartConfig, objectStore, type Fields } from "./custom-fields.ts";

/** How the API server reads `metadata.name` of a kind. */
export type NameSyntax = "subdomain" | "label" | "serviceLabel" | "pathSegment";

/** What the checks must know of a kind besides its schema. */
export interface ApiKind {
  readonly scope: "Namespaced" | "Cluster";
  /** Package that has the kind's schema, or, for a custom resource that no package knows, its fields. */
  readonly models: string | Fields;
  readonly name: NameSyntax;
  /** Longest name in characters, with room for what the controllers append. */
  readonly maxName: number;
}

/**
 * What a chart may render; undefined for anything else. kubernetes-models also accepts APIs that were removed from
 * Kubernetes years ago (`extensions/v1beta1`), so being valid there is not enough.
 */
export function findApiKind(apiVersion: string, kind: string): ApiKind | undefined {
  return allowed.get(apiVersion)?.[kind];
}

/** The apiVersion under which a kind may be rendered; undefined for kinds that are not allowed at all. */
export function apiVersionOf(kind: string): string | undefined {
  for (const [apiVersion, kinds] of allowed) if (kind in kinds) return apiVersion;
  return undefined;
}

const namespaced: ApiKind = { scope: "Namespaced", models: "kubernetes-models", name: "subdomain", maxName: 253 };
const cluster: ApiKind = { ...namespaced, scope: "Cluster" };
const rbac = { name: "pathSegment" } as const;
const traefik = customOf("traefik");
const externalSecrets = customOf("external-secrets");
const keda = customOf("keda");
const prometheus = customOf("prometheus-operator");
const certManager = customOf("cert-manager");
const postgresql = customOf("cloudnative-pg");

function customOf(name: string): ApiKind {
  return { ...namespaced, models: `@kubernetes-models/${name}` };
}

const allowed: ReadonlyMap<string, Readonly<Record<string, ApiKind>>> = new Map([
  [
    "v1",
    {
      ConfigMap: namespaced,
      LimitRange: namespaced,
      Namespace: { ...cluster, name: "label", maxName: 63 },
      PersistentVolumeClaim: namespaced,
      Pod: namespaced,
      ResourceQuota: namespaced,
      Secret: namespaced,
      // The name becomes a DNS label that must start with a letter.
      Service: { ...namespaced, name: "serviceLabel", maxName: 63 },
      ServiceAccount: namespaced,
    },
  ],
  [
    "apps/v1",
    {
      DaemonSet: namespaced,
      Deployment: namespaced,
      // Pods add an ordinal, and their label controller-revision-hash (63 characters) the name and a hash.
      StatefulSet: { ...namespaced, name: "label", maxName: 52 },
    },
  ],
  [
    "batch/v1",
    {
      // The Jobs it makes add 11 characters and must stay within 63.
      CronJob: { ...namespaced, maxName: 52 },
      // The name is the value of the pods' label job-name.
      Job: { ...namespaced, maxName: 63 },
    },
  ],
  ["autoscaling/v2", { HorizontalPodAutoscaler: namespaced }],
  ["policy/v1", { PodDisruptionBudget: namespaced }],
  ["networking.k8s.io/v1", { Ingress: namespaced, IngressClass: cluster, NetworkPolicy: namespaced }],
  [
    "rbac.authorization.k8s.io/v1",
    {
      ClusterRole: { ...cluster, ...rbac },
      ClusterRoleBinding: { ...cluster, ...rbac },
      Role: { ...namespaced, ...rbac },
      RoleBinding: { ...namespaced, ...rbac },
    },
  ],
  ["scheduling.k8s.io/v1", { PriorityClass: cluster }],
  ["storage.k8s.io/v1", { StorageClass: cluster }],
  ["traefik.io/v1alpha1", { IngressRoute: traefik, Middleware: traefik, ServersTransport: traefik, TLSOption: traefik, TLSStore: traefik }],
  [
    "external-secrets.io/v1",
    { ClusterSecretStore: { ...externalSecrets, scope: "Cluster" }, ExternalSecret: externalSecrets, SecretStore: externalSecrets },
  ],
  ["keda.sh/v1alpha1", { ScaledObject: keda, TriggerAuthentication: keda }],
  ["monitoring.coreos.com/v1", { PodMonitor: prometheus, PrometheusRule: prometheus, ServiceMonitor: prometheus }],
  ["monitoring.coreos.com/v1alpha1", { ScrapeConfig: prometheus }],
  ["cert-manager.io/v1", { Certificate: certManager, ClusterIssuer: { ...certManager, scope: "Cluster" }, Issuer: certManager }],
  // The cluster's name is the stem of Services and of labels.
  [
    "postgresql.cnpg.io/v1",
    { Cluster: { ...postgresql, name: "label", maxName: 50 }, Database: postgresql, Pooler: postgresql, ScheduledBackup: postgresql },
  ],
  ["barmancloud.cnpg.io/v1", { ObjectStore: { ...namespaced, models: objectStore } }],
  ["helm.cattle.io/v1", { HelmChartConfig: { ...namespaced, models: helmChartConfig } }],
]);
