import { edge as schema } from "../../../schemas/edge.ts";
import type { Chart } from "../../chart/chart.ts";
import { extraObjects } from "../../kubernetes/extra-objects.ts";
import { guards } from "./guards.ts";
import { healthCheckService } from "./health-check.ts";
import { helmChartConfig } from "./helm-chart-config.ts";
import { storageClasses } from "./storage-classes.ts";

export const edge: Chart = {
  name: "edge",
  description: schema.description,
  keywords: ["hetzner", "load-balancer", "traefik", "k3s"],
  schema,
  templates: {
    "extra-objects": [extraObjects],
    helmchartconfig: [helmChartConfig],
    "health-check": [healthCheckService],
    storageclass: storageClasses,
  },
  guards,
  notes: [],
  requires: [],
  readme:
    "One in a cluster: it configures the Traefik that k3s brings along, for which there can be one HelmChartConfig. Needs Hetzner's cloud controller manager and CSI driver. What each TLS mode makes of the load balancer: `docs/load-balancer.md`; what happens to a request on its way: `docs/request-path.md`.",
  subcharts: [],
};
