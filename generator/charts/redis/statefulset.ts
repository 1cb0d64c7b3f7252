import type { IStatefulSet } from "kubernetes-models/apps/v1/StatefulSet";

import { checksum, each, include, merge, not, spread, when, why, type Doc } from "../../dsl/index.ts";
import { fullname, metadata, named, selector, server } from "../../kubernetes/names.ts";
import { namedContainers, podBasics, serviceAccountName } from "../../kubernetes/pod.ts";
import { workingFolder } from "./claim.ts";
import { configuration } from "./configuration.ts";
import { isDurable } from "./memory.ts";
import { passwords } from "./secret.ts";
import { exporterContainer, prepareContainer, serverContainer } from "./server.ts";
import { secret } from "./names.ts";
import { values as v } from "./values.ts";

export const headlessName = named("headless");

const bound = (key: string) =>
  ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: v.shutdown.unreachableNodeSeconds }) as const;

/** One pod. A budget for evictions would either allow what it is to prevent, or keep its node from ever being drained. */
export const statefulSet: Doc<IStatefulSet> = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: metadata(
    include(fullname),
    merge(v.global.commonAnnotations, when(v.secrets.reloader, { "secret.reloader.stakater.com/reload": secret }), v.annotations),
  ),
  spec: {
    [why]: { replicas: "While a backup is restored, its Job has the volume." },
    replicas: when(v.restore.enabled, 0, 1),
    serviceName: headlessName,
    revisionHistoryLimit: v.revisionHistoryLimit,
    selector: { matchLabels: selector(server) },
    template: {
      metadata: {
        labels: merge(selector(server), v.podLabels),
        annotations: merge(
          { "checksum/config": checksum(configuration) },
          when(not(isDurable), { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": "data" }),
          when(v.rolloutRevision, { "xpeditis.com/rollout-revision": v.rolloutRevision }),
          v.podAnnotations,
        ),
      },
      spec: {
        serviceAccountName: include(serviceAccountName),
        terminationGracePeriodSeconds: v.shutdown.gracePeriodSeconds,
        ...podBasics,
        tolerations: [bound("node.kubernetes.io/not-ready"), bound("node.kubernetes.io/unreachable"), spread(v.tolerations)],
        affinity: v.affinity,
        initContainers: [prepareContainer, when(v.metrics.enabled, exporterContainer), namedContainers(v.initContainers)],
        containers: [serverContainer, namedContainers(v.extraContainers)],
        volumes: [
          { name: "config", configMap: { name: named("config") } },
          passwords,
          { name: "run", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
          workingFolder,
          each(v.volumes, (volume, name) => merge({ name }, volume)),
        ],
      },
    },
  },
};
