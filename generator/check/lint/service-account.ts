import type { Rule } from "./rule.ts";
import { podRule } from "./rule.ts";

/** What a pod gets from the cluster: its account, the token of it, the variables of other Services. */
export const serviceAccountRules: readonly Rule[] = [
  podRule("non-existent-service-account", ["kube-linter/non-existent-service-account"], function* (pod, release) {
    const name = pod.spec.serviceAccountName ?? "default";
    if (name === "default" || release.exists("ServiceAccount", pod.namespace, name)) return;
    yield {
      path: `${pod.specPath}.serviceAccountName`,
      message: `no ServiceAccount "${name}" is rendered in the same namespace; render it or name an existing one as external`,
    };
  }),
  podRule("default-service-account", ["kube-linter/default-service-account"], function* (pod) {
    if ((pod.spec.serviceAccountName ?? "default") !== "default") return;
    yield {
      path: `${pod.specPath}.serviceAccountName`,
      message: "is the namespace's default account, which others share; write an account of the component's own",
    };
  }),
  podRule("deprecated-service-account-field", ["kube-linter/deprecated-service-account-field"], function* (pod) {
    if (pod.spec.serviceAccount === undefined || pod.spec.serviceAccount === pod.spec.serviceAccountName) return;
    yield {
      path: `${pod.specPath}.serviceAccount`,
      message: "is the deprecated name of the field; write serviceAccountName",
    };
  }),
  podRule("automount-service-account-token", ["polaris/automountServiceAccountToken"], function* (pod, release) {
    const account = release.find("ServiceAccount", pod.namespace, pod.spec.serviceAccountName ?? "default");
    const mounts = pod.spec.automountServiceAccountToken ?? account?.object.automountServiceAccountToken ?? true;
    if (!mounts) return;
    yield {
      path: `${pod.specPath}.automountServiceAccountToken`,
      message:
        "the pod gets a token for the Kubernetes API; write false, or, if it calls the API, say why in the annotation polaris.fairwinds.com/automountServiceAccountToken-exempt",
    };
  }),
  podRule("service-links", [], function* (pod) {
    if (pod.spec.enableServiceLinks === false) return;
    yield {
      path: `${pod.specPath}.enableServiceLinks`,
      message: "is not false, so every Service adds variables such as REDIS_PORT=tcp://…, which clash with the program's own; write false",
    };
  }),
];
