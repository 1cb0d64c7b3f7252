import { all, any, each, eq, fail, gt, hasKey, isOneOf, not, str, use, when, type Guard, type Refused } from "../dsl/index.ts";
import { shared as v } from "./application.ts";
import { bytes, millicores } from "./quantity.ts";

/** Names that the chart itself gives within a pod. */
interface OwnNames {
  readonly volumes: readonly string[];
  readonly containers: readonly string[];
}

/** What Kubernetes would refuse in a pod: names given twice, mounts without a volume, requests beyond limits, a port used twice. */
export const podGuards = (chart: string, own: OwnNames): Guard[] => [
  ...volumeGuards(chart, own.volumes),
  ...containerGuards(chart, own.containers),
  each(v.secrets.keys, (_, name) =>
    when(
      hasKey(v.envValueFrom, name),
      fail(str`${chart}.envValueFrom.${name} is a variable of ${chart}.secrets.keys too: remove one, or set the latter to null`),
    ),
  ),
  ...resourceGuards(chart),
  when(
    all(v.metrics.enabled, eq(v.port, v.metrics.port)),
    fail(
      str`${chart}.metrics.port (${v.metrics.port}) is the public port too: metrics would be reachable from the internet; choose another`,
    ),
  ),
];

/** Volumes that are named twice, and mounts without one. */
export const volumeGuards = (chart: string, own: readonly string[]): Guard[] => [
  each(v.volumes, (_, name) =>
    when(isOneOf(name, ...own), fail(str`${chart}.volumes.${name}: the chart itself has a volume of that name; choose another`)),
  ),
  each(v.volumeMounts, (_, name) =>
    when(
      not(any(hasKey(v.volumes, name), isOneOf(name, ...own))),
      fail(str`${chart}.volumeMounts.${name} mounts a volume that is not there: add ${chart}.volumes.${name}`),
    ),
  ),
];

/** Containers that are named twice. */
export const containerGuards = (chart: string, own: readonly string[]): Guard[] => [
  each(v.initContainers, (_, name) =>
    when(isOneOf(name, ...own), fail(str`${chart}.initContainers.${name}: the chart itself has a container of that name; choose another`)),
  ),
  each(v.extraContainers, (_, name) =>
    when(
      any(isOneOf(name, ...own), hasKey(v.initContainers, name)),
      fail(str`${chart}.extraContainers.${name}: the pod has another container of that name; choose another`),
    ),
  ),
];

const { requests, limits } = v.resources;

/** Requests beyond limits. */
export const resourceGuards = (chart: string): Guard[] => [
  ...(["memory", "ephemeral-storage"] as const).map((resource): Guard =>
    when(
      gt(bytes(requests[resource]), bytes(limits[resource])),
      fail(
        str`${chart}.resources.requests.${resource} (${requests[resource]}) is more than ${chart}.resources.limits.${resource} (${limits[resource]}): lower one or raise the other`,
      ),
    ),
  ),
  use(limits.cpu, (limit) =>
    when<Refused>(
      gt(millicores(requests.cpu), millicores(limit)),
      fail(
        str`${chart}.resources.requests.cpu (${requests.cpu}) is more than ${chart}.resources.limits.cpu (${limit}): lower one or raise the other`,
      ),
    ),
  ),
];
