import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  barmanCloud,
  cadvisor,
  documentationList,
  pgbouncer,
  postgresQueries,
  redis,
  tables,
  telemetryDocs,
  typeLines,
} from "./catalogue/documents.ts";
import { goMetrics } from "./catalogue/go.ts";
import { prefixed, type Metrics } from "./catalogue/metrics.ts";
import { exposed } from "./catalogue/program.ts";

/** Where an exporter says what it exposes: the Go module of its pinned version, and how to read it there. */
interface Source {
  /** `path@version` of a module on the Go proxy. */
  readonly module: string;
  readonly read: (folder: string) => Metrics;
}

const collector = (module: string): Source => ({
  module: `go.opentelemetry.io/collector/${module}@v0.149.0`,
  read: (folder) => telemetryDocs(readFileSync(join(folder, "documentation.md"), "utf8")),
});

/** Catalogue's file → its sources. What is not a Go module here is written by hand and says so in its first line. */
const catalogue: Readonly<Record<string, readonly Source[]>> = {
  alertmanager: [{ module: "github.com/prometheus/alertmanager@v0.31.1", read: (folder) => goMetrics(folder, [""]) }],
  blackbox: [{ module: "github.com/prometheus/blackbox_exporter@v0.28.0", read: (folder) => goMetrics(folder, ["", "prober"]) }],
  cadvisor: [
    {
      module: "github.com/google/cadvisor@v0.57.0",
      read: (folder) => cadvisor(readFileSync(join(folder, "metrics/prometheus.go"), "utf8")),
    },
  ],
  "cert-manager": [
    { module: "github.com/cert-manager/cert-manager@v1.21.1", read: (folder) => goMetrics(folder, ["pkg/metrics", "internal/collectors"]) },
  ],
  cloudnativepg: [
    {
      module: "github.com/cloudnative-pg/cloudnative-pg@v1.30.0",
      read: (folder) =>
        new Map([
          ...goMetrics(folder, ["pkg/management/postgres/webserver/metricserver"]),
          ...postgresQueries(readFileSync(join(folder, "config/manager/default-monitoring.yaml"), "utf8")),
          ...pgbouncer(join(folder, "pkg/management/pgbouncer/metricsserver")),
        ]),
    },
    // The plugin adds its own to those of the instance that it runs beside.
    {
      module: "github.com/cloudnative-pg/plugin-barman-cloud@v0.15.0",
      read: (folder) => barmanCloud(readFileSync(join(folder, "internal/cnpgi/instance/metrics.go"), "utf8")),
    },
  ],
  coredns: [
    {
      module: "github.com/coredns/coredns@v1.14.7",
      read: (folder) => prefixed("coredns_", goMetrics(folder, ["plugin"], ["metrics.go", "vars.go", "overloaded.go"])),
    },
  ],
  keda: [{ module: "github.com/kedacore/keda/v2@v2.21.0", read: (folder) => goMetrics(folder, ["pkg/metricscollector"]) }],
  "kube-state-metrics": [{ module: "k8s.io/kube-state-metrics/v2@v2.20.0", read: (folder) => tables(join(folder, "docs/metrics")) }],
  kubernetes: [
    {
      module: "k8s.io/kubernetes@v1.36.3",
      read: (folder) => documentationList(readFileSync(join(folder, "test/instrumentation/documentation/documentation-list.yaml"), "utf8")),
    },
  ],
  loki: [
    { module: "github.com/grafana/loki/v3@v3.7.6", read: (folder) => goMetrics(folder, ["pkg"]) },
    // Loki registers its HTTP server and the store's client under its own prefix.
    {
      module: "github.com/grafana/dskit@v0.0.0-20260209132809-8d1c6d34bb5a",
      read: (folder) => prefixed("loki_", goMetrics(folder, ["server"])),
    },
    {
      module: "github.com/grafana/objstore@v0.0.0-20250728171719-b5d3b766d1b0",
      read: (folder) => prefixed("loki_", goMetrics(folder, [""])),
    },
  ],
  "node-exporter": [
    {
      module: "github.com/prometheus/node_exporter@v1.12.1",
      // Which collectors find something depends on the machine, so that the run is completed by upstream's fixtures.
      read: (folder) =>
        new Map([
          ...typeLines(readFileSync(join(folder, "collector/fixtures/e2e-output.txt"), "utf8")),
          ...exposed(
            "github.com/prometheus/node_exporter@v1.12.1",
            ["--web.listen-address=127.0.0.1:19100"],
            "http://127.0.0.1:19100/metrics",
          ),
        ]),
    },
  ],
  "opentelemetry-collector": ["exporter/exporterhelper", "receiver/receiverhelper", "processor/processorhelper", "service"].map(collector),
  prometheus: [{ module: "github.com/prometheus/prometheus@v0.313.5", read: (folder) => goMetrics(folder, [""]) }],
  "redis-exporter": [
    {
      module: "github.com/oliver006/redis_exporter@v1.88.0",
      read: (folder) => redis(["exporter.go", "info.go"].map((file) => readFileSync(join(folder, "exporter", file), "utf8")).join("\n")),
    },
  ],
  traefik: [
    {
      module: "github.com/traefik/traefik/v3@v3.7.9",
      read: (folder) => goMetrics(folder, ["pkg/observability/metrics"], ["prometheus.go"]),
    },
  ],
};

/** `node tools/catalogue.ts`: writes test/monitoring/catalogue/ anew, from the modules at the versions above. Needs Go. */
for (const [exporter, sources] of Object.entries(catalogue)) {
  const found: Metrics = new Map();
  for (const { module, read } of sources) {
    const { Dir } = JSON.parse(execFileSync("go", ["mod", "download", "-json", module], { encoding: "utf8", cwd: "/" })) as { Dir: string };
    for (const [name, type] of read(Dir)) found.set(name, type);
  }
  const lines = [...found].map(([name, type]) => `${name} ${type}`).sort();
  const from = `# ${sources.map(({ module }) => module).join(", ")}; gathered by tools/catalogue.ts`;
  writeFileSync(join(import.meta.dirname, "..", "test", "monitoring", "catalogue", `${exporter}.txt`), `${[from, ...lines].join("\n")}\n`);
  console.log(`${exporter}: ${found.size}`);
}
