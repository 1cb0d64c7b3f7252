import type { IConfigMap } from "kubernetes-models/v1/ConfigMap";

import {
  any,
  entry,
  file,
  include,
  lines,
  merge,
  overlay,
  str,
  when,
  type Block,
  type Doc,
  type Expr,
  type Tpl,
} from "../../../dsl/index.ts";
import { labels } from "../../../kubernetes/names.ts";
import { inNamespace } from "../component.ts";
import { grafana } from "../components.ts";
import { dashboards } from "../dashboards/index.ts";
import { conditions } from "../prometheus/rules.ts";
import { isOperator, values as v } from "../values.ts";

type StringMap = Readonly<Record<string, string>>;

/** Folders of dashboards, in the order in which they first occur. */
export const dashboardFolders = [...new Set(dashboards.map(({ folder }) => folder))];

/** A folder's name as part of an object's name. */
export const slug = (folder: string): string => folder.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** Where Grafana finds the dashboards of a folder: it names folders after directories. */
export const mountOf = (folder: string): string => `/var/lib/grafana-dashboards${folder === "" ? "" : `/${folder}`}`;

const pathOf = (uid: string): string => `files/dashboards/${uid}.json`;

/** The dashboards as files of the chart. */
export const dashboardFiles: Readonly<Record<string, string>> = Object.fromEntries(
  dashboards.map(({ uid, json }) => [pathOf(uid), json.endsWith("\n") ? json : `${json}\n`]),
);

const [first] = dashboards;

/** The dashboard that Grafana opens with. */
export const home = first === undefined ? "" : `${mountOf(first.folder)}/${first.uid}.json`;

export const dashboardsName = (folder: string): Expr<string> => str`${grafana.name}-dashboards-${slug(folder)}`;

/** One ConfigMap per folder. In mode `operator` a sidecar of another Grafana finds it by its labels. */
export const dashboardConfigMaps: Block<Doc<IConfigMap>>[] = dashboardFolders.map((folder) => {
  const entries = dashboards
    .filter((dashboard) => dashboard.folder === folder)
    .map(({ uid, component }) => {
      const data = { [`${uid}.json`]: lines(file(pathOf(uid))) };
      const condition = conditions[component];
      return condition === undefined ? data : when<Tpl<StringMap>>(condition, data);
    });
  return when(any(grafana.enabled, isOperator), {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      ...inNamespace(
        dashboardsName(folder),
        merge(when<Tpl<StringMap>>(isOperator, entry(v.operator.folderAnnotation, folder)), v.global.commonAnnotations),
      ),
      labels: when<Tpl<StringMap>>(isOperator, overlay(labels, v.operator.dashboardLabels), include(labels)),
    },
    data: merge<Tpl<StringMap>>(...entries),
  });
});
