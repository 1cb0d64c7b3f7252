import { load } from "js-yaml";

import type { TraefikValues } from "../../generator/charts/edge/traefik-values.ts";
import type { HelmChartConfig } from "../../generator/kubernetes/helm-chart-config.ts";
import type { KubernetesObject } from "../../generator/check/manifest.ts";
import { base } from "./images/programs.ts";
import type { Image } from "./images/image.ts";

export const traefik: Image = {
  name: "rancher/mirrored-library-traefik:3.6.12",
  layers: [base, { tool: ["traefik", "traefik"], at: "/usr/local/bin/traefik" }],
  entrypoint: ["traefik"],
};

const namespace = "kube-system";
const name = "traefik";

/**
 * What k3s makes of the values that the `edge` chart renders for its Traefik: the objects of Traefik's Helm chart 38 with
 * the arguments that it has by default, and then the given ones. k3s itself does this by a Job with Helm.
 *
 * @param objects what a release renders; exactly one HelmChartConfig is among them.
 */
export function traefikObjects(objects: readonly KubernetesObject[]): object[] {
  const config = objects.find(({ kind }) => kind === "HelmChartConfig") as unknown as HelmChartConfig;
  const values = load(config.spec.valuesContent ?? "") as TraefikValues;
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": "traefik-kube-system" };
  return [
    ...access,
    { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name }, spec: { controller: "traefik.io/ingress-controller" } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace, labels },
      spec: {
        replicas: values.deployment.replicas,
        selector: { matchLabels: labels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: { labels, annotations: values.deployment.podAnnotations },
          spec: {
            serviceAccountName: name,
            terminationGracePeriodSeconds: values.deployment.terminationGracePeriodSeconds,
            affinity: values.affinity,
            tolerations: values.tolerations,
            topologySpreadConstraints: values.topologySpreadConstraints,
            securityContext: { runAsUser: 65_532, runAsGroup: 65_532, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
            containers: [
              {
                name,
                image: `docker.io/${traefik.name}`,
                args: [...defaultArguments, ...values.additionalArguments],
                ports: Object.entries(ports).map(([port, containerPort]) => ({ name: port, containerPort })),
                readinessProbe: {
                  httpGet: { path: "/ping", port: ports.traefik },
                  periodSeconds: 10,
                  failureThreshold: 1,
                  initialDelaySeconds: 2,
                  timeoutSeconds: 2,
                },
                livenessProbe: {
                  httpGet: { path: "/ping", port: ports.traefik },
                  periodSeconds: 10,
                  failureThreshold: 3,
                  initialDelaySeconds: 2,
                  timeoutSeconds: 2,
                },
                resources: values.resources,
                securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
                volumeMounts: [
                  { name: "data", mountPath: "/data" },
                  { name: "tmp", mountPath: "/tmp" },
                ],
              },
            ],
            volumes: ["data", "tmp"].map((volume) => ({ name: volume, emptyDir: {} })),
          },
        },
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name, namespace },
      spec: { maxUnavailable: values.podDisruptionBudget.maxUnavailable, selector: { matchLabels: labels } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels, annotations: values.service.annotations },
      spec: {
        // The load balancer's addresses come from the cloud, which nobody plays here; it uses the ports of the nodes.
        type: "LoadBalancer",
        ...values.service.spec,
        selector: labels,
        ports: [
          { name: "web", port: values.ports.web.exposedPort ?? 80, targetPort: "web" },
          { name: "websecure", port: values.ports.websecure.exposedPort ?? 443, targetPort: "websecure" },
        ],
      },
    },
  ];
}

const ports = { web: 8000, websecure: 8443, traefik: 8080, metrics: 9100 };

const defaultArguments = [
  ...Object.entries(ports).map(([port, number]) => `--entryPoints.${port}.address=:${number}/tcp`),
  "--ping=true",
  "--metrics.prometheus=true",
  "--metrics.prometheus.entrypoint=metrics",
  "--providers.kubernetescrd",
  "--providers.kubernetescrd.allowEmptyServices=true",
  "--providers.kubernetesingress",
  "--providers.kubernetesingress.allowEmptyServices=true",
  "--providers.kubernetesingress.ingressendpoint.publishedservice=kube-system/traefik",
  "--entryPoints.websecure.http.tls=true",
  "--log.level=INFO",
  "--global.checknewversion=false",
  "--global.sendanonymoususage=false",
];

const access = [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "traefik-kube-system" },
    rules: [
      { apiGroups: [""], resources: ["nodes", "services", "secrets", "configmaps", "namespaces"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses", "ingresses"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["ingresses/status"], verbs: ["update"] },
      { apiGroups: ["traefik.io"], resources: ["*"], verbs: ["get", "list", "watch"] },
    ],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "traefik-kube-system" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "traefik-kube-system" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  },
];
