import {
  all,
  defineMap,
  defineString,
  fail,
  gt,
  helm,
  include,
  len,
  merge,
  ne,
  not,
  regexFind,
  refs,
  replace,
  sha256sum,
  str,
  trimSuffix,
  trunc,
  when,
  type Block,
  type Defined,
  type Expr,
  type Guard,
  type Tpl,
} from "../dsl/index.ts";
import { fullnameOverride } from "../../schemas/common.ts";
import { global } from "../../schemas/global.ts";

/** What every chart's values have: enough for names and labels. */
export const base = refs({ type: "object", description: "Any chart.", properties: { global, fullnameOverride } } as const);

/**
 * Release and chart, at most 45 characters: every suffix and the hashes that Kubernetes appends then fit into 63. A longer name
 * is cut and told apart by a hash; only cutting would let two releases collide. Services must not have dots, release names may.
 */
function shortName(long: Defined<string>): Block<unknown> {
  return when<unknown>(
    gt(len(include(long)), 45),
    str`${trimSuffix("-", trunc(36, include(long)))}-${trunc(8, sha256sum(include(long)))}`,
    include(long),
  );
}

const longName = defineString(
  "longName",
  "Release and chart: the name of the chart's objects, if it is short enough.",
  replace(".", "-", str`${helm.Release.Name}-${helm.Chart.Name}`),
);

/** Name of a chart's objects. */
export const fullname = defineString(
  "fullname",
  "Name of the chart's objects: 45 characters at most, which leaves room for suffixes.",
  when(base.fullnameOverride, base.fullnameOverride, shortName(longName)),
);

/** What {@link fullname} is in another chart of the same release, if nothing overrides it. */
export function fullnameOf(chart: string): Defined<string> {
  const long = defineString(
    `${chart}LongName`,
    `Release and ${chart}: the name of that chart's objects, if it is short enough.`,
    replace(".", "-", str`${helm.Release.Name}-${chart}`),
  );
  return defineString(`${chart}Fullname`, `Name of the objects of the chart ${chart} in the same release.`, shortName(long));
}

/** Services must start with a letter; release names need not. */
export const nameGuards = (chart: string): Guard[] => [
  when(
    all(not(base.fullnameOverride), ne(regexFind("^[0-9]", helm.Release.Name), "")),
    fail(
      str`the release's name "${helm.Release.Name}" starts with a digit, which names of Services must not: choose another, or set ${chart}.fullnameOverride`,
    ),
  ),
];

/** Metadata of an object of the chart. */
export const metadata = (
  name: Expr<string> | string,
  annotations?: Tpl<Readonly<Record<string, string>>> | Block<Tpl<Readonly<Record<string, string>>>>,
) => ({
  name,
  namespace: helm.Release.Namespace,
  labels: include(labels),
  annotations: annotations ?? base.global.commonAnnotations,
});

/** Metadata of an object that belongs to no namespace, such as a ClusterIssuer or a StorageClass. */
export const clusterMetadata = (name: Expr<string> | string) => ({
  name,
  labels: include(labels),
  annotations: base.global.commonAnnotations,
});

/** A name with a suffix: `backend-hpa`. */
export const named = (suffix: string): Expr<string> => str`${include(fullname)}-${suffix}`;

/** The labels of every object that are the chart's own. */
export const ownLabels = {
  "app.kubernetes.io/name": helm.Chart.Name,
  "app.kubernetes.io/instance": helm.Release.Name,
  "app.kubernetes.io/version": helm.Chart.AppVersion,
  "app.kubernetes.io/part-of": "xpeditis",
  "app.kubernetes.io/managed-by": helm.Release.Service,
  "helm.sh/chart": str`${helm.Chart.Name}-${replace("+", "_", helm.Chart.Version)}`,
} as const;

/** Labels of every object. The selector's labels are among them; the chart's version is, too, so pods never carry these. */
export const labels = defineMap("labels", "Labels of every object.", merge(ownLabels, base.global.commonLabels));

/** Component label of the pods behind the Services, as opposed to those of Jobs and tests. */
export const server = "server";

/**
 * Labels that a component's pods are selected by: name, instance and component, frozen for ever, because selectors of
 * Deployments cannot be changed.
 */
export const selector = (component: string) =>
  ({
    "app.kubernetes.io/name": helm.Chart.Name,
    "app.kubernetes.io/instance": helm.Release.Name,
    "app.kubernetes.io/component": component,
  }) as const;

/** Labels of the pods behind the Services of another chart of the same release. */
export const siblings = (chart: string) => ({ ...selector(server), "app.kubernetes.io/name": chart }) as const;
