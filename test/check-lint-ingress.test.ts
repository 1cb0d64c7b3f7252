import { describe } from "vitest";
import { ingressRules } from "../generator/check/lint/ingress.ts";
import { rbacRules } from "../generator/check/lint/rbac.ts";
import { traefikRules } from "../generator/check/lint/traefik.ts";
import { labels, namespace, object } from "./fixtures/good-parts.ts";
import { withField, withItem, withObject, withoutField } from "./fixtures/good-release.ts";
import { testFaults } from "./fixtures/lint-case.ts";

describe("ingress", () => {
  const ingress = "Ingress/xpeditis-ingress";
  const path = "spec.rules[0].http.paths[0]";
  const twin = { path: "/", pathType: "Prefix", backend: { service: { name: "backend-svc", port: { number: 80 } } } };
  testFaults(ingressRules, [
    ["ingress-targets-service", withField(ingress, `${path}.backend.service.name`, "backend"), `${ingress} ${path}.backend.service.name`],
    [
      "ingress-targets-service",
      withField(ingress, `${path}.backend.service.port`, { number: 4000 }),
      `${ingress} ${path}.backend.service.port`,
    ],
    [
      "ingress-targets-service",
      withField(ingress, "spec.defaultBackend", { service: { name: "none", port: { number: 80 } } }),
      `${ingress} spec.defaultBackend.service.name`,
    ],
    ["ingress-class", withoutField(ingress, "spec.ingressClassName"), `${ingress} spec.ingressClassName`],
    ["tls-settings-missing", withoutField(ingress, "spec.tls"), `${ingress} spec.tls`],
    ["ingress-tls-hosts", withField(ingress, "spec.rules[0].host", "app.xpeditis.com"), `${ingress} spec.rules[0].host`],
    [
      "ingress-tls-secret",
      withoutField(ingress, 'metadata.annotations["cert-manager.io/cluster-issuer"]'),
      `${ingress} spec.tls[0].secretName`,
    ],
    ["unique-ingress-path", withItem(ingress, "spec.rules[0].http.paths", twin), `${ingress} spec.rules[0].http.paths[1]`],
  ]);
});

describe("traefik", () => {
  const middlewares = 'metadata.annotations["traefik.ingress.kubernetes.io/router.middlewares"]';
  const transport = 'metadata.annotations["traefik.ingress.kubernetes.io/service.serverstransport"]';
  testFaults(traefikRules, [
    [
      "traefik-reference",
      withField("Ingress/xpeditis-ingress", middlewares, `other-security-headers@kubernetescrd`),
      `Ingress/xpeditis-ingress ${middlewares}`,
    ],
    [
      "traefik-reference",
      withField("Ingress/xpeditis-ingress", middlewares, "security-headers"),
      `Ingress/xpeditis-ingress ${middlewares}`,
    ],
    [
      "traefik-reference",
      withField("Service/backend-svc", transport, `${namespace}-backend@kubernetescrd`),
      `Service/backend-svc ${transport}`,
    ],
    [
      "traefik-chain",
      withField("Middleware/security-headers", "spec", { chain: { middlewares: [{ name: "rate-limit" }] } }),
      "Middleware/security-headers spec.chain.middlewares[0]",
    ],
    [
      "traefik-tls-options",
      withObject(
        object("networking.k8s.io/v1", "Ingress", "other", {
          metadata: {
            name: "other",
            namespace,
            labels: labels("other"),
            annotations: { "traefik.ingress.kubernetes.io/router.tls.options": "strict@file" },
          },
          spec: {
            ingressClassName: "traefik",
            tls: [{ hosts: ["api.xpeditis.com"] }],
            rules: [{ host: "api.xpeditis.com" }],
          },
        }),
      ),
      "Ingress/other spec.rules[0].host",
    ],
  ]);
});

describe("rights", () => {
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "collector" };
  const subjects = [{ kind: "ServiceAccount", name: "collector", namespace }];
  const version = "rbac.authorization.k8s.io/v1";
  function role(resources: readonly string[], verbs: readonly string[]): ReturnType<typeof withObject> {
    return withObject(object(version, "Role", "collector", { rules: [{ apiGroups: [""], resources, verbs }] }));
  }
  function binding(fields: Readonly<Record<string, unknown>>): ReturnType<typeof withObject> {
    return withObject(object(version, "RoleBinding", "collector", { roleRef, subjects, ...fields }));
  }
  testFaults(rbacRules, [
    ["pod-exec-attach", role(["pods/exec"], ["create"]), "Role/collector rules[0]"],
    ["pod-exec-attach", role(["*"], ["get"]), "Role/collector rules[0]", "Role/collector rules[0] [access-to-secrets]"],
    ["access-to-secrets", role(["secrets"], ["list"]), "Role/collector rules[0]"],
    [
      "cluster-admin",
      binding({ roleRef: { ...roleRef, kind: "ClusterRole", name: "cluster-admin" } }),
      "RoleBinding/collector roleRef.name",
      "RoleBinding/collector roleRef.name [missing-role]",
    ],
    ["missing-role", binding({}), "RoleBinding/collector roleRef.name"],
    [
      "missing-subject",
      binding({ roleRef: { ...roleRef, kind: "ClusterRole", name: "view" }, subjects: [{ ...subjects[0], name: "other" }] }),
      "RoleBinding/collector subjects[0]",
    ],
  ]);
});
