import { container, folder, level, namespaces, stream, uids } from "./common.ts";
import { logLevels } from "../logs.ts";
import type { Dashboard } from "./dashboard.ts";
import { logs, logVolume } from "./panels.ts";

const selected = stream({ namespace: "$namespace", container: "$container" });
const filtered = `${selected} |~ \`(?i)$search\` | ${level}=~"$level"`;

export const logSearch: Dashboard = {
  uid: uids.logs,
  title: "Logs",
  description: "Search in the logs of all pods, and what is written most.",
  folder,
  component: "loki",
  variables: [
    namespaces,
    {
      name: "container",
      label: "Container",
      from: `kube_pod_container_status_restarts_total{namespace=~"$namespace"}`,
      of: "container",
      several: true,
    },
    { name: "level", label: "Level", values: logLevels },
    { name: "search", label: "Search", text: true },
  ],
  rows: [
    {
      title: "Logs",
      panels: [
        logVolume("Lines by level", `sum by (${level}) (count_over_time(${filtered} [$__auto]))`, `{{${level}}}`),
        logs("Lines", filtered, {
          height: 16,
          description: "A word in `Search` may be a regular expression; the name of a pod finds nothing, as it is no part of the line.",
        }),
      ],
    },
    {
      title: "What is written",
      panels: [
        logVolume("Lines by container", `topk(10, sum by (${container}) (count_over_time(${selected} [$__auto])))`, `{{${container}}}`, {
          width: 12,
        }),
        logVolume(
          "Errors by container",
          `topk(10, sum by (${container}) (count_over_time(${selected} | ${level}=~"error|fatal" [$__auto])))`,
          `{{${container}}}`,
          {
            width: 12,
          },
        ),
      ],
    },
  ],
};
