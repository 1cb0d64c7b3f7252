import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";

import { each, str, when, type Block, type Doc, type Expr } from "../../../dsl/index.ts";
import { selector } from "../../../kubernetes/names.ts";
import { evictable, inNamespace, oneReplica, podTemplate } from "../component.ts";
import { grafana, ports } from "../components.ts";
import { values as v } from "../values.ts";
import { configChecksum, configFiles, folders, grafanaSecret } from "./config.ts";
import { dashboardFolders, dashboardsName, mountOf, slug } from "./dashboards.ts";

const { grafana: settings } = v;

const userFolder = (folder: Expr<string>): Expr<string> => str`${mountOf("")}/${folder}`;

/** Nothing in it outlives the pod: what people make in Grafana itself belongs into a ConfigMap, or is gone. */
export const deployment: Block<Doc<IDeployment>> = when(grafana.enabled, {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: inNamespace(grafana.name, oneReplica),
  spec: {
    replicas: 1,
    revisionHistoryLimit: 3,
    selector: { matchLabels: selector(grafana.label) },
    template: podTemplate(grafana, {
      annotations: [{ "checksum/config": configChecksum }, evictable("data", "tmp")],
      container: {
        env: [each(settings.env, (value, name) => ({ name, value }))],
        ports: [{ name: "http", containerPort: ports.grafana.http }],
        startupProbe: { httpGet: { path: "/api/health", port: "http" }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 60 },
        livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
        readinessProbe: { httpGet: { path: "/api/health", port: "http" }, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
        volumeMounts: [
          { name: "config", mountPath: folders.config, readOnly: true },
          { name: "secrets", mountPath: folders.secrets, readOnly: true },
          { name: "data", mountPath: folders.data },
          { name: "tmp", mountPath: "/tmp" },
          ...dashboardFolders.map((folder) => ({ name: `dashboards-${slug(folder)}`, mountPath: mountOf(folder), readOnly: true })),
          each(settings.dashboardConfigMaps, (_, folder) => ({
            name: str`folder-${folder}`,
            mountPath: userFolder(folder),
            readOnly: true,
          })),
        ],
      },
      volumes: [
        { name: "config", configMap: { name: grafana.name, items: configFiles } },
        { name: "secrets", secret: { secretName: grafanaSecret.name } },
        { name: "data", emptyDir: { sizeLimit: "512Mi" } },
        { name: "tmp", emptyDir: { sizeLimit: "128Mi" } },
        ...dashboardFolders.map((folder) => ({ name: `dashboards-${slug(folder)}`, configMap: { name: dashboardsName(folder) } })),
        each(settings.dashboardConfigMaps, (name, folder) => ({ name: str`folder-${folder}`, configMap: { name } })),
      ],
    }),
  },
});
