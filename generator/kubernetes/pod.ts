import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import type { IPodTemplateSpec } from "kubernetes-models/v1/PodTemplateSpec";
import type { IProbe } from "kubernetes-models/v1/Probe";

import { checksum, defineString, each, gt, include, merge, spread, use, when, type Block, type Item, type Tpl } from "../dsl/index.ts";
import { shared as v, type Application } from "./application.ts";
import { secretVariables } from "./configuration.ts";
import { image } from "./image.ts";
import { fullname, named, selector, server } from "./names.ts";

export const serviceAccountName = defineString(
  "serviceAccountName",
  "ServiceAccount of the pods.",
  when(v.serviceAccount.name, v.serviceAccount.name, when(v.serviceAccount.create, include(fullname), "default")),
);

/** Settings of every pod of an application, the server's as well as those of its Jobs and tests. */
export const podBasics = {
  enableServiceLinks: false,
  automountServiceAccountToken: false,
  securityContext: v.podSecurityContext,
  imagePullSecrets: [each(v.global.imagePullSecrets, (name) => ({ name })), each(v.imagePullSecrets, (name) => ({ name }))],
  priorityClassName: v.priorityClassName,
  nodeSelector: v.nodeSelector,
  tolerations: v.tolerations,
  dnsConfig: v.dnsConfig,
  hostAliases: v.hostAliases,
} as const satisfies Tpl<Partial<IPodSpec>>;

/** Image, security and environment of every container that runs the application's image. */
export const containerBasics = (app: Application) =>
  ({
    image: include(image),
    imagePullPolicy: v.image.pullPolicy,
    securityContext: v.securityContext,
    env: [...secretVariables(app), each(v.envValueFrom, (valueFrom, name) => ({ name, valueFrom }))],
    envFrom: [{ configMapRef: { name: named("config") } }, spread(v.envFrom)],
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }, ...app.mounts, each(v.volumeMounts, (mount, name) => merge({ name }, mount))],
  }) as const satisfies Tpl<Partial<IContainer>>;

const probe = (values: typeof v.probes.startup): Tpl<IProbe> => ({
  httpGet: { path: values.path, port: "http" },
  periodSeconds: values.periodSeconds,
  timeoutSeconds: values.timeoutSeconds,
  failureThreshold: values.failureThreshold,
});

const mainContainer = (app: Application): Tpl<IContainer> => {
  const { image: imageName, imagePullPolicy, securityContext, env, envFrom, volumeMounts } = containerBasics(app);
  return {
    name: app.name,
    image: imageName,
    imagePullPolicy,
    command: v.command,
    args: v.args,
    ports: [{ name: "http", containerPort: v.port }, when(v.metrics.enabled, { name: "metrics", containerPort: v.metrics.port })],
    env,
    envFrom,
    startupProbe: probe(v.probes.startup),
    livenessProbe: probe(v.probes.liveness),
    readinessProbe: probe(v.probes.readiness),
    // Endpoints are removed while this sleeps: SIGTERM comes when Traefik has stopped sending requests.
    lifecycle: when(gt(v.shutdown.preStopSeconds, 0), { preStop: { sleep: { seconds: v.shutdown.preStopSeconds } } }),
    resources: v.resources,
    securityContext,
    volumeMounts,
  };
};

/** The pods of an application's Deployment. */
export const podTemplate = (app: Application): Tpl<IPodTemplateSpec> => ({
  metadata: {
    labels: merge(selector(server), v.podLabels),
    annotations: merge(
      {
        "checksum/config": checksum(app.environment.data),
        "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": app.scratch,
      },
      when(v.rolloutRevision, { "xpeditis.com/rollout-revision": v.rolloutRevision }),
      v.podAnnotations,
    ),
  },
  spec: {
    serviceAccountName: include(serviceAccountName),
    terminationGracePeriodSeconds: v.shutdown.gracePeriodSeconds,
    ...podBasics,
    affinity: use(v.affinity, (affinity) => affinity, {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: selector(server) } } },
        ],
      },
    }),
    topologySpreadConstraints: use(v.topologySpreadConstraints, (constraints) => constraints, [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: selector(server) },
      },
    ]),
    initContainers: [...app.initContainers, namedContainers(v.initContainers)],
    containers: [mainContainer(app), namedContainers(v.extraContainers)],
    volumes: [
      { name: "tmp", emptyDir: { sizeLimit: v.tmp.sizeLimit } },
      ...app.volumes,
      each(v.volumes, (volume, name) => merge({ name }, volume)),
    ],
  },
});

/** Containers of the user's. */
export function namedContainers(containers: typeof v.extraContainers): Item<IContainer> {
  return each(containers, (container, name) => merge({ name }, container)) as Block<Tpl<IContainer>>;
}
