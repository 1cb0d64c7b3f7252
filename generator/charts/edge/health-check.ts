import type { IService } from "kubernetes-models/v1/Service";

import { all, gt, merge, when, why, type Block, type Doc, type Item } from "../../dsl/index.ts";
import { metadata } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

const { healthCheck } = v.loadBalancer;

const hasOwnPort = gt(healthCheck.port, 0);

const name = "health";
/** Port of the pods. */
const port = 9180;

/**
 * Arguments for an entry point that serves nothing. The others go on accepting when Traefik shuts down, so that nothing fails
 * until the load balancer has noticed: asked there, it would notice only afterwards. This one closes at once.
 */
export const healthCheckArguments: Item<string>[] = [
  when(hasOwnPort, `--entryPoints.${name}.address=:${port}`),
  // Routers that name no entry point are not for this one.
  when(hasOwnPort, "--entryPoints.web.asDefault=true"),
  when(hasOwnPort, "--entryPoints.websecure.asDefault=true"),
];

/** For linters, which see no pods of k3s' Traefik. */
const exceptions = {
  "ignore-check.kube-linter.io/dangling-service": "k3s makes Traefik's pods",
  "kube-score/ignore": "service-targets-pod,service-type",
};

/**
 * The port of the nodes that the load balancer asks. It is not one of Traefik's own Service, of which the controller would make
 * a public port of the load balancer.
 */
export const healthCheckService: Block<Doc<IService>> = when(all(v.traefik.enabled, hasOwnPort), {
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    ...metadata("traefik-health", merge(exceptions, v.global.commonAnnotations)),
    namespace: "kube-system",
  },
  spec: {
    type: "NodePort",
    [why]: { externalTrafficPolicy: "A node answers for its own Traefik pods only." },
    externalTrafficPolicy: "Local",
    selector: v.global.traefik.podLabels,
    ports: [{ name, port, targetPort: port, nodePort: healthCheck.port }],
  },
});
