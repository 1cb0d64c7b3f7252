import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";

import { when, type Block, type Doc, type Expr, type Item } from "../../../dsl/index.ts";
import { selector } from "../../../kubernetes/names.ts";
import { claim, dataVolume, evictable, inNamespace, podTemplate, service, serviceAccount } from "../component.ts";
import { collector, grafana, loki, ports, prometheus } from "../components.ts";
import { fromComponents, fromOthers, networkPolicy, toInternet } from "../network.ts";
import { secretObjects } from "../secrets.ts";
import { values as v } from "../values.ts";
import { configChecksum, configMap, lokiSecret, onS3 } from "./config.ts";

const { loki: settings } = v;
const { http } = ports.loki;
const { keys } = settings.secrets;

const fromSecret = (name: string, key: Expr<string>): Item<IEnvVar> =>
  when(onS3, { name, valueFrom: { secretKeyRef: { name: lokiSecret.name, key } } });

/** One program that does everything; its volume has what is not in the object storage yet. */
const statefulSet: Block<Doc<IStatefulSet>> = when(loki.enabled, {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: inNamespace(loki.name),
  spec: {
    replicas: 1,
    serviceName: loki.name,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: selector(loki.label) },
    template: podTemplate(loki, {
      annotations: [{ "checksum/config": configChecksum }, when(settings.persistence.enabled, evictable("tmp"), evictable("data", "tmp"))],
      // Time to write to the object storage what is in memory.
      spec: { terminationGracePeriodSeconds: 300 },
      container: {
        args: ["-target=all", "-config.file=/etc/loki/loki.yaml", "-config.expand-env=true"],
        env: [fromSecret("S3_ACCESS_KEY", keys.accessKey), fromSecret("S3_SECRET_KEY", keys.secretKey)],
        ports: [{ name: "http", containerPort: http }],
        // The write-ahead log is replayed at the start.
        startupProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 60 },
        livenessProbe: {
          httpGet: { path: "/loki/api/v1/status/buildinfo", port: "http" },
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 6,
        },
        readinessProbe: { httpGet: { path: "/ready", port: "http" }, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
        volumeMounts: [
          { name: "config", mountPath: "/etc/loki", readOnly: true },
          { name: "data", mountPath: "/loki" },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
      volumes: [
        { name: "config", configMap: { name: loki.name } },
        dataVolume(loki, settings.persistence),
        { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
      ],
    }),
  },
});

const policy = networkPolicy(loki, {
  ingress: [fromComponents(http, collector, grafana, prometheus), fromOthers(http)],
  egress: [when(onS3, toInternet(443))],
});

export const lokiTemplates = {
  "loki/claim": [claim(loki, settings.persistence)],
  "loki/configmap": [configMap],
  "loki/networkpolicy": [policy],
  "loki/secret": secretObjects(lokiSecret),
  "loki/service": [service(loki, ports.loki, "headless")],
  "loki/serviceaccount": [serviceAccount(loki)],
  "loki/statefulset": [statefulSet],
};
