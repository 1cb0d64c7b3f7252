import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import {
  checksum,
  configYaml,
  defineMap,
  each,
  include,
  lines,
  str,
  when,
  type Block,
  type Doc,
  type Expr,
  type Line,
  type Yaml,
} from "../../../dsl/index.ts";
import { address, inNamespace } from "../component.ts";
import { alertmanager, grafana, loki, ports, prometheus } from "../components.ts";
import { componentSecret } from "../secrets.ts";
import { values as v } from "../values.ts";
import { home, mountOf } from "./dashboards.ts";
import { grafanaHost, grafanaUrl, isEncrypted } from "./url.ts";

const { grafana: settings } = v;
const { oauth } = settings;
const { keys } = settings.secrets;

export const folders = { config: "/etc/grafana", data: "/var/lib/grafana", secrets: "/etc/grafana-secrets" } as const;

export const grafanaSecret = componentSecret("grafana", grafana, settings.secrets, grafana.enabled, [
  ["adminUser", keys.adminUser, grafana.enabled],
  ["adminPassword", keys.adminPassword, grafana.enabled],
  ["oauthClientSecret", keys.oauthClientSecret, oauth.enabled],
]);

/** Grafana reads the file at its start, so no secret is in the environment. */
const secret = (key: Expr<string>): Expr<string> => str`$__file{${folders.secrets}/${key}}`;

/** A section of grafana.ini. */
const section = (name: string, entries: Readonly<Record<string, string | Expr<string>>>): Line[] => [
  `[${name}]`,
  ...Object.entries(entries).map(([key, value]) => (typeof value === "string" ? `${key} = ${value}` : str`${key} = ${value}`)),
];

const ini = lines(
  section("server", { domain: include(grafanaHost), root_url: grafanaUrl, enable_gzip: "false" }),
  section("paths", {
    data: folders.data,
    logs: `${folders.data}/log`,
    plugins: `${folders.data}/plugins`,
    provisioning: `${folders.config}/provisioning`,
  }),
  section("security", {
    admin_user: secret(keys.adminUser),
    admin_password: secret(keys.adminPassword),
    disable_gravatar: "true",
    cookie_secure: str`${isEncrypted}`,
  }),
  section("users", { allow_sign_up: "false", auto_assign_org_role: "Viewer", default_theme: "system" }),
  section("auth.anonymous", { enabled: "false" }),
  when<Line>(oauth.enabled, [
    ...section("auth.generic_oauth", {
      enabled: "true",
      name: oauth.name,
      client_id: oauth.clientId,
      client_secret: secret(keys.oauthClientSecret),
      scopes: oauth.scopes,
      auth_url: oauth.authUrl,
      token_url: oauth.tokenUrl,
      api_url: oauth.apiUrl,
      allowed_domains: oauth.allowedDomains,
      use_pkce: "true",
      allow_sign_up: "true",
      role_attribute_path: oauth.roleAttributePath,
    }),
  ]),
  section("dashboards", { default_home_dashboard_path: home }),
  // Version 13 replaces plugins that it brings along by newer ones, which a read-only root forbids and nobody asked for.
  section("plugins", { preinstall_disabled: "true", preinstall_auto_update: "false" }),
  section("analytics", { reporting_enabled: "false", check_for_updates: "false", check_for_plugin_updates: "false" }),
  section("news", { news_feed_enabled: "false" }),
  section("log", { mode: "console" }),
  section("log.console", { format: "json" }),
);

const dataSource = (name: string, uid: string, type: string, url: Expr<string>, jsonData: Yaml, isDefault = false): Yaml => ({
  name,
  uid,
  type,
  access: "proxy",
  url,
  ...(isDefault ? { isDefault } : {}),
  editable: false,
  jsonData,
});

const http = (target: Parameters<typeof address>[0], port: number): Expr<string> => str`http://${address(target, port)}`;

/** The logs, for this chart's Grafana or another. */
export const lokiDataSource = dataSource("Loki", "loki", "loki", http(loki, ports.loki.http), { maxLines: 1000 });

const dataSources = configYaml({
  apiVersion: 1,
  prune: true,
  datasources: [
    when<unknown>(
      prometheus.enabled,
      dataSource(
        "Prometheus",
        "prometheus",
        "prometheus",
        http(prometheus, ports.prometheus.http),
        {
          httpMethod: "POST",
          timeInterval: v.prometheus.scrapeInterval,
        },
        true,
      ),
    ),
    when<unknown>(loki.enabled, lokiDataSource),
    when<unknown>(
      alertmanager.enabled,
      dataSource("Alertmanager", "alertmanager", "alertmanager", http(alertmanager, ports.alertmanager.http), {
        implementation: "prometheus",
      }),
    ),
    each(settings.extraDataSources, (source) => source) as never,
  ],
});

const providers = configYaml({
  apiVersion: 1,
  providers: [
    {
      name: "xpeditis",
      type: "file",
      allowUiUpdates: false,
      disableDeletion: true,
      updateIntervalSeconds: 30,
      options: { path: mountOf(""), foldersFromFilesStructure: true },
    },
  ],
});

/** Read at the start only: another checksum restarts the pod. Dashboards are read all the time. */
const data = defineMap("grafanaConfig", "Grafana's configuration, its data sources and where its dashboards are.", {
  "grafana.ini": ini,
  "datasources.yaml": dataSources,
  "providers.yaml": providers,
});

export const configChecksum = checksum(data);

/** Where Grafana looks for each. */
export const configFiles = [
  { key: "grafana.ini", path: "grafana.ini" },
  { key: "datasources.yaml", path: "provisioning/datasources/datasources.yaml" },
  { key: "providers.yaml", path: "provisioning/dashboards/providers.yaml" },
];

export const configMap: Block<Doc<IConfigMap>> = when(grafana.enabled, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: inNamespace(grafana.name),
  data: include(data),
});
