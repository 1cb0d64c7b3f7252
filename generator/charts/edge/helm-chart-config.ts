import { each, entry, merge, use, when, why, yamlText, type Block, type Doc, type Tpl } from "../../dsl/index.ts";
import type { HelmChartConfig } from "../../kubernetes/helm-chart-config.ts";
import { metadata } from "../../kubernetes/names.ts";
import { tlsEndedBefore } from "../../kubernetes/tls.ts";
import { staticArguments, terminationSeconds } from "./arguments.ts";
import {
  frameAnnotations,
  healthCheckAnnotations,
  httpAnnotations,
  listenerAnnotations,
  type Annotations,
} from "./load-balancer/annotations.ts";
import { byEnding, frame, healthCheck, http, type Ending } from "./load-balancer/design.ts";
import type { TraefikValues } from "./traefik-values.ts";
import { values as v } from "./values.ts";

const { traefik, loadBalancer, global } = v;

const portsOf = ({ ports: { web, websecure } }: Ending): TraefikValues["ports"] => ({
  web: { expose: { default: web !== undefined }, ...(web === undefined ? {} : { exposedPort: web }) },
  websecure: { expose: { default: websecure !== undefined }, ...(websecure === undefined ? {} : { exposedPort: websecure }) },
});

const own: Tpl<TraefikValues> & object = {
  deployment: {
    replicas: traefik.replicas,
    terminationGracePeriodSeconds: terminationSeconds,
    // The cluster autoscaler removes no node with a local volume unless it is told that nothing is lost with it.
    podAnnotations: { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "data,tmp" },
  },
  podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
  affinity: traefik.affinity,
  [why]: { tolerations: "Instead of k3s' own, which let Traefik onto control planes, where the load balancer sends nothing." },
  tolerations: use(traefik.tolerations, (tolerations) => tolerations, []),
  topologySpreadConstraints: use(traefik.topologySpreadConstraints, (constraints) => constraints, [
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: global.traefik.podLabels },
      matchLabelKeys: ["pod-template-hash"],
    },
  ]),
  resources: traefik.resources,
  ports: byEnding(portsOf),
  service: {
    annotations: merge<Tpl<Annotations>>(
      frameAnnotations(frame),
      byEnding(({ listener }) => listenerAnnotations(listener)),
      when<Tpl<Annotations>>(tlsEndedBefore, httpAnnotations(http)),
      healthCheckAnnotations(healthCheck),
      each(loadBalancer.annotations, (value, name) => entry(name, value)),
    ),
    spec: {
      [why]: {
        externalTrafficPolicy: "A node without a Traefik pod fails the load balancer's check, and addresses are not rewritten on the way.",
      },
      externalTrafficPolicy: "Local",
    },
  },
  metrics: { prometheus: { entryPoint: "metrics" } },
  additionalArguments: staticArguments,
};

/** Keys of Traefik's values that the chart writes itself. */
export const ownKeys: readonly string[] = Object.keys(own);

/** The one HelmChartConfig that k3s reads for its Traefik. */
export const helmChartConfig: Block<Doc<HelmChartConfig>> = when(traefik.enabled, {
  apiVersion: "helm.cattle.io/v1",
  kind: "HelmChartConfig",
  metadata: {
    ...metadata("traefik"),
    namespace: "kube-system",
  },
  spec: {
    [why]: {
      failurePolicy:
        "By default k3s reinstalls Traefik after a failed upgrade: its Service goes, and with it the load balancer and its address.",
    },
    failurePolicy: "abort",
    valuesContent: yamlText<TraefikValues>(merge<Tpl<TraefikValues>>(own, traefik.values)),
  },
});
