import { load } from "js-yaml";
import { describe, expect, test } from "vitest";

import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { jobs, keepPattern, type Job, type JobName } from "../../generator/charts/monitoring/metrics.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { operator } from "../fixtures/monitoring-switched.ts";
import { environments, find, installation, manifestsOf, ofKind, overlaid } from "./releases.ts";

const production = environments.get("production") ?? {};
const namespace = "monitoring";

describe("Grafana behind Cloudflare", () => {
  const routes = (values: Values) =>
    ofKind(manifestsOf(values), "Ingress")
      .filter(({ metadata }) => metadata?.namespace === namespace)
      .map(({ metadata }) => [metadata?.name, metadata?.annotations?.["traefik.ingress.kubernetes.io/router.tls.options"]]);
  const cloudflare = { ipAllowList: false, originPulls: { enabled: true, secretName: "origin-ca" } };
  const pulled = overlaid(production, { global: { cloudflare } });

  test("is shown by the client certificate on both its routes, where addresses are not asked", () => {
    const reference = "monitoring-grafana-origin-pulls@kubernetescrd";
    expect(routes(pulled)).toEqual([
      ["grafana", reference],
      ["grafana-hide-metrics", reference],
    ]);
    expect(find(manifestsOf(pulled), "TLSOption", "grafana-origin-pulls")).toMatchObject({
      metadata: { namespace },
      spec: { clientAuth: { secretNames: ["origin-ca"], clientAuthType: "RequireAndVerifyClientCert" } },
    });
    const { requires, notes } = renderChart(xpeditis, pulled, installation);
    expect(requires.filter(({ name }) => name === "origin-ca").length).toBeGreaterThan(0);
    expect(notes).toContain("kubectl --namespace monitoring create secret generic origin-ca --from-file=ca.crt=...");
  });

  test("is shown by its address otherwise, and never without either", () => {
    expect(routes(production)).toEqual([
      ["grafana", undefined],
      ["grafana-hide-metrics", undefined],
    ]);
    const { metadata } = find(manifestsOf(production), "Ingress", "grafana");
    expect(metadata?.annotations).toMatchObject({
      "traefik.ingress.kubernetes.io/router.middlewares": "monitoring-grafana-cloudflare-only@kubernetescrd",
    });
  });
});

test("kube-state-metrics computes all that Prometheus is to keep of it", () => {
  const { spec } = find(manifestsOf(production), "Deployment", "kube-state-metrics");
  const [list = ""] = (spec?.template.spec?.containers[0]?.args ?? []).filter((argument) => argument.startsWith("--metric-allowlist="));
  const { keep, explore } = jobs["kube-state-metrics"];
  expect(list.replace("--metric-allowlist=", "").split(",").toSorted()).toEqual([...keep, ...explore].toSorted());
});

test("Alertmanager does not start without a key of its Secret that it needs, and has all of them for receivers of one's own", () => {
  const files = (alertmanager: Values) => {
    const { spec } = find(manifestsOf(overlaid(production, { monitoring: { alertmanager } })), "StatefulSet", "alertmanager");
    return spec?.template.spec?.volumes?.find(({ name }) => name === "secrets")?.secret?.items?.map(({ key }) => key);
  };
  expect(files({})).toEqual(["slack-url", "dead-mans-switch-url"]);
  expect(files({ receivers: { webhook: { enabled: true } } })).toEqual(["webhook-url", "slack-url", "dead-mans-switch-url"]);
  expect(files({ extraReceivers: [{ name: "pager" }] })).toBeUndefined();
});

