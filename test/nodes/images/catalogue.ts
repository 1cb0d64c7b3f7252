import type { FamilyName } from "../../../tools/families.ts";
import { application } from "./applications.ts";
import { base, shell } from "./programs.ts";
import type { Image } from "./image.ts";

/** How to make an image that the charts name, by its repository. The tag is the charts' own. */
type Recipe = () => Promise<Omit<Image, "name">>;

/**
 * Builds what the charts' images hold, under their names. Versions are those of this repository's tools and of Debian 12,
 * which differ for Redis (7.0 instead of 7.4).
 *
 * @param references images as pods name them, e.g. `docker.io/library/redis:7.4.9-alpine`.
 * @throws Error for an image that cannot be made here.
 */
export async function imagesFor(references: readonly string[]): Promise<Image[]> {
  const images = [...new Set(references)].map(async (reference) => {
    const name = reference.slice(reference.indexOf("/") + 1);
    const [repository = ""] = name.split(/[:@]/);
    const recipe = recipes[repository];
    if (recipe === undefined) throw new Error(`the image ${reference} cannot be made here; known are ${Object.keys(recipes).join(", ")}`);
    return { ...(await recipe()), name };
  });
  return Promise.all(images);
}

const recipes: Readonly<Record<string, Recipe>> = {
  "library/redis": async () => ({
    layers: [{ debian: ["redis-server", "busybox"] }, base],
    entrypoint: ["redis-server"],
    workingDirectory: "/data",
  }),
  "oliver006/redis_exporter": async () => ({
    layers: [base, { tool: ["redis-exporter", "redis_exporter"], at: "/redis_exporter" }],
    entrypoint: ["/redis_exporter"],
    user: "59000:59000",
  }),
  "rclone/rclone": async () => ({
    layers: [shell, base, { tool: ["rclone", "rclone"], at: "/usr/local/bin/rclone" }],
    entrypoint: ["rclone"],
  }),
  "prometheus/prometheus": program("prometheus", "prometheus", "/bin/prometheus"),
  "prometheus/alertmanager": program("alertmanager", "alertmanager", "/bin/alertmanager"),
  "prometheus/node-exporter": program("node-exporter", "node_exporter", "/bin/node_exporter"),
  "kube-state-metrics/kube-state-metrics": program("kube-state-metrics", "kube-state-metrics", "/kube-state-metrics"),
  "grafana/loki": program("loki", "loki", "/usr/bin/loki"),
  "otel/opentelemetry-collector-k8s": program("collector", "otelcol-k8s", "/otelcol-k8s"),
  "xpeditis/xpeditis-backend": () => application("backend"),
  "xpeditis/xpeditis-frontend": () => application("frontend"),
};

/** An image of one program and nothing else. */
function program(family: FamilyName, name: string, at: string): Recipe {
  return async () => ({ layers: [base, { tool: [family, name], at }], entrypoint: [at], user: "65534:65534" });
}
