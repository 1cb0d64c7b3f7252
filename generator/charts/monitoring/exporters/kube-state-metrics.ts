import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";

import { when, type Block, type Doc } from "../../../dsl/index.ts";
import { selector } from "../../../kubernetes/names.ts";
import { inNamespace, podTemplate, serviceAccount } from "../component.ts";
import { kubeStateMetrics, ports, prometheus } from "../components.ts";
import { jobs } from "../metrics.ts";
import { toApiServer } from "../../../kubernetes/network-policy.ts";
import { fromComponents, networkPolicy } from "../network.ts";
import { clusterRole } from "../prometheus/rbac.ts";

/** What it watches, by API group. Neither Secrets nor ConfigMaps. */
const resources: Readonly<Record<string, readonly string[]>> = {
  "": ["namespaces", "nodes", "persistentvolumeclaims", "pods"],
  apps: ["daemonsets", "deployments", "replicasets", "statefulsets"],
  autoscaling: ["horizontalpodautoscalers"],
  batch: ["cronjobs", "jobs"],
  policy: ["poddisruptionbudgets"],
};

const { "kube-state-metrics": kept } = jobs;

const rules: IPolicyRule[] = Object.entries(resources).map(([group, names]) => ({
  apiGroups: [group],
  resources: [...names],
  verbs: ["list", "watch"],
}));

const deployment: Block<Doc<IDeployment>> = when(kubeStateMetrics.enabled, {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: inNamespace(kubeStateMetrics.name, {
    "polaris.fairwinds.com/automountServiceAccountToken-exempt": "true",
    "polaris.fairwinds.com/deploymentMissingReplicas-exempt": "true",
  }),
  spec: {
    replicas: 1,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector(kubeStateMetrics.label) },
    template: podTemplate(kubeStateMetrics, {
      spec: { automountServiceAccountToken: true },
      container: {
        args: [
          `--resources=${Object.values(resources).flat().toSorted().join(",")}`,
          // What Prometheus would drop is not even computed.
          `--metric-allowlist=${[...kept.keep, ...kept.explore].join(",")}`,
          "--auto-gomemlimit",
        ],
        ports: [
          { name: "http", containerPort: ports.kubeStateMetrics.http },
          { name: "telemetry", containerPort: ports.kubeStateMetrics.telemetry },
        ],
        livenessProbe: { httpGet: { path: "/livez", port: "http" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: "/readyz", port: "telemetry" }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
      },
    }),
  },
});

const policy = networkPolicy(kubeStateMetrics, {
  ingress: [fromComponents(ports.kubeStateMetrics.http, prometheus)],
  egress: [toApiServer],
});

export const kubeStateMetricsTemplates = {
  "kube-state-metrics/deployment": [deployment],
  "kube-state-metrics/networkpolicy": [policy],
  "kube-state-metrics/rbac": [serviceAccount(kubeStateMetrics), ...clusterRole(kubeStateMetrics, rules)],
};
