import { isTarget, replicaRange } from "./autoscalers.ts";
import { isPinned, parseImage } from "./images.ts";
import { governs, restricts } from "./network-model.ts";
import { instanceLabel } from "./object-labels.ts";
import { runsToCompletion } from "./pods.ts";
import type { Release } from "./release.ts";
import type { Finding, Tool } from "./rule.ts";
import { identity } from "./security.ts";

/** Where a tool's demand is not followed, because it contradicts another tool, the owner, or the object's nature. */
export interface Exception {
  readonly rules: readonly string[];
  readonly tools: readonly Tool[];
  readonly reason: string;
  readonly matches: (finding: Finding, release: Release) => boolean;
}

/** All of them: at most ten. What a single object needs is said there, in the tool's own annotation. */
export const exceptions: readonly Exception[] = [
  {
    rules: ["pull-policy"],
    tools: ["kube-score", "polaris"],
    reason: "A pinned image is the same wherever it was pulled, and nodes must start pods while the registry is down.",
    matches: ({ container }) => container?.imagePullPolicy === "IfNotPresent" && isPinned(container.image ?? ""),
  },
  {
    rules: ["cpu-limit"],
    tools: ["kube-score", "polaris"],
    reason: "A CPU limit throttles Node.js in the middle of a request; the request already shares the CPU fairly.",
    matches: () => true,
  },
  {
    rules: ["deployment-replicas", "deployment-missing-replicas"],
    tools: ["kube-score", "polaris"],
    reason: "With an autoscaler replicas must be absent, or each upgrade resets them; neither tool knows KEDA's.",
    matches: ({ manifest }, { autoscalers }) => autoscalers.some((autoscaler) => isTarget(autoscaler, manifest)),
  },
  {
    rules: ["autoscaler-minimum"],
    tools: ["kube-score", "polaris"],
    reason: "The owner asks for 1 to 8 frontends.",
    matches: ({ manifest }) => manifest.object.metadata.labels?.["app.kubernetes.io/name"] === "frontend",
  },
  {
    rules: ["missing-network-policy"],
    tools: ["polaris"],
    reason: "For polaris a policy and a pod must share exactly one label; ours select by name, instance and component.",
    matches: ({ pod }, release) => {
      const policies = release.all("NetworkPolicy").filter((policy) => pod !== undefined && governs(policy, pod));
      return (["Ingress", "Egress"] as const).every((way) => policies.some((policy) => restricts(policy, way)));
    },
  },
  {
    rules: ["metadata-and-instance"],
    tools: ["polaris"],
    reason: "In Helm the instance is the release's name, not the object's.",
    matches: ({ manifest }, { manifests }) => {
      const instance = manifest.object.metadata.labels?.[instanceLabel];
      if (instance === undefined) return false;
      return manifests.some((other) => other !== manifest && other.object.metadata.labels?.[instanceLabel] === instance);
    },
  },
  {
    rules: ["container-security-context-user-group-id"],
    tools: ["kube-score"],
    reason: "These images own their files as a user below 10000, who is set and is not root.",
    matches: ({ pod, container }) => {
      if (pod === undefined || container === undefined) return false;
      const { runAsUser = 0, runAsGroup = 0 } = identity(pod, container);
      const { name } = parseImage(container.image ?? "");
      return runAsUser > 0 && runAsGroup > 0 && /(^|\/)(grafana|redis)$/.test(name);
    },
  },
  {
    rules: ["priority-class"],
    tools: ["polaris"],
    reason: "A priority class belongs to the cluster; a release that brings none cannot name one.",
    matches: (_, { manifests }) => !manifests.some(({ object }) => object.kind === "PriorityClass"),
  },
  {
    rules: ["no-liveness-probe", "no-readiness-probe", "topology-spread"],
    tools: ["kube-score", "polaris"],
    reason: "A pod that ends, that runs once or that runs on every node has nothing to spread or to wait for.",
    matches: ({ pod, path }, { autoscalers }) => {
      if (pod === undefined) return false;
      if (path.endsWith("Probe")) return runsToCompletion(pod);
      return replicaRange(pod, autoscalers).max < 2;
    },
  },
  {
    rules: ["deployment-replicas", "deployment-missing-replicas", "autoscaler-minimum", "tls-settings-missing"],
    tools: ["kube-score", "polaris"],
    reason: "On one machine without a public host a second replica and a certificate protect from nothing.",
    matches: (_, { singleNode }) => singleNode,
  },
];
