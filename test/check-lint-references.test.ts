import { describe } from "vitest";
import { portRules } from "../generator/check/lint/ports.ts";
import { referenceRules } from "../generator/check/lint/references.ts";
import { selectorRules } from "../generator/check/lint/selectors.ts";
import { object, selector } from "./fixtures/good-parts.ts";
import { withField, withItem, withObject, without, withoutField } from "./fixtures/good-release.ts";
import { testFaults } from "./fixtures/lint-case.ts";

const container = "spec.template.spec.containers[0]";
const backend = "Deployment/backend";

describe("selectors", () => {
  testFaults(selectorRules, [
    ["mismatching-selector", withField("StatefulSet/redis", "spec.selector.matchLabels.tier", "data"), "StatefulSet/redis spec.selector"],
    [
      // The Deployment would adopt the pods of the migration Job and of the helm test.
      "selector-overlap",
      withoutField(backend, 'spec.selector.matchLabels["app.kubernetes.io/component"]'),
      `${backend} spec.selector`,
      `${backend} spec.selector`,
    ],
    ["dangling-service", withField("Service/backend-svc", "spec.selector.tier", "api"), "Service/backend-svc spec.selector"],
    ["dangling-service", withField("Service/redis", "spec.selector", {}), "Service/redis spec.selector"],
    [
      "service-selects-batch",
      withoutField("Service/redis", 'spec.selector["app.kubernetes.io/component"]'),
      "Service/redis spec.selector",
      "Service/redis spec.ports[0].targetPort [invalid-target-ports]",
    ],
    ["statefulset-has-servicename", withField("StatefulSet/redis", "spec.serviceName", "redis"), "StatefulSet/redis spec.serviceName"],
    ["statefulset-has-servicename", without("Service/redis-headless"), "StatefulSet/redis spec.serviceName"],
    [
      "dangling-monitor",
      withField("ServiceMonitor/backend", "spec.endpoints[0].port", "prometheus"),
      "ServiceMonitor/backend spec.endpoints[0].port",
    ],
    [
      "dangling-monitor",
      withObject(
        object("monitoring.coreos.com/v1", "PodMonitor", "collector", {
          spec: { selector: { matchLabels: selector("collector") }, podMetricsEndpoints: [{ port: "metrics" }] },
        }),
      ),
      "PodMonitor/collector spec.podMetricsEndpoints[0].port",
    ],
  ]);
});

describe("ports", () => {
  testFaults(portRules, [
    [
      "liveness-port",
      withField(backend, `${container}.livenessProbe.httpGet.port`, 4001),
      `${backend} ${container}.livenessProbe.httpGet.port`,
    ],
    [
      "readiness-port",
      withField(backend, `${container}.readinessProbe.httpGet.port`, "web"),
      `${backend} ${container}.readinessProbe.httpGet.port`,
    ],
    [
      "startup-port",
      withField(backend, `${container}.startupProbe`, { grpc: { port: 9000 } }),
      `${backend} ${container}.startupProbe.grpc.port`,
    ],
    [
      "invalid-target-ports",
      withField("Service/backend-svc", "spec.ports[0].targetPort", "web"),
      "Service/backend-svc spec.ports[0].targetPort",
    ],
    [
      "invalid-target-ports",
      withoutField("Service/backend-svc", "spec.ports[0].targetPort"),
      "Service/backend-svc spec.ports[0].targetPort",
    ],
    ["invalid-target-ports", withField("Service/redis", "spec.ports[0].protocol", "UDP"), "Service/redis spec.ports[0].targetPort"],
    ["unique-service-port", withField("Service/backend-svc", "spec.ports[1].port", 80), "Service/backend-svc spec.ports[1].port"],
    [
      "unique-service-port",
      withField("Service/backend-svc", "spec.ports[1].name", "http"),
      "Service/backend-svc spec.ports[1].name",
      "ServiceMonitor/backend spec.endpoints[0].port [dangling-monitor]",
    ],
    [
      "unique-service-port",
      withoutField("Service/backend-svc", "spec.ports[1].name"),
      "Service/backend-svc spec.ports[1].name",
      "ServiceMonitor/backend spec.endpoints[0].port [dangling-monitor]",
    ],
    [
      "unique-container-port",
      withItem(backend, `${container}.ports`, { name: "again", containerPort: 4000 }),
      `${backend} ${container}.ports[2]`,
    ],
    [
      "unique-container-port",
      withItem(backend, `${container}.ports`, { name: "http", containerPort: 4001 }),
      `${backend} ${container}.ports[2]`,
    ],
    [
      "port-name",
      withItem(backend, `${container}.ports`, { name: "prometheus-metrics", containerPort: 9101 }),
      `${backend} ${container}.ports[2].name`,
    ],
    ["ssh-port", withItem(backend, `${container}.ports`, { containerPort: 22 }), `${backend} ${container}.ports[2].containerPort`],
    ["host-port", withField(backend, `${container}.ports[0].hostPort`, 4000), `${backend} ${container}.ports[0].hostPort`],
    ["service-type", withField("Service/backend-svc", "spec.type", "NodePort"), "Service/backend-svc spec.type"],
  ]);
});

describe("references", () => {
  testFaults(referenceRules, [
    ["missing-reference", without("ConfigMap/backend-config"), `${backend} ${container}.envFrom[0].configMapRef`],
    ["missing-reference", without("Secret/backend-secrets"), `${backend} ${container}.env[1].valueFrom.secretKeyRef`],
    ["missing-reference", without("ConfigMap/redis-config"), "StatefulSet/redis spec.template.spec.volumes[0].configMap"],
    [
      "missing-reference",
      withField("DaemonSet/collector", "spec.template.spec.volumes[0]", { name: "buffer", persistentVolumeClaim: { claimName: "x" } }),
      "DaemonSet/collector spec.template.spec.volumes[0].persistentVolumeClaim",
    ],
    [
      "missing-reference",
      withField("ConfigMap/redis-config", "metadata.namespace", "other"),
      "StatefulSet/redis spec.template.spec.volumes[0].configMap",
    ],
    [
      "missing-key",
      withField(backend, `${container}.env[1].valueFrom.secretKeyRef.key`, "DB_URL"),
      `${backend} ${container}.env[1].valueFrom.secretKeyRef`,
    ],
    [
      "missing-key",
      withField("StatefulSet/redis", "spec.template.spec.volumes[0].configMap.items", [{ key: "users.acl", path: "users.acl" }]),
      "StatefulSet/redis spec.template.spec.volumes[0].configMap",
    ],
  ]);
});
