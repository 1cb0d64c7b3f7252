import { each, str, when, type Expr, type Yaml } from "../../../dsl/index.ts";
import { apiUrl, appUrl } from "../../../kubernetes/hosts.ts";
import { jobs, keepPattern, type Job, type JobName } from "../metrics.ts";
import { values as v } from "../values.ts";
import { applicationNamespace, blackboxAddress, podJobs, type PodJob } from "./jobs.ts";

const { prometheus: settings } = v;

/** A condition on what is known of a target: all values of the sources, joined by `;`, as one anchored regular expression. */
export const keep = (regex: string | Expr<string>, ...sources: string[]): Yaml => ({ source_labels: sources, regex, action: "keep" });
const drop = (regex: string, ...sources: string[]): Yaml => ({ source_labels: sources, regex, action: "drop" });
const copy = (source: string, target: string): Yaml => ({ source_labels: [source], target_label: target });

/** Where a label of targets comes from, for pods. */
export const podLabelSources: Readonly<Record<string, string>> = {
  namespace: "__meta_kubernetes_namespace",
  pod: "__meta_kubernetes_pod_name",
  node: "__meta_kubernetes_pod_node_name",
};

/** A label of pods as Prometheus' discovery calls it. */
export const metaLabel = (label: string): string => `__meta_kubernetes_pod_label_${label.replace(/[^A-Za-z0-9_]/g, "_")}`;

export const portSource = (port: string | number): string =>
  `__meta_kubernetes_pod_container_port_${typeof port === "string" ? "name" : "number"}`;

const keepMetrics = (job: JobName): Yaml[] => {
  const pattern = keepPattern(job);
  return pattern === undefined ? [] : [keep(pattern, "__name__")];
};

const metricRelabeling = (job: JobName, ...more: Yaml[]) => {
  const configs = [...keepMetrics(job), ...more];
  return configs.length === 0 ? {} : { metric_relabel_configs: configs };
};

/** A scrape job as Prometheus' configuration has it. */
export type ScrapeConfig = Readonly<Record<string, Yaml>> & { readonly job_name: string };

const podsOf = (namespace: Expr<string> | string): Yaml => [{ role: "pod", namespaces: { names: [namespace] } }];

/** Pods that have ended or have no address yet. */
const dropIdle = drop("Pending|Succeeded|Failed", "__meta_kubernetes_pod_phase");

/** What a pod that may be anybody's may expose. */
export const limits = {
  sample_limit: settings.sampleLimit,
  label_limit: 40,
  label_value_length_limit: 1024,
  // For handlers that send no content type.
  fallback_scrape_protocol: "PrometheusText0.0.4",
};

const podScrape = ({ job, namespace, labels, port, path, honorLabels, instanceIsNode, limited }: PodJob): Yaml => {
  const { labels: wanted }: Job = jobs[job];
  return {
    job_name: job,
    ...(honorLabels === undefined ? {} : { honor_labels: true }),
    ...(path === undefined ? {} : { metrics_path: path }),
    ...(limited === undefined ? {} : limits),
    kubernetes_sd_configs: podsOf(namespace),
    relabel_configs: [
      dropIdle,
      ...Object.entries(labels).map(([label, value]) => keep(value, metaLabel(label))),
      keep(String(port), portSource(port)),
      ...wanted.map((label) => copy(podLabelSources[label] ?? label, label)),
      ...(instanceIsNode === undefined ? [] : [copy("__meta_kubernetes_pod_node_name", "instance")]),
    ],
    ...metricRelabeling(job),
  };
};

const account = "/var/run/secrets/kubernetes.io/serviceaccount";
const credentials = { scheme: "https", authorization: { credentials_file: `${account}/token` } };

const nodeScrape = (job: "kubelet" | "cadvisor", path: string, more: Readonly<Record<string, Yaml>>, ...relabeling: Yaml[]): Yaml => ({
  job_name: job,
  metrics_path: path,
  ...more,
  ...credentials,
  tls_config: { ca_file: `${account}/ca.crt`, insecure_skip_verify: when(settings.kubelet.insecureSkipVerify, true) },
  kubernetes_sd_configs: [{ role: "node" }],
  relabel_configs: [copy("__meta_kubernetes_node_name", "node"), copy("__meta_kubernetes_node_name", "instance")],
  ...metricRelabeling(job, ...relabeling),
});

const kubelet = nodeScrape("kubelet", "/metrics", {});

const cadvisor = nodeScrape(
  "cadvisor",
  "/metrics/cadvisor",
  // Containers that are gone are gone at once, not five minutes later.
  { honor_timestamps: true, track_timestamps_staleness: true },
  drop("", "pod"),
  // Sums over a pod's containers, which would count everything twice; only the network's have no container.
  drop("container_(cpu|memory|fs|oom)_.*;", "__name__", "container"),
  drop("container_network_.*;(lo|veth.*|cni.*|flannel.*|cali.*)", "__name__", "interface"),
  { regex: "id|image", action: "labeldrop" },
);

const apiserver: Yaml = {
  job_name: "apiserver",
  scrape_interval: "60s",
  ...credentials,
  tls_config: { ca_file: `${account}/ca.crt`, server_name: "kubernetes.default.svc" },
  kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { names: ["default"] } }],
  relabel_configs: [keep("kubernetes;https", "__meta_kubernetes_service_name", "__meta_kubernetes_endpointslice_port_name")],
  ...metricRelabeling("apiserver"),
};

const publicUrls = [str`${appUrl}/`, str`${apiUrl}/health/live`];

/** The public URLs, by way of the blackbox exporter. */
export const blackbox = {
  job_name: "blackbox",
  scrape_interval: "60s",
  metrics_path: "/probe",
  params: { module: ["http"] },
  static_configs: [
    {
      targets: [
        when<unknown>(
          v.blackbox.targets,
          each(v.blackbox.targets, (target) => target),
          publicUrls,
        ),
      ],
    },
  ],
  relabel_configs: [
    copy("__address__", "__param_target"),
    copy("__param_target", "instance"),
    { target_label: "__address__", replacement: blackboxAddress },
  ],
  ...metricRelabeling("blackbox"),
} as const satisfies ScrapeConfig;

const annotation = (name: string) => `__meta_kubernetes_pod_annotation_prometheus_io_${name}`;

/** Pods of the user's own. */
export const annotatedPods = {
  job_name: "annotated-pods",
  ...limits,
  kubernetes_sd_configs: podsOf(applicationNamespace),
  relabel_configs: [
    dropIdle,
    keep("true", annotation("scrape")),
    drop("true", "__meta_kubernetes_pod_container_init"),
    { source_labels: [annotation("scheme")], regex: "https?", target_label: "__scheme__" },
    { source_labels: [annotation("path")], regex: "(.+)", target_label: "__metrics_path__" },
    {
      source_labels: [annotation("port"), "__meta_kubernetes_pod_ip"],
      regex: "(\\d+);(.+)",
      replacement: "$2:$1",
      target_label: "__address__",
    },
    ...Object.entries(podLabelSources).map(([label, source]) => copy(source, label)),
  ],
} as const satisfies ScrapeConfig;

/** The entries of `scrape_configs`. Whatever is not named there is nobody's, and costs nothing. */
export const scrapeConfigs: Yaml[] = [
  kubelet,
  cadvisor,
  apiserver,
  ...podJobs.map((job) => (job.condition === undefined ? podScrape(job) : when<unknown>(job.condition, podScrape(job)))),
  when<unknown>(v.blackbox.enabled, blackbox),
  when<unknown>(settings.annotatedPods.enabled, annotatedPods),
];
