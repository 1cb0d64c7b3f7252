import type { IDeploymentStrategy } from "kubernetes-models/apps/v1/DeploymentStrategy";

import { extraObjects, fullnameOverride, passMap, patterns, port } from "./common.ts";
import { global } from "./global.ts";
import { keepAlive, metrics, networkPolicy, service } from "./network.ts";
import { environment, image, podExtras, probe, resources, scheduling, security } from "./pod.ts";
import { autoscaling, podDisruptionBudget, shutdown } from "./scaling.ts";
import { secrets } from "./secrets.ts";

/** What differs between applications in the one definition that all of them share. */
interface Defaults {
  readonly repository: string;
  readonly port: number;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly cpu: string;
  readonly memory: string;
  readonly disk: string;
  readonly heapPercent: number;
  readonly livePath: string;
  readonly readyPath: string;
  readonly shutdown: { readonly drain: number; readonly request: number; readonly grace: number };
  readonly minReadySeconds: number;
  readonly idle: { readonly traefik: number; readonly node: number };
  readonly metrics: boolean;
  readonly internetPorts: readonly number[];
  readonly secretKeys: Readonly<Record<string, string>>;
}

/** The values of a Node.js application behind the Ingress: the surface that backend and frontend have in common. */
export const workload = (defaults: Defaults) =>
  ({
    global,
    fullnameOverride: { ...fullnameOverride, title: "Names" },
    image: image(defaults.repository),
    port: { ...port("Port the application listens on.", defaults.port), title: "Application" },
    node: {
      type: "object",
      description: "Node.js.",
      default: {},
      properties: {
        heapPercent: {
          type: "integer",
          description: "JavaScript heap as a share of the memory limit; buffers, sockets and native memory need the rest.",
          minimum: 10,
          maximum: 90,
          default: defaults.heapPercent,
        },
        options: { type: "string", description: "Further words for `NODE_OPTIONS`.", pattern: "^[A-Za-z0-9 ._/:=@,+-]*$", default: "" },
        threadPoolSize: {
          type: "integer",
          description: "Threads for DNS, files and compression (`UV_THREADPOOL_SIZE`).",
          minimum: 1,
          maximum: 1024,
          default: 8,
        },
      },
    },
    ...environment,
    secrets: secrets(defaults.secretKeys),
    replicas: {
      type: "integer",
      title: "Scaling",
      description: "Pods, if autoscaling is off.",
      minimum: 0,
      maximum: 1000,
      default: defaults.replicas.min,
    },
    autoscaling: autoscaling(defaults.replicas.min, defaults.replicas.max),
    podDisruptionBudget,
    resources: resources(defaults.cpu, defaults.memory, defaults.disk),
    tmp: {
      type: "object",
      description: "`/tmp`, the one place an application may write to besides its caches.",
      default: {},
      properties: { sizeLimit: { type: "string", description: "Size.", pattern: patterns.bytes, default: "256Mi" } },
    },
    probes: {
      type: "object",
      title: "Probes",
      description: "Requests that tell whether a pod lives and is ready. Neither path may ask the database, Redis or anything remote.",
      default: {},
      properties: {
        startup: probe("Until it succeeds once, the others wait.", defaults.livePath, 2, 3, 60),
        liveness: probe("Failing, it restarts the container.", defaults.livePath, 10, 5, 6),
        readiness: probe("Failing, it takes the pod out of the Service.", defaults.readyPath, 5, 3, 2),
      },
    },
    shutdown: shutdown(defaults.shutdown.drain, defaults.shutdown.request, defaults.shutdown.grace),
    strategy: passMap<IDeploymentStrategy>("How a rollout replaces pods: no pod leaves before its successor is ready.", {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    }),
    minReadySeconds: {
      type: "integer",
      description: "How long a new pod must be ready before the rollout goes on. Kubernetes gives up on a rollout after 600 seconds.",
      minimum: 0,
      maximum: 599,
      default: defaults.minReadySeconds,
    },
    service,
    keepAlive: keepAlive(defaults.idle.traefik, defaults.idle.node),
    networkPolicy: networkPolicy(defaults.internetPorts),
    metrics: metrics(defaults.metrics),
    ...podExtras,
    ...scheduling,
    ...security,
    extraObjects,
  }) as const;

/** Schema type of what all workloads have, whatever their defaults. */
export type Workload = {
  readonly type: "object";
  readonly description: string;
  readonly properties: ReturnType<typeof workload>;
};
