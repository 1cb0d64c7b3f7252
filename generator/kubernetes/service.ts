import type { IServersTransport } from "@kubernetes-models/traefik/traefik.io/v1alpha1/ServersTransport";
import type { IServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import type { IService } from "kubernetes-models/v1/Service";
import type { IServicePort } from "kubernetes-models/v1/ServicePort";

import {
  all,
  defineMap,
  defineString,
  fallback,
  helm,
  include,
  merge,
  overlay,
  str,
  when,
  type Block,
  type Defined,
  type Doc,
  type Expr,
  type Item,
  type Tpl,
} from "../dsl/index.ts";
import { shared as v } from "./application.ts";
import { fullname, labels, metadata, named, selector, server } from "./names.ts";

export const serviceName = defineString("serviceName", "Name of the Service.", fallback(v.service.name, named("svc")));

type Annotations = Readonly<Record<string, string>>;

/** Annotations of a Service, with those that let Traefik treat it right, as a named template. */
export const serviceAnnotations = (name: string, ...own: Block<Tpl<Annotations>>[]) =>
  defineMap(
    name,
    "Annotations of the Service, which service.annotations may override.",
    merge(
      ...own,
      when(v.global.traefik.enabled, {
        "traefik.ingress.kubernetes.io/service.serverstransport": str`${helm.Release.Namespace}-${include(fullname)}@kubernetescrd`,
      }),
    ),
  );

const metricsPort: Item<IServicePort> = when(v.metrics.enabled, { name: "metrics", port: v.metrics.port, targetPort: "metrics" });

const plainAnnotations = serviceAnnotations("serviceAnnotations");

/**
 * A Service in front of the application's pods, on their own port.
 *
 * @param annotations of the chart's own, under a name for their template.
 * @param more ports besides the application's. Only one Service of a pod may have that of the metrics: Prometheus would
 * scrape the pod once for each.
 */
export const service = (
  name: Expr<string>,
  annotations: Defined<Annotations> = plainAnnotations,
  more: readonly Item<IServicePort>[] = [metricsPort],
): Doc<IService> => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: metadata(name, overlay(annotations, v.global.commonAnnotations, v.service.annotations)),
  spec: {
    type: "ClusterIP",
    selector: selector(server),
    ports: [{ name: "http", port: v.port, targetPort: "http" }, ...more],
  },
});

/**
 * How Traefik talks to the pods: it must drop idle connections before Node.js does, or a request meets a closing one and is
 * answered 502 (POST is not retried).
 */
export const serversTransport: Block<Doc<IServersTransport>> = when(v.global.traefik.enabled, {
  apiVersion: "traefik.io/v1alpha1",
  kind: "ServersTransport",
  metadata: metadata(include(fullname)),
  spec: { forwardingTimeouts: { idleConnTimeout: str`${v.keepAlive.traefikIdleSeconds}s` } },
});

export const serviceMonitor: Block<Doc<IServiceMonitor>> = when(all(v.metrics.enabled, v.metrics.monitor.enabled), {
  apiVersion: "monitoring.coreos.com/v1",
  kind: "ServiceMonitor",
  metadata: { ...metadata(include(fullname)), labels: overlay(labels, v.metrics.monitor.labels) },
  spec: {
    selector: { matchLabels: { "app.kubernetes.io/name": helm.Chart.Name, "app.kubernetes.io/instance": helm.Release.Name } },
    endpoints: [{ port: "metrics", path: v.metrics.path, interval: v.metrics.monitor.interval as never }],
  },
});
