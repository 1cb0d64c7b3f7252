import { patterns } from "../common.ts";
import { component } from "./component.ts";

export const kubeStateMetrics = component(
  {
    title: "kube-state-metrics",
    description: "Tells what the Kubernetes API knows of workloads, nodes and volumes. It reads no Secrets and no ConfigMaps.",
    enabled: true,
    image: ["registry.k8s.io", "kube-state-metrics/kube-state-metrics", "v2.20.0"],
    cpu: "10m",
    memory: "64Mi",
    memoryLimit: "192Mi",
    disk: "64Mi",
    user: 65534,
  },
  {},
);

/** A pod of it on every node, servers included. */
const everywhere = [{ operator: "Exists" }] as const;

export const nodeExporter = component(
  {
    title: "node-exporter",
    description: "Tells of the nodes' CPU, memory, disks and network, on each of them.",
    enabled: true,
    image: ["quay.io", "prometheus/node-exporter", "v1.12.1"],
    cpu: "10m",
    memory: "24Mi",
    memoryLimit: "64Mi",
    disk: "64Mi",
    user: 65534,
    tolerations: everywhere,
  },
  {
    port: {
      type: "integer",
      description: "Port on the node's private address. Nothing else on the node may use it.",
      minimum: 1024,
      maximum: 65535,
      default: 9100,
    },
  },
);

export const blackbox = component(
  {
    title: "Blackbox exporter",
    description: "Calls the public URLs as visitors do, through DNS and TLS.",
    enabled: false,
    image: ["quay.io", "prometheus/blackbox-exporter", "v0.28.0"],
    cpu: "10m",
    memory: "24Mi",
    memoryLimit: "64Mi",
    disk: "64Mi",
    user: 65534,
  },
  {
    targets: {
      type: "array",
      description: "URLs to call. Empty: those of the application and of the API's health check.",
      items: { type: "string", description: "A URL.", pattern: patterns.url },
      default: [],
    },
  },
);
