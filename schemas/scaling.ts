import { patterns, seconds } from "./common.ts";

/** Autoscaling by the owner's rule: two thresholds for CPU, one for memory. */
export const autoscaling = <const Min extends number, const Max extends number>(minReplicas: Min, maxReplicas: Max) =>
  ({
    type: "object",
    title: "Scaling",
    description: "How many pods run.",
    default: {},
    properties: {
      enabled: { type: "boolean", description: "Scale by load. Off: `replicas` pods run.", default: true },
      engine: {
        type: "string",
        description:
          "`hpa`: a HorizontalPodAutoscaler. `keda`: a KEDA ScaledObject that makes one, needed for memory as an external metric; KEDA must be in the cluster.",
        enum: ["hpa", "keda"],
        default: "hpa",
      },
      minReplicas: { type: "integer", description: "Fewest pods.", minimum: 1, maximum: 1000, default: minReplicas },
      maxReplicas: { type: "integer", description: "Most pods.", minimum: 1, maximum: 1000, default: maxReplicas },
      cpu: {
        type: "object",
        description: "CPU use as a percentage of the request, averaged over the pods.",
        default: {},
        properties: {
          scaleUpAbove: { type: "integer", description: "Add pods above this percentage.", minimum: 2, maximum: 100, default: 70 },
          scaleDownBelow: {
            type: "integer",
            description:
              "Remove pods below this percentage. Needs Kubernetes 1.35; older clusters remove pods as soon as fewer could carry the load.",
            minimum: 1,
            maximum: 99,
            default: 30,
          },
          scaleDownAfterSeconds: {
            type: "integer",
            description: "How long CPU use must stay below.",
            minimum: 0,
            maximum: 3600,
            default: 300,
          },
        },
      },
      memory: {
        type: "object",
        description: "Memory use as a percentage of the limit.",
        default: {},
        properties: {
          mode: {
            type: "string",
            description:
              "`off`: CPU only. `external`: add pods above `scaleUpAbove`, without hindering the removal of pods (engine `keda`). `resource`: the plain memory metric; Node.js seldom returns memory, so pods are seldom removed again.",
            enum: ["off", "resource", "external"],
            default: "off",
          },
          scaleUpAbove: { type: "integer", description: "Add pods above this percentage.", minimum: 1, maximum: 100, default: 80 },
          prometheusAddress: {
            type: "string",
            description: "Prometheus that KEDA asks, for mode `external`.",
            pattern: patterns.url,
            default: "http://prometheus.monitoring.svc:9090",
          },
          query: {
            type: "string",
            description:
              "PromQL of memory use in percent of the limit, one value, for a Prometheus without the rules of the monitoring chart. Empty: what those rules record. Without either nothing is found, which counts as 0.",
            pattern: "^[^\\n]*$",
            default: "",
          },
        },
      },
      removePercentPerMinute: {
        type: "integer",
        description: "Share of the pods that may be removed within a minute; one pod always may.",
        minimum: 1,
        maximum: 100,
        default: 50,
      },
    },
  }) as const;

export const podDisruptionBudget = {
  type: "object",
  description:
    "Has nodes drained a few pods at a time. It says how many may be missing, never how many must be there, so it cannot block a drain. Left out where only one pod can run.",
  default: {},
  properties: {
    enabled: { type: "boolean", description: "Render a PodDisruptionBudget.", default: true },
    maxUnavailable: { type: "integer", description: "Pods that may be evicted at a time.", minimum: 1, maximum: 1000, default: 1 },
  },
} as const;

/** Timings of a rollout: what a pod does when it is told to stop. */
export const shutdown = <const Drain extends number, const Request extends number, const Grace extends number>(
  drain: Drain,
  request: Request,
  grace: Grace,
) =>
  ({
    type: "object",
    title: "Rollout and shutdown",
    description: "What happens when a pod stops. `gracePeriodSeconds` must cover the sum of the others and 5 seconds.",
    default: {},
    properties: {
      preStopSeconds: seconds("Wait before SIGTERM, while Traefik learns that the pod is leaving.", 10, 0),
      drainSeconds: seconds("How long the application goes on serving after SIGTERM while it reports not ready.", drain, 0),
      longestRequestSeconds: seconds("Longest request that may still be running then.", request, 0),
      gracePeriodSeconds: seconds("When the pod is killed.", grace, 1),
    },
  }) as const;
