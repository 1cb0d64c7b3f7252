import { describe } from "vitest";
import { imageRules } from "../generator/check/lint/images.ts";
import { probeRules } from "../generator/check/lint/probes.ts";
import { resourceRules } from "../generator/check/lint/resources.ts";
import { securityRules } from "../generator/check/lint/security.ts";
import { sensitiveRules } from "../generator/check/lint/sensitive.ts";
import { serviceAccountRules } from "../generator/check/lint/service-account.ts";
import type { RenderedManifest } from "../generator/check/manifest.ts";
import { withField, withItem, withoutField } from "./fixtures/good-release.ts";
import { testFaults } from "./fixtures/lint-case.ts";

const container = "spec.template.spec.containers[0]";
const spec = "spec.template.spec";

/** The backend with one field of its container set. */
function inContainer(field: string, value: unknown): RenderedManifest[] {
  return withField("Deployment/backend", `${container}.${field}`, value);
}

/** The backend with one field of its pod set. */
function inPod(field: string, value: unknown): RenderedManifest[] {
  return withField("Deployment/backend", `${spec}.${field}`, value);
}

/** A place in the backend's container. */
function at(field: string): string {
  return `Deployment/backend ${container}.${field}`;
}

/** A place in the backend's pod. */
function inSpec(field: string): string {
  return `Deployment/backend ${spec}.${field}`;
}

describe("security", () => {
  testFaults(securityRules, [
    ["run-as-non-root", inPod("securityContext.runAsNonRoot", false), at("securityContext.runAsNonRoot")],
    ["run-as-non-root", inContainer("securityContext.runAsNonRoot", false), at("securityContext.runAsNonRoot")],
    [
      "run-as-non-root",
      inContainer("securityContext.runAsUser", 0),
      at("securityContext.runAsUser"),
      `${at("securityContext.runAsUser")} [container-security-context-user-group-id]`,
    ],
    ["container-security-context-user-group-id", inPod("securityContext.runAsUser", 1000), at("securityContext.runAsUser")],
    [
      "container-security-context-user-group-id",
      withoutField("Deployment/backend", `${spec}.securityContext.runAsGroup`),
      at("securityContext.runAsGroup"),
    ],
    [
      "no-read-only-root-fs",
      withoutField("Deployment/backend", `${container}.securityContext.readOnlyRootFilesystem`),
      at("securityContext.readOnlyRootFilesystem"),
    ],
    [
      "privilege-escalation-container",
      withoutField("Deployment/backend", `${container}.securityContext.allowPrivilegeEscalation`),
      at("securityContext.allowPrivilegeEscalation"),
    ],
    ["privileged-container", inContainer("securityContext.privileged", true), at("securityContext.privileged")],
    ["drop-all-capabilities", inContainer("securityContext.capabilities.drop", ["NET_RAW"]), at("securityContext.capabilities.drop")],
    [
      "dangerous-capabilities",
      inContainer("securityContext.capabilities.add", ["NET_BIND_SERVICE", "SYS_ADMIN"]),
      at("securityContext.capabilities.add"),
    ],
    [
      "container-seccomp-profile",
      inContainer("securityContext.seccompProfile", { type: "Unconfined" }),
      at("securityContext.seccompProfile"),
    ],
    ["unsafe-proc-mount", inContainer("securityContext.procMount", "Unmasked"), at("securityContext.procMount")],
    [
      "host-process",
      inContainer("securityContext.windowsOptions", { hostProcess: true }),
      at("securityContext.windowsOptions.hostProcess"),
    ],
    ["host-network", inPod("hostNetwork", true), inSpec("hostNetwork")],
    ["host-pid", inPod("hostPID", true), inSpec("hostPID")],
    ["host-ipc", inPod("hostIPC", true), inSpec("hostIPC")],
    [
      "unsafe-sysctls",
      inPod("securityContext.sysctls", [{ name: "net.core.somaxconn", value: "1" }]),
      inSpec("securityContext.sysctls[0]"),
    ],
  ]);
});

