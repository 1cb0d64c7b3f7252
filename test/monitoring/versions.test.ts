import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { monitoring } from "../../schemas/monitoring.ts";
import { redis } from "../../schemas/redis.ts";

const root = join(import.meta.dirname, "..", "..");
const textOf = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");
const { properties: of } = monitoring;

/** Programs of the chart: the image's tag, the module it is built from, and where the tests and the catalogue have it. */
const programs = [
  ["prometheus", of.prometheus.properties.image.properties.tag.default, "github.com/prometheus/prometheus", "prometheus"],
  ["alertmanager", of.alertmanager.properties.image.properties.tag.default, "github.com/prometheus/alertmanager", "alertmanager"],
  ["loki", of.loki.properties.image.properties.tag.default, "github.com/grafana/loki/v3", "loki"],
  [
    "opentelemetry-collector",
    of.collector.properties.image.properties.tag.default,
    "go.opentelemetry.io/collector/exporter/exporterhelper",
    "collector",
  ],
  ["node-exporter", of.nodeExporter.properties.image.properties.tag.default, "github.com/prometheus/node_exporter", "node-exporter"],
  ["blackbox", of.blackbox.properties.image.properties.tag.default, "github.com/prometheus/blackbox_exporter", "blackbox-exporter"],
  [
    "redis-exporter",
    redis.properties.metrics.properties.image.properties.tag.default,
    "github.com/oliver006/redis_exporter",
    "redis-exporter",
  ],
  ["kube-state-metrics", of.kubeStateMetrics.properties.image.properties.tag.default, "k8s.io/kube-state-metrics/v2", undefined],
] as const;

/** 3.13.5 of Prometheus is v0.313.5 of its module. */
const moduleVersion = (tag: string): string => `v${tag.replace(/^v/, "").replace(/^3\.(\d\d)\.(\d+)$/, "0.3$1.$2")}`;

test.each(programs)(
  "%s: the version that is installed is the one whose metrics are known, and that the tests run",
  (name, tag, module, tool) => {
    const wanted = `${module}@${moduleVersion(tag)}`;
    expect(textOf("test", "monitoring", "catalogue", `${name}.txt`).split("\n")[0]).toContain(wanted);
    if (tool === undefined) return;
    expect(
      textOf("tools", tool, "go.mod")
        .replaceAll(/^\s+(\S+) (v\S+).*$/gm, "$1@$2")
        .split("\n"),
    ).toContain(wanted);
  },
);
