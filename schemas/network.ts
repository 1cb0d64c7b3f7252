import type { INetworkPolicyEgressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule";
import type { INetworkPolicyIngressRule } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicyIngressRule";

import { annotationMap, labelMap, names, passList, patterns, port } from "./common.ts";

export const service = {
  type: "object",
  title: "Network",
  description: "The Service in front of the pods; its port is the pods' port.",
  default: {},
  properties: {
    name: {
      type: "string",
      description: "Its name. Empty: the component's name with `-svc`.",
      ...names.serviceOrEmpty,
      default: "",
    },
    annotations: annotationMap("Annotations of the Service."),
  },
} as const;

/** Idle connections: the side that opens them must forget them first, or a request meets a closing connection and gets a 502. */
export const keepAlive = <const Traefik extends number, const Node extends number>(traefik: Traefik, node: Node) =>
  ({
    type: "object",
    description:
      "Idle connections between Traefik and the pods. Traefik must drop them before the pods do, or it answers 502 now and then.",
    default: {},
    properties: {
      traefikIdleSeconds: {
        type: "integer",
        description: "Traefik drops an idle connection after this time.",
        minimum: 1,
        maximum: 3600,
        default: traefik,
      },
      nodeIdleSeconds: {
        type: "integer",
        description:
          "Node.js does so after this time (`KEEP_ALIVE_TIMEOUT`, in milliseconds). Leave it at 5, Node.js' own, unless the application sets `keepAliveTimeout` from that variable, as Next.js does.",
        minimum: 1,
        maximum: 3600,
        default: node,
      },
    },
  }) as const;

export const networkPolicy = <const Ports extends readonly number[]>(internetPorts: Ports) =>
  ({
    type: "object",
    description: "Connections of the pods beyond those the chart knows of.",
    default: {},
    properties: {
      internetPorts: {
        type: "array",
        description: "TCP ports that the pods may reach on the internet.",
        items: { type: "integer", description: "A port.", minimum: 1, maximum: 65535 },
        default: internetPorts,
      },
      extraIngress: passList<INetworkPolicyIngressRule>("Further rules for incoming connections."),
      extraEgress: passList<INetworkPolicyEgressRule>("Further rules for outgoing connections."),
    },
  }) as const;

export const metrics = <const Enabled extends boolean>(enabled: Enabled) =>
  ({
    type: "object",
    title: "Metrics",
    description: "Prometheus metrics, on a port of their own that no Ingress routes to.",
    default: {},
    properties: {
      enabled: { type: "boolean", description: "The application serves metrics.", default: enabled },
      port: port("Port of the metrics.", 9464),
      path: { type: "string", description: "Path of the metrics.", pattern: patterns.path, default: "/metrics" },
      monitor: {
        type: "object",
        description: "A ServiceMonitor, for clusters with Prometheus Operator.",
        default: {},
        properties: {
          enabled: { type: "boolean", description: "Render it.", default: false },
          interval: { type: "string", description: "Time between scrapes.", pattern: "^[0-9]+(ms|s|m)$", default: "30s" },
          labels: labelMap("Labels the operator selects by, e.g. `release: kube-prometheus-stack`."),
        },
      },
    },
  }) as const;
