import type { IContainer } from "kubernetes-models/v1/Container";
import { parseQuantity } from "./quantity.ts";
import { containerRule } from "./rule.ts";
import type { Rule, ToolCheck } from "./rule.ts";

/** Requests and limits of CPU, memory and local disk. */
export const resourceRules: readonly Rule[] = [
  required("unset-cpu-requirements", "requests", "cpu", "neither the scheduler nor the autoscaler can count it", [
    "kube-linter/unset-cpu-requirements",
    "kube-score/container-resources",
    "polaris/cpuRequestsMissing",
  ]),
  required("cpu-limit", "limits", "cpu", "one container can take the node's whole CPU", [
    "kube-score/container-resources",
    "polaris/cpuLimitsMissing",
  ]),
  required("memory-request", "requests", "memory", "the scheduler cannot know whether it fits", [
    "kube-score/container-resources",
    "polaris/memoryRequestsMissing",
  ]),
  required("unset-memory-requirements", "limits", "memory", "a leak takes the node with it", [
    "kube-linter/unset-memory-requirements",
    "kube-score/container-resources",
    "polaris/memoryLimitsMissing",
  ]),
  required("ephemeral-storage-request", "requests", "ephemeral-storage", "no disk is set aside for it and a full node evicts it first", [
    "kube-score/container-ephemeral-storage-request-and-limit",
  ]),
  required("ephemeral-storage-limit", "limits", "ephemeral-storage", "logs and temporary files can fill the node", [
    "kube-score/container-ephemeral-storage-request-and-limit",
  ]),
  containerRule("request-within-limit", [], function* ({ container }) {
    for (const name of Object.keys(container.resources?.requests ?? {})) {
      const request = amount(container, "requests", name);
      const limit = amount(container, "limits", name);
      if (request === undefined || limit === undefined || request <= limit) continue;
      yield [
        `resources.requests.${name}`,
        `${container.resources?.requests?.[name]} is more than the limit ${container.resources?.limits?.[name]}; the API server refuses that`,
      ];
    }
  }),
];

/** The amount a container requests or may use, in the unit's base (cores, bytes); undefined if not set. */
export function amount(container: IContainer, list: "requests" | "limits", name: string): number | undefined {
  return parseQuantity(container.resources?.[list]?.[name]);
}

function required(id: string, list: "requests" | "limits", name: string, otherwise: string, askedBy: readonly ToolCheck[]): Rule {
  return containerRule(id, askedBy, function* ({ container }) {
    if ((amount(container, list, name) ?? 0) > 0) return;
    yield [`resources.${list}.${name}`, `is not set, so ${otherwise}; write one`];
  });
}