describe("service accounts", () => {
  testFaults(serviceAccountRules, [
    ["non-existent-service-account", inPod("serviceAccountName", "other"), inSpec("serviceAccountName")],
    ["default-service-account", withoutField("Deployment/backend", `${spec}.serviceAccountName`), inSpec("serviceAccountName")],
    ["deprecated-service-account-field", inPod("serviceAccount", "other"), inSpec("serviceAccount")],
    ["automount-service-account-token", inPod("automountServiceAccountToken", true), inSpec("automountServiceAccountToken")],
    ["service-links", withoutField("Deployment/backend", `${spec}.enableServiceLinks`), inSpec("enableServiceLinks")],
  ]);
});

describe("images", () => {
  testFaults(imageRules, [
    ["latest-tag", inContainer("image", "ghcr.io/xpeditis/backend:latest"), at("image"), `${at("imagePullPolicy")} [pull-policy]`],
    ["latest-tag", inContainer("image", "registry:5000/backend"), at("image"), `${at("imagePullPolicy")} [pull-policy]`],
    ["pull-policy", inContainer("image", "ghcr.io/xpeditis/backend:main"), at("imagePullPolicy")],
    ["pull-policy", inContainer("imagePullPolicy", "Never"), at("imagePullPolicy")],
  ]);
});

describe("resources", () => {
  testFaults(
    resourceRules.filter(({ id }) => id !== "cpu-limit"),
    [
      ["unset-cpu-requirements", withoutField("Deployment/backend", `${container}.resources.requests.cpu`), at("resources.requests.cpu")],
      ["memory-request", withoutField("Deployment/backend", `${container}.resources.requests.memory`), at("resources.requests.memory")],
      [
        "unset-memory-requirements",
        withoutField("Deployment/backend", `${container}.resources.limits.memory`),
        at("resources.limits.memory"),
      ],
      [
        "unset-memory-requirements",
        inContainer("resources", { requests: { cpu: 1, memory: 1 } }),
        at("resources.limits.memory"),
        `${at("resources.requests.ephemeral-storage")} [ephemeral-storage-request]`,
        `${at("resources.limits.ephemeral-storage")} [ephemeral-storage-limit]`,
      ],
      [
        "ephemeral-storage-request",
        inContainer('resources.requests["ephemeral-storage"]', "0"),
        at("resources.requests.ephemeral-storage"),
      ],
      [
        "ephemeral-storage-limit",
        withoutField("Deployment/backend", `${container}.resources.limits["ephemeral-storage"]`),
        at("resources.limits.ephemeral-storage"),
      ],
      ["request-within-limit", inContainer("resources.requests.memory", "1Gi"), at("resources.requests.memory")],
      ["request-within-limit", inContainer("resources.limits.cpu", "200m"), at("resources.requests.cpu")],
    ],
  );
});

describe("probes", () => {
  testFaults(probeRules, [
    ["no-liveness-probe", withoutField("Deployment/backend", `${container}.livenessProbe`), at("livenessProbe")],
    [
      "no-readiness-probe",
      withoutField("StatefulSet/redis", `${container}.readinessProbe`),
      `StatefulSet/redis ${container}.readinessProbe`,
    ],
    ["pod-probes-identical", inContainer("readinessProbe.httpGet.path", "/health/live"), at("livenessProbe")],
    [
      "pod-probes-identical",
      withField("StatefulSet/redis", `${container}.readinessProbe`, { tcpSocket: { port: "redis" } }),
      `StatefulSet/redis ${container}.livenessProbe`,
    ],
  ]);
});

describe("credentials", () => {
  const key = ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ");
  testFaults(sensitiveRules, [
    [
      "env-var-secret",
      withItem("Deployment/backend", `${container}.env`, { name: "MY_SECRET", value: "x" }),
      at("env[2].value"),
      `${at("env[2].value")} [sensitive-container-env-var]`,
    ],
    [
      "sensitive-container-env-var",
      withItem("Deployment/backend", `${container}.env`, { name: "SmtpPassword", value: "x" }),
      at("env[2].value"),
    ],
    ["sensitive-container-env-var", withItem("Deployment/backend", `${container}.env`, { name: "CERT", value: key }), at("env[2].value")],
    [
      "sensitive-configmap-content",
      withField("ConfigMap/backend-config", "data.API_TOKEN", "x"),
      "ConfigMap/backend-config data.API_TOKEN",
    ],
    ["sensitive-configmap-content", withField("ConfigMap/redis-config", 'data["tls.key"]', key), 'ConfigMap/redis-config data["tls.key"]'],
  ]);
});
