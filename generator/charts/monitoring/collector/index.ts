import type { IDaemonSet } from "kubernetes-models/apps/v1/DaemonSet";

import { when, type Block, type Doc } from "../../../dsl/index.ts";
import { selector } from "../../../kubernetes/names.ts";
import { inNamespace, podTemplate, serviceAccount } from "../component.ts";
import { collector, loki, ports, prometheus } from "../components.ts";
import { fromComponents, fromOthers, networkPolicy, toComponent } from "../network.ts";
import { values as v } from "../values.ts";
import { configChecksum, configMap, folders } from "./config.ts";

const { collector: settings } = v;
const { metrics, health } = ports.collector;

/** On every node: reads the files that the container runtime writes. What the files' names tell is enough, so it needs no API. */
const daemonSet: Block<Doc<IDaemonSet>> = when(collector.enabled, {
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: inNamespace(collector.name, {
    // The files of the pods belong to root and are readable to nobody else.
    "ignore-check.kube-linter.io/run-as-non-root": "the log files belong to root",
    "kube-score/ignore": "container-security-context-user-group-id",
    "polaris.fairwinds.com/hostPathSet-exempt": "true",
    "polaris.fairwinds.com/runAsRootAllowed-exempt": "true",
  }),
  spec: {
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
    selector: { matchLabels: selector(collector.label) },
    template: podTemplate(collector, {
      annotations: [{ "checksum/config": configChecksum }],
      container: {
        args: [`--config=${folders.config}/otelcol.yaml`],
        env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
        ports: [
          { name: "metrics", containerPort: metrics },
          { name: "health", containerPort: health },
        ],
        livenessProbe: { httpGet: { path: "/", port: "health" }, periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: "/metrics", port: "metrics" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
        volumeMounts: [
          { name: "config", mountPath: folders.config, readOnly: true },
          { name: "logs", mountPath: folders.logs, readOnly: true },
          { name: "offsets", mountPath: folders.offsets },
        ],
      },
      volumes: [
        { name: "config", configMap: { name: collector.name } },
        { name: "logs", hostPath: { path: folders.logs, type: "Directory" } },
        { name: "offsets", hostPath: { path: settings.offsetsPath, type: "DirectoryOrCreate" } },
      ],
    }),
  },
});

const policy = networkPolicy(collector, {
  ingress: [fromComponents(metrics, prometheus), fromOthers(metrics)],
  egress: [toComponent(loki, ports.loki.http)],
});

export const collectorTemplates = {
  "collector/configmap": [configMap],
  "collector/daemonset": [daemonSet],
  "collector/networkpolicy": [policy],
  "collector/serviceaccount": [serviceAccount(collector)],
};
