import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import { checksum, defineMap, each, include, str, when, why, configYaml, type Block, type Doc } from "../../../dsl/index.ts";
import { address, inNamespace } from "../component.ts";
import { collector, loki, ports } from "../components.ts";
import { namespace, values as v } from "../values.ts";
import { statements } from "./statements.ts";

const { collector: settings } = v;

export const folders = { config: "/etc/otelcol", logs: "/var/log/pods", offsets: "/var/lib/otelcol" } as const;

const config = configYaml({
  extensions: {
    health_check: { endpoint: `0.0.0.0:${ports.collector.health}` },
    file_storage: { directory: folders.offsets, create_directory: false },
  },
  receivers: {
    file_log: {
      [why]: {
        include: "Also what the kubelet has put aside and compressed: a file can be that before it is read, more so while Loki is away.",
        retry_on_failure: "Reading waits while Loki does not take more: files are kept longer than that.",
      },
      include: [`${folders.logs}/*/*/*.log`, `${folders.logs}/*/*/*.log.*`],
      exclude: [
        // Its own complaints about what it cannot send would be sent, too.
        str`${folders.logs}/${include(namespace)}_${collector.name}-*/*/*`,
        `${folders.logs}/*/*/*.tmp`,
        each(settings.excludeNamespaces, (name) => str`${folders.logs}/${name}_*/*/*`) as never,
      ],
      compression: "auto",
      start_at: "beginning",
      include_file_path: true,
      include_file_name: false,
      preserve_leading_whitespaces: true,
      preserve_trailing_whitespaces: true,
      poll_interval: "1s",
      storage: "file_storage",
      retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
      operators: [
        {
          [why]: { regex: "What follows knows the names of files that are not compressed only." },
          type: "regex_replace",
          field: 'attributes["log.file.path"]',
          regex: "[.]gz$$",
          replace_with: "",
        },
        { type: "container", id: "container" },
        when<unknown>(settings.dropHealthChecks, { type: "filter", expr: 'body matches "(kube-probe|Prometheus)/[0-9]"' }),
        { type: "json_parser", if: 'body matches "^[{].*[}]$$"', parse_to: "attributes.json", on_error: "send_quiet" },
      ],
    },
  },
  processors: {
    memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 20 },
    transform: { error_mode: "ignore", log_statements: [...statements] },
    // Loki takes labels from the resource only.
    groupbyattrs: { keys: ["level"] },
  },
  exporters: {
    otlp_http: {
      endpoint: str`http://${address(loki, ports.loki.http)}/otlp`,
      retry_on_failure: { enabled: true, max_elapsed_time: "0s" },
      sending_queue: {
        enabled: true,
        sizer: "items",
        queue_size: 20000,
        block_on_overflow: true,
        storage: "file_storage",
        batch: { flush_timeout: "1s", min_size: 1000, max_size: 5000 },
      },
    },
  },
  service: {
    extensions: ["health_check", "file_storage"],
    telemetry: {
      logs: { level: "warn", encoding: "json" },
      metrics: {
        readers: [
          {
            pull: {
              exporter: {
                prometheus: {
                  host: "0.0.0.0",
                  port: ports.collector.metrics,
                  without_scope_info: true,
                  without_type_suffix: true,
                  without_units: true,
                },
              },
            },
          },
        ],
      },
    },
    pipelines: {
      logs: { receivers: ["file_log"], processors: ["memory_limiter", "transform", "groupbyattrs"], exporters: ["otlp_http"] },
    },
  },
});

const data = defineMap("collectorConfig", "The collector's configuration.", { "otelcol.yaml": config });

export const configChecksum = checksum(data);

export const configMap: Block<Doc<IConfigMap>> = when(collector.enabled, {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: inNamespace(collector.name),
  data: include(data),
});
