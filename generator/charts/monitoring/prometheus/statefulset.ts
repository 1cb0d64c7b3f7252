import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";

import { fallback, include, not, str, when, type Block, type Doc } from "../../../dsl/index.ts";
import { dataVolume, evictable, inNamespace, podTemplate } from "../component.ts";
import { ports, prometheus } from "../components.ts";
import { selector } from "../../../kubernetes/names.ts";
import { namespace, values as v } from "../values.ts";
import { folders } from "./config.ts";
import { rulesName } from "./rules.ts";

const { prometheus: settings } = v;
const { remoteWrite } = settings;
const { http } = ports.prometheus;

/** One pod, which reloads its configuration by itself: no sidecar, and no port that tells it to. */
export const statefulSet: Block<Doc<IStatefulSet>> = when(prometheus.enabled, {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: inNamespace(prometheus.name, {
    "polaris.fairwinds.com/automountServiceAccountToken-exempt": "true",
  }),
  spec: {
    replicas: 1,
    serviceName: prometheus.name,
    // In order, a broken revision would wait for ever for its own pod to become ready, even when it is mended.
    podManagementPolicy: "Parallel",
    selector: { matchLabels: selector(prometheus.label) },
    template: podTemplate(prometheus, {
      annotations: [when(not(settings.persistence.enabled), evictable("data"))],
      spec: { automountServiceAccountToken: true, terminationGracePeriodSeconds: 120 },
      container: {
        args: [
          `--config.file=${folders.config}/prometheus.yaml`,
          "--config.auto-reload",
          "--storage.tsdb.path=/prometheus",
          str`--web.external-url=${fallback(settings.externalUrl, str`http://${prometheus.name}.${include(namespace)}.svc:${String(http)}`)}`,
          "--web.route-prefix=/",
          // A query must not take more memory than the pod has.
          "--query.max-concurrency=8",
          "--query.max-samples=20000000",
          "--query.timeout=1m",
        ],
        ports: [{ name: "http", containerPort: http }],
        // The write-ahead log is replayed at the start: minutes, after a crash.
        startupProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 90 },
        livenessProbe: { httpGet: { path: "/-/healthy", port: "http" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
        volumeMounts: [
          { name: "config", mountPath: folders.config, readOnly: true },
          { name: "rules", mountPath: folders.rules, readOnly: true },
          { name: "data", mountPath: "/prometheus" },
          when(remoteWrite.secretName, { name: "remote-write", mountPath: folders.secrets, readOnly: true }),
        ],
      },
      volumes: [
        { name: "config", configMap: { name: prometheus.name } },
        { name: "rules", configMap: { name: rulesName } },
        dataVolume(prometheus, settings.persistence),
        when(remoteWrite.secretName, {
          name: "remote-write",
          secret: { secretName: remoteWrite.secretName, items: [{ key: remoteWrite.secretKey, path: remoteWrite.secretKey }] },
        }),
      ],
    }),
  },
});
