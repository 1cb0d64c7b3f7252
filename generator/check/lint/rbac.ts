import type { IPolicyRule } from "kubernetes-models/rbac.authorization.k8s.io/v1/PolicyRule";
import { namespaceOf } from "./index-manifests.ts";
import type { Release } from "./release.ts";
import type { Fault, Finding, Rule, ToolCheck } from "./rule.ts";

/** Rights in the Kubernetes API: none that amount to the cluster, none on Secrets, none that point nowhere. */
export const rbacRules: readonly Rule[] = [
  roleRule("pod-exec-attach", ["polaris/rolePodExecAttach", "polaris/clusterrolePodExecAttach"], (rule) =>
    grants(rule, ["pods/exec", "pods/attach"], ["get", "create"])
      ? "allows commands in other pods; name the resources and verbs that are needed"
      : undefined,
  ),
  roleRule("access-to-secrets", ["kube-linter/access-to-secrets"], (rule) =>
    grants(rule, ["secrets"], ["get", "list", "watch", "create", "delete"])
      ? "allows reading Secrets through the API; mount the one that is needed instead"
      : undefined,
  ),
  bindingRule(
    "cluster-admin",
    ["polaris/clusterrolebindingClusterAdmin", "polaris/rolebindingClusterAdminClusterRole"],
    function* ({ roleRef }) {
      if (roleRef.name === "cluster-admin") yield ["roleRef.name", "hands out the whole cluster; bind a role of its own"];
    },
  ),
  bindingRule("missing-role", [], function* ({ roleRef, namespace }, release) {
    const exists =
      roleRef.kind === "Role"
        ? release.exists("Role", namespace, roleRef.name)
        : release.exists("ClusterRole", "", roleRef.name) || isBuiltIn(roleRef.name);
    if (!exists) yield ["roleRef.name", `no ${roleRef.kind} "${roleRef.name}" is rendered; render it`];
  }),
  bindingRule("missing-subject", [], function* ({ subjects, namespace }, release) {
    for (const [index, subject] of subjects.entries()) {
      if (subject.kind !== "ServiceAccount") continue;
      // A ClusterRoleBinding must spell out the namespace that the account itself may leave to the release.
      const named = subject.namespace ?? namespace;
      const places = named === release.namespace ? [named, ""] : [named];
      if (places.some((place) => release.exists("ServiceAccount", place, subject.name))) continue;
      yield [`subjects[${index}]`, `no ServiceAccount "${subject.name}" is rendered in namespace "${named}"; render it`];
    }
  }),
];

interface Binding {
  readonly namespace: string;
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

function roleRule(id: string, askedBy: readonly ToolCheck[], fault: (rule: IPolicyRule) => string | undefined): Rule {
  return {
    id,
    askedBy,
    *check(release): Generator<Finding> {
      for (const { manifest, object } of [...release.all("Role"), ...release.all("ClusterRole")]) {
        for (const [index, rule] of (object.rules ?? []).entries()) {
          const message = fault(rule);
          if (message !== undefined) yield { manifest, path: `rules[${index}]`, message };
        }
      }
    },
  };
}

function bindingRule(id: string, askedBy: readonly ToolCheck[], faults: (binding: Binding, release: Release) => Iterable<Fault>): Rule {
  return {
    id,
    askedBy,
    *check(release): Generator<Finding> {
      for (const { manifest, object } of [...release.all("RoleBinding"), ...release.all("ClusterRoleBinding")]) {
        const { roleRef, subjects = [] } = object;
        for (const [path, message] of faults({ namespace: namespaceOf(manifest), roleRef, subjects }, release)) {
          yield { manifest, path, message };
        }
      }
    },
  };
}

function grants({ apiGroups = [], resources = [], verbs }: IPolicyRule, wanted: readonly string[], acts: readonly string[]): boolean {
  const includes = (list: readonly string[], items: readonly string[]): boolean =>
    list.includes("*") || items.some((item) => list.includes(item));
  return includes(apiGroups, [""]) && includes(resources, wanted) && includes(verbs, acts);
}

function isBuiltIn(clusterRole: string): boolean {
  return clusterRole.startsWith("system:") || ["admin", "edit", "view"].includes(clusterRole);
}
