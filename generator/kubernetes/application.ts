import type { IContainer } from "kubernetes-models/v1/Container";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";

import { refs, type Item, type Ref } from "../dsl/index.ts";
import type { Workload } from "../../schemas/workload.ts";
import { workload } from "../../schemas/workload.ts";
import type { Connections } from "./connection.ts";
import type { Environment } from "./environment.ts";

/** References to the values that every application has. */
export type WorkloadValues = Ref<Workload>;

/**
 * An application behind the Ingress: what differs between backend and frontend. Everything else about their Deployment,
 * Services, autoscaling and policies is written once, in this folder.
 */
export interface Application {
  /** Name of the chart and of the main container. */
  readonly name: string;
  readonly values: WorkloadValues;
  readonly environment: Environment;
  /** Ways to other components of the release. */
  readonly connections: Connections;
  /** Volumes besides `/tmp`, with where the main container mounts them. Disk-backed ones are named in `scratch`, too. */
  readonly volumes: readonly Item<IVolume>[];
  readonly mounts: readonly Item<IVolumeMount>[];
  /** Names of all disk-backed emptyDirs: the cluster autoscaler may evict the pod in spite of them. */
  readonly scratch: string;
  readonly initContainers: readonly Item<IContainer>[];
}

/** Values that all workloads have, for templates that do not care which one they are in. */
export const shared: WorkloadValues = refs({
  type: "object",
  description: "Any application.",
  properties: workload({
    repository: "",
    port: 0,
    replicas: { min: 1, max: 1 },
    cpu: "",
    memory: "",
    disk: "",
    heapPercent: 0,
    livePath: "",
    readyPath: "",
    shutdown: { drain: 0, request: 0, grace: 0 },
    minReadySeconds: 0,
    idle: { traefik: 0, node: 0 },
    metrics: false,
    internetPorts: [],
    secretKeys: {},
  }),
} as const);
