import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import { all, each, entry, merge, not, str, toJson, when, why, configYaml, type Block, type Doc } from "../../../dsl/index.ts";
import { address, inNamespace } from "../component.ts";
import { alertmanager, ports, prometheus } from "../components.ts";
import { values as v } from "../values.ts";
import { scrapeConfigs } from "./scrape.ts";

const { prometheus: settings } = v;
const { remoteWrite } = settings;

/** Where the configuration is mounted: whole folders, because Kubernetes never updates a file that is mounted alone. */
export const folders = {
  config: "/etc/prometheus",
  rules: "/etc/prometheus-rules",
  secrets: "/etc/prometheus-secrets",
} as const;

const secretFile = str`${folders.secrets}/${remoteWrite.secretKey}`;

const config = configYaml({
  global: {
    scrape_interval: settings.scrapeInterval,
    scrape_timeout: "10s",
    evaluation_interval: settings.scrapeInterval,
    external_labels: merge<unknown>(
      { cluster: v.clusterName },
      each(settings.externalLabels, (value, name) => entry(name, value)),
    ),
  },
  storage: {
    [why]: { tsdb: "Not as flags, which are deprecated. The size leaves out the write-ahead log and the newest two hours." },
    tsdb: { retention: { time: settings.retention.time, size: str`${settings.retention.gigabytes}GB` } },
  },
  alerting: when<unknown>(alertmanager.enabled, {
    alertmanagers: [{ static_configs: [{ targets: [address(alertmanager, ports.alertmanager.http)] }] }],
  }),
  rule_files: [`${folders.rules}/*.yaml`],
  scrape_configs: scrapeConfigs,
  scrape_config_files: [`${folders.config}/extra-*.yaml`],
  remote_write: when<unknown>(remoteWrite.url, [
    {
      url: remoteWrite.url,
      basic_auth: when<unknown>(all(remoteWrite.secretName, remoteWrite.username), {
        username: remoteWrite.username,
        password_file: secretFile,
      }),
      authorization: when<unknown>(all(remoteWrite.secretName, not(remoteWrite.username)), { credentials_file: secretFile }),
      write_relabel_configs: when<unknown>(remoteWrite.keep, [{ source_labels: ["__name__"], regex: remoteWrite.keep, action: "keep" }]),
    },
  ]),
});

export const configMap: Block<Doc<IConfigMap>> = when(prometheus.enabled, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: inNamespace(prometheus.name),
  data: merge(
    { "prometheus.yaml": config },
    when(settings.extraScrapeConfigs, { "extra-scrape.yaml": str`{"scrape_configs":${toJson(settings.extraScrapeConfigs)}}` }),
  ),
});
