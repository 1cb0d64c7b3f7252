import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Third-party programs and files that are pinned in one Go module file and built together. */
export interface Family {
  /** Folder of the go.mod and go.sum below `tools/`. */
  readonly module: string;
  /** File name of each program → its Go package. */
  readonly programs: Readonly<Record<string, string>>;
  /** Module path → files or folders taken from the module as they are, next to the programs. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Build tags, e.g. to leave out clouds that nothing here speaks to. */
  readonly tags?: readonly string[];
  /** Further `-ldflags -X` settings. `version` is that of a module in the family's go.mod, e.g. `v1.36.3`. */
  readonly settings: (version: (module: string) => string) => Readonly<Record<string, string>>;
}

export type FamilyName = keyof typeof families;

/** Every family. Versions are not here: they are in each family's go.mod, and their contents in its go.sum. */
export const families = {
  kubernetes: {
    module: "kubernetes",
    programs: Object.fromEntries(
      ["kubectl", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((name) => [name, `k8s.io/kubernetes/cmd/${name}`]),
    ),
    files: {},
    settings: kubernetesVersion,
  },
  // What runs pods on a real node. Apart from the control plane, which most tests need without them.
  kubelet: {
    module: "kubernetes",
    programs: { kubelet: "k8s.io/kubernetes/cmd/kubelet", "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy" },
    files: {},
    settings: kubernetesVersion,
  },
  // The network policy controller that k3s has, without the rest of kube-router.
  "kube-router": { module: "kube-router", programs: { "kube-router": "." }, files: {}, settings: noSettings },
  pause: { module: "pause", programs: { pause: "." }, files: {}, settings: noSettings },
  coredns: { module: "coredns", programs: { coredns: "." }, files: {}, settings: noSettings },
  // An image registry, and the program that fills it.
  registry: {
    module: "registry",
    programs: { crane: "github.com/google/go-containerregistry/cmd/crane" },
    files: {},
    settings: noSettings,
  },
  // As k3s runs it, but for the user interface, which the module does not hold.
  traefik: {
    module: "traefik",
    programs: { traefik: "github.com/traefik/traefik/v3/cmd/traefik" },
    files: {},
    settings: (version) => ({ "github.com/traefik/traefik/v3/pkg/version.Version": version("github.com/traefik/traefik/v3").slice(1) }),
  },
  // Apart from the programs, because it takes seconds and they take minutes.
  openapi: {
    module: "kubernetes",
    programs: {},
    files: { "k8s.io/kubernetes": ["api/openapi-spec/v3"] },
    settings: noSettings,
  },
  // What Traefik says of its own static settings.
  "traefik-reference": {
    module: "crds",
    programs: {},
    files: { "github.com/traefik/traefik/v3": ["docs/content/reference/install-configuration/configuration-options.md"] },
    settings: noSettings,
  },
  etcd: { module: "etcd", programs: { etcd: "go.etcd.io/etcd/server/v3" }, files: {}, settings: noSettings },
  kwok: {
    module: "kwok",
    programs: { kwok: "sigs.k8s.io/kwok/cmd/kwok", kwokctl: "sigs.k8s.io/kwok/cmd/kwokctl" },
    files: { "sigs.k8s.io/kwok": ["kustomize/stage"] },
    settings: (version) => ({ "sigs.k8s.io/kwok/pkg/consts.Version": version("sigs.k8s.io/kwok") }),
  },
  crds: {
    module: "crds",
    programs: {},
    files: {
      "github.com/cert-manager/cert-manager": ["deploy/crds"],
      "github.com/cloudnative-pg/cloudnative-pg": ["config/crd/bases"],
      "github.com/cloudnative-pg/plugin-barman-cloud": ["config/crd/bases"],
      "github.com/external-secrets/external-secrets": ["config/crds/bases"],
      "github.com/k3s-io/helm-controller": ["pkg/crds/yaml/generated"],
      "github.com/kedacore/keda/v2": ["config/crd/bases"],
      "github.com/prometheus-operator/prometheus-operator": ["example/prometheus-operator-crd"],
      "github.com/traefik/traefik/v3": ["docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml"],
    },
    settings: noSettings,
  },
  keda: {
    module: "keda",
    programs: { "keda-operator": "github.com/kedacore/keda/v2/cmd/operator" },
    files: {},
    settings: (version) => ({
      "github.com/kedacore/keda/v2/version.Version": version("github.com/kedacore/keda/v2").slice(1),
    }),
  },
  prometheus: {
    module: "prometheus",
    programs: {
      prometheus: "github.com/prometheus/prometheus/cmd/prometheus",
      promtool: "github.com/prometheus/prometheus/cmd/promtool",
    },
    files: {},
    // Every other service discovery brings its cloud's SDK and half of the build time.
    tags: ["remove_all_sd", "enable_kubernetes_sd"],
    settings: (version) => ({
      // Module v0.313.5 is release 3.13.5: upstream's v3 tags are not importable.
      "github.com/prometheus/common/version.Version": version("github.com/prometheus/prometheus").replace(/^v0\.3(\d\d)\./, "3.$1."),
    }),
  },
  // The last version whose module holds all that is embedded: later ones lack the built user interface.
  alertmanager: {
    module: "alertmanager",
    programs: {
      alertmanager: "github.com/prometheus/alertmanager/cmd/alertmanager",
      amtool: "github.com/prometheus/alertmanager/cmd/amtool",
    },
    files: {},
    settings: (version) => ({ "github.com/prometheus/common/version.Version": version("github.com/prometheus/alertmanager").slice(1) }),
  },
  collector: { module: "collector", programs: { "otelcol-k8s": "." }, files: {}, settings: noSettings },
  loki: {
    module: "loki",
    programs: { loki: "github.com/grafana/loki/v3/cmd/loki" },
    files: {},
    settings: (version) => ({ "github.com/grafana/loki/v3/pkg/util/build.Version": version("github.com/grafana/loki/v3").slice(1) }),
  },
  // An S3 server on a folder, and what the charts' own containers run besides Redis.
  versitygw: {
    module: "versitygw",
    programs: { versitygw: "github.com/versity/versitygw/cmd/versitygw" },
    files: {},
    settings: noSettings,
  },
  rclone: { module: "rclone", programs: { rclone: "github.com/rclone/rclone" }, files: {}, settings: noSettings },
  "node-exporter": {
    module: "node-exporter",
    programs: { node_exporter: "github.com/prometheus/node_exporter" },
    files: {},
    settings: noSettings,
  },
  "blackbox-exporter": {
    module: "blackbox-exporter",
    programs: { blackbox_exporter: "github.com/prometheus/blackbox_exporter" },
    files: {},
    settings: noSettings,
  },
  "redis-exporter": {
    module: "redis-exporter",
    programs: { redis_exporter: "github.com/oliver006/redis_exporter" },
    files: {},
    settings: noSettings,
  },
  "kube-state-metrics": {
    module: "kube-state-metrics",
    programs: { "kube-state-metrics": "k8s.io/kube-state-metrics/v2" },
    files: {},
    settings: noSettings,
  },
  lint: {
    module: "lint",
    programs: {
      kubeconform: "github.com/yannh/kubeconform/cmd/kubeconform",
      "kube-score": "github.com/zegl/kube-score/cmd/kube-score",
    },
    files: {},
    settings: noSettings,
  },
} as const satisfies Record<string, Family>;

/** What a family is built from. The folder name changes with anything that changes the result. */
export interface FamilyPlan {
  readonly name: FamilyName;
  readonly family: Family;
  /** Folder of the family's go.mod. */
  readonly moduleFolder: string;
  /** Folder that holds the result: `bin/<program>` and `files/<module>/<path>`. */
  readonly folder: string;
  readonly ldflags: string;
  /** Version of a module that the family's go.mod names. */
  readonly version: (module: string) => string;
}

/** Reads the family's module files and works out where its result belongs. Needs no Go. */
export async function planFamily(name: FamilyName): Promise<FamilyPlan> {
  const family: Family = families[name];
  const moduleFolder = join(import.meta.dirname, family.module);
  const [mod, sum] = await Promise.all([readFile(join(moduleFolder, "go.mod"), "utf8"), readFile(join(moduleFolder, "go.sum"), "utf8")]);
  const sources = await ownSources(moduleFolder);
  const version = (module: string) => requiredVersion(mod, module);
  const settings = Object.entries(family.settings(version)).map(([key, value]) => `-X ${key}=${value}`);
  const ldflags = ["-s -w", ...settings].join(" ");
  const hash = createHash("sha256")
    .update(
      JSON.stringify([
        mod,
        sum,
        ldflags,
        family.programs,
        family.files,
        process.platform,
        process.arch,
        ...(family.tags ?? []),
        ...sources,
      ]),
    )
    .digest("hex")
    .slice(0, 16);
  const folder = join(import.meta.dirname, "..", ".cache", "tools", `${name}-${hash}`);
  return { name, family, moduleFolder, folder, ldflags, version };
}

/** Go files of our own beside the go.mod, where a program is put together from modules. */
async function ownSources(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".go")).toSorted();
  return Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}

function requiredVersion(mod: string, module: string): string {
  for (const line of mod.split("\n")) {
    const [path, version] = line
      .replace(/^require\s/, "")
      .trim()
      .split(/\s+/);
    if (path === module && version !== undefined && !line.includes("=>")) return version;
  }
  throw new Error(`tools: no go.mod line requires ${module}`);
}

function noSettings() {
  return {};
}

/**
 * Without these the programs call themselves v0.0.0-master, which every chart's `kubeVersion` refuses and kwokctl
 * cannot choose flags by. The same variables exist in two packages (see hack/lib/version.sh in kubernetes).
 */
function kubernetesVersion(version: (module: string) => string): Record<string, string> {
  const gitVersion = version("k8s.io/kubernetes");
  const [major = "", minor = ""] = gitVersion.slice(1).split(".");
  const values = { gitVersion, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  return Object.fromEntries(
    ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((packagePath) =>
      Object.entries(values).map(([key, value]) => [`${packagePath}.${key}`, value]),
    ),
  );
}
