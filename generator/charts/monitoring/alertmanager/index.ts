import type { ISecretVolumeSource } from "kubernetes-models/v1/SecretVolumeSource";
import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";

import { checksum, fallback, not, str, when, type Block, type Doc, type Tpl } from "../../../dsl/index.ts";
import { selector } from "../../../kubernetes/names.ts";
import { claim, dataVolume, evictable, inNamespace, podTemplate, service, serviceAccount } from "../component.ts";
import { alertmanager, grafana, ports, prometheus } from "../components.ts";
import { fromComponents, networkPolicy, toInternetOn } from "../network.ts";
import { secretObjects } from "../secrets.ts";
import { values as v } from "../values.ts";
import { grafanaUrl } from "../grafana/url.ts";
import { alertmanagerSecret, configMap, data, folders } from "./config.ts";

const { alertmanager: settings } = v;
const { http } = ports.alertmanager;

/**
 * The keys in use by name: Alertmanager reads a file only when it has something to tell, so that a missing one would be noticed by
 * nobody. A pod whose Secret lacks one does not start.
 */
const secretFiles: Tpl<ISecretVolumeSource> = {
  secretName: alertmanagerSecret.name,
  items: when(
    not(settings.extraReceivers),
    alertmanagerSecret.keys.map(([, key, condition]) => when(condition, { key, path: key })),
  ),
};

/** One pod, without gossip. */
const statefulSet: Block<Doc<IStatefulSet>> = when(alertmanager.enabled, {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: inNamespace(alertmanager.name),
  spec: {
    replicas: 1,
    serviceName: alertmanager.name,
    podManagementPolicy: "Parallel",
    selector: { matchLabels: selector(alertmanager.label) },
    template: podTemplate(alertmanager, {
      annotations: [{ "checksum/config": checksum(data) }, when(not(settings.persistence.enabled), evictable("data"))],
      container: {
        args: [
          `--config.file=${folders.config}/alertmanager.yaml`,
          "--storage.path=/alertmanager",
          // One pod has nobody to gossip with.
          "--cluster.listen-address=",
          str`--web.external-url=${fallback(settings.externalUrl, str`${grafanaUrl}/alerting`)}`,
          "--web.route-prefix=/",
        ],
        ports: [{ name: "http", containerPort: http }],
        livenessProbe: { httpGet: { path: "/-/healthy", port: "http" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: "/-/ready", port: "http" }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
        volumeMounts: [
          { name: "config", mountPath: folders.config, readOnly: true },
          { name: "data", mountPath: "/alertmanager" },
          when(alertmanagerSecret.needed, { name: "secrets", mountPath: folders.secrets, readOnly: true }),
        ],
      },
      volumes: [
        { name: "config", configMap: { name: alertmanager.name } },
        dataVolume(alertmanager, settings.persistence),
        when(alertmanagerSecret.needed, { name: "secrets", secret: secretFiles }),
      ],
    }),
  },
});

const policy = networkPolicy(alertmanager, {
  ingress: [fromComponents(http, prometheus, grafana)],
  egress: [toInternetOn(settings.internetPorts)],
});

export const alertmanagerTemplates = {
  "alertmanager/claim": [claim(alertmanager, settings.persistence)],
  "alertmanager/configmap": [configMap],
  "alertmanager/networkpolicy": [policy],
  "alertmanager/secret": secretObjects(alertmanagerSecret),
  "alertmanager/service": [service(alertmanager, ports.alertmanager, "headless")],
  "alertmanager/serviceaccount": [serviceAccount(alertmanager)],
  "alertmanager/statefulset": [statefulSet],
};
