import { logLabels } from "../logs.ts";
import type { Variable } from "./dashboard.ts";
import type { Thresholds } from "./panels.ts";

/** Folder of everything. */
export const folder = "Xpeditis";

/** Address of a dashboard, with variables for it. */
export const linkTo = (uid: string, variables: Readonly<Record<string, string>> = {}): string =>
  `/d/${uid}?${Object.entries(variables)
    .map(([name, value]) => `var-${name}=${value}`)
    .join("&")}`;

export const uids = {
  overview: "xpeditis-overview",
  backend: "xpeditis-backend",
  frontend: "xpeditis-frontend",
  ingress: "xpeditis-ingress",
  redis: "xpeditis-redis",
  postgresql: "xpeditis-postgresql",
  nodes: "xpeditis-nodes",
  workloads: "xpeditis-workloads",
  storage: "xpeditis-storage",
  logs: "xpeditis-logs",
  monitoring: "xpeditis-monitoring",
} as const;

/** Share used: of memory, of a disk. */
export const fill: Thresholds = [
  ["green", null],
  ["yellow", 0.75],
  ["red", 0.9],
];

/** None is right. */
export const none: Thresholds = [
  ["green", null],
  ["red", 1],
];

/** Share of requests that fail. */
export const failing: Thresholds = [
  ["green", null],
  ["yellow", 0.001],
  ["red", 0.01],
];

/** What a panel of held back CPU says where it is empty. */
export const onlyLimited = "Only containers with a limit for CPU can be held back; the charts set none.";

export const namespaces: Variable = {
  name: "namespace",
  label: "Namespace",
  from: "kube_namespace_status_phase",
  of: "namespace",
  several: true,
};

/** A stream selector of Loki. */
export const stream = (labels: Partial<Record<"namespace" | "container", string>>): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${logLabels[name as keyof typeof labels]}=~"${value}"`)
    .join(", ")}}`;

export const { container, level } = logLabels;