describe("with Prometheus Operator", () => {
  const manifests = manifestsOf({ ...production, monitoring: operator });
  interface Relabeling {
    readonly action?: string;
    readonly regex?: string;
    readonly replacement?: string;
    readonly targetLabel?: string;
  }

  test.each(ofKind(manifests, "PodMonitor").map((monitor) => [monitor.metadata?.name ?? "", monitor] as const))(
    "%s gives its job's labels and no others, and keeps what the job keeps",
    (_, { spec }) => {
      const [endpoint] = spec?.podMetricsEndpoints ?? [];
      const relabelings = (endpoint?.relabelings ?? []) as readonly Relabeling[];
      const job = relabelings.find(({ targetLabel }) => targetLabel === "job")?.replacement as JobName;
      // What the operator itself adds to the targets of a PodMonitor.
      const dropped = relabelings.find(({ action }) => action === "labeldrop")?.regex?.split("|") ?? [];
      const left = ["namespace", "pod", "container", "endpoint"].filter((label) => !dropped.includes(label));
      const added = relabelings.flatMap(({ targetLabel = "" }) => (["", "job", "instance"].includes(targetLabel) ? [] : [targetLabel]));
      const { labels }: Job = jobs[job];
      expect([...new Set([...left, ...added])].toSorted()).toEqual([...labels].toSorted());
      expect(endpoint?.metricRelabelings?.map(({ regex }) => regex)).toEqual(
        keepPattern(job) === undefined ? undefined : [keepPattern(job)],
      );
    },
  );

  test("everything that is scraped otherwise is, and what the operator's stack brings is not", () => {
    const bundledJobs = (
      load(
        find(manifestsOf(overlaid(production, { monitoring: { blackbox: { enabled: true } } })), "ConfigMap", "prometheus").data?.[
          "prometheus.yaml"
        ] ?? "",
      ) as { scrape_configs: { job_name: string }[] }
    ).scrape_configs.map(({ job_name }) => job_name);
    const monitored = [
      ...ofKind(manifests, "PodMonitor").map(({ metadata }) => metadata?.name?.replace("monitoring-", "") ?? ""),
      ...ofKind(manifests, "ScrapeConfig").map(({ spec }) => spec.jobName ?? ""),
    ];
    expect(bundledJobs.filter((job) => !monitored.includes(job))).toEqual([
      "kubelet",
      "cadvisor",
      "apiserver",
      "coredns",
      "kube-state-metrics",
      "node-exporter",
      "prometheus",
      "alertmanager",
      "grafana",
    ]);
  });

  test("the other Grafana finds Loki, and may reach it; the other Prometheus reaches what it scrapes", () => {
    const { metadata, data } = find(manifests, "ConfigMap", "monitoring-data-sources");
    expect(metadata?.labels).toMatchObject({ grafana_datasource: "1" });
    expect(load(data?.["xpeditis-loki.yaml"] ?? "")).toMatchObject({
      datasources: [{ uid: "loki", type: "loki", url: "http://loki.monitoring.svc:3100" }],
    });
    for (const name of ["loki", "opentelemetry-collector", "blackbox-exporter"]) {
      const admitted = (find(manifests, "NetworkPolicy", name).spec?.ingress ?? []).flatMap(({ from = [] }) => from);
      expect(admitted).toContainEqual({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } });
    }
  });
});

describe("Grafana's files", () => {
  const manifests = manifestsOf(production);
  const data = find(manifests, "ConfigMap", "grafana").data ?? {};
  const pod = find(manifests, "Deployment", "grafana").spec?.template.spec;
  const mounts = pod?.containers[0]?.volumeMounts ?? [];
  const configMapAt = (path: string) => {
    const mount = mounts.find(({ mountPath }) => mountPath === path);
    return pod?.volumes?.find(({ name }) => name === mount?.name)?.configMap?.name;
  };

  test("name data sources that are Services, one of them the default", () => {
    const { datasources } = load(data["datasources.yaml"] ?? "") as {
      datasources: readonly { uid: string; type: string; url: string; isDefault?: boolean }[];
    };
    expect(datasources.map(({ uid, type }) => `${uid} ${type}`)).toEqual([
      "prometheus prometheus",
      "loki loki",
      "alertmanager alertmanager",
    ]);
    expect(datasources.filter(({ isDefault }) => isDefault === true).map(({ uid }) => uid)).toEqual(["prometheus"]);
    for (const { url } of datasources) {
      const { hostname, port } = new URL(url);
      const [name = "", of] = hostname.split(".");
      const service = find(manifests, "Service", name);
      expect([of, service.metadata?.namespace]).toEqual([namespace, namespace]);
      expect(service.spec?.ports?.map((each) => `${each.port}`)).toContain(port);
    }
  });

  test("lead to dashboards that are mounted, the first of them at home", () => {
    const { providers } = load(data["providers.yaml"] ?? "") as { providers: readonly { options: { path: string } }[] };
    const [path = ""] = providers.map(({ options }) => options.path);
    const folders = mounts.filter(({ mountPath }) => mountPath.startsWith(`${path}/`));
    expect(folders.length).toBeGreaterThan(0);
    const [, home = ""] = /^default_home_dashboard_path = (.+)$/m.exec(data["grafana.ini"] ?? "") ?? [];
    const [, folder = "", file = ""] = /^(.+)\/([^/]+)$/.exec(home) ?? [];
    const { data: dashboards = {} } = find(manifests, "ConfigMap", configMapAt(folder) ?? "");
    expect(JSON.parse(dashboards[file] ?? "{}")).toMatchObject({ uid: "xpeditis-overview" });
  });

  test("are where the program looks, and its passwords are files of the Secret", () => {
    const config = mounts.find(({ mountPath }) => mountPath === "/etc/grafana");
    const items = pod?.volumes?.find(({ name }) => name === config?.name)?.configMap?.items ?? [];
    expect(items.map(({ key }) => key).toSorted()).toEqual(Object.keys(data).toSorted());
    const provisioning = /^provisioning = (.+)$/m.exec(data["grafana.ini"] ?? "")?.[1] ?? "";
    expect(items.map((item) => `/etc/grafana/${item.path}`)).toEqual(
      expect.arrayContaining([`${provisioning}/datasources/datasources.yaml`, `${provisioning}/dashboards/providers.yaml`]),
    );
    const files = [...(data["grafana.ini"] ?? "").matchAll(/\$__file\{(.+)\/[^/]+\}/g)].map(([, folder]) => folder);
    const secrets = mounts.filter(({ name }) => pod?.volumes?.find((volume) => volume.name === name)?.secret !== undefined);
    expect(files.length).toBeGreaterThan(1);
    expect([...new Set(files)]).toEqual(secrets.map(({ mountPath }) => mountPath));
  });
});
