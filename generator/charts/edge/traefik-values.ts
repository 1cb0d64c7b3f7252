import type { IAffinity } from "kubernetes-models/v1/Affinity";
import type { IResourceRequirements } from "kubernetes-models/v1/ResourceRequirements";
import type { IServiceSpec } from "kubernetes-models/v1/ServiceSpec";
import type { IToleration } from "kubernetes-models/v1/Toleration";
import type { ITopologySpreadConstraint } from "kubernetes-models/v1/TopologySpreadConstraint";

import type { Annotations } from "./load-balancer/annotations.ts";

/**
 * Values of Traefik's Helm chart that stand in the same place from its version 37 to 41: k3s 1.34 to 1.37 bring those along, and
 * a patch of k3s may change the major version. k3s' copy has no schema: what it does not know is silently dropped. Everything
 * else is therefore said by command-line arguments, which did not move.
 */
export interface TraefikValues {
  readonly deployment: {
    readonly replicas: number;
    readonly terminationGracePeriodSeconds: number;
    readonly podAnnotations: Readonly<Record<string, string>>;
  };
  readonly podDisruptionBudget: { readonly enabled: boolean; readonly maxUnavailable: number };
  readonly affinity: IAffinity;
  readonly tolerations: readonly IToleration[];
  readonly topologySpreadConstraints: readonly ITopologySpreadConstraint[];
  readonly resources: IResourceRequirements;
  readonly ports: Readonly<Record<"web" | "websecure", { readonly expose: { readonly default: boolean }; readonly exposedPort?: number }>>;
  readonly service: {
    /** Its own keys are checked; the user's come along. */
    readonly annotations: Annotations;
    readonly spec: Pick<IServiceSpec, "externalTrafficPolicy">;
  };
  readonly metrics: { readonly prometheus: { readonly entryPoint: string } };
  readonly additionalArguments: readonly string[];
}
