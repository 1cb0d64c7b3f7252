import type { IService } from "kubernetes-models/v1/Service";
import type { IServicePort } from "kubernetes-models/v1/ServicePort";

import { merge, when, type Doc, type Tpl } from "../../dsl/index.ts";
import { metadata, selector, server } from "../../kubernetes/names.ts";
import { headlessName } from "./statefulset.ts";
import { service as serviceName } from "./names.ts";
import { values as v } from "./values.ts";

const redisPort: Tpl<IServicePort> = { name: "redis", port: v.global.redis.port, targetPort: "redis" };

/** What clients connect to. */
export const service: Doc<IService> = {
  apiVersion: "v1",
  kind: "Service",
  metadata: metadata(serviceName, merge(v.global.commonAnnotations, v.service.annotations)),
  spec: { type: "ClusterIP", selector: selector(server), ports: [redisPort] },
};

/** The StatefulSet's own Service, which gives the pod its name. It alone has the port of the metrics: Prometheus would scrape the pod once for each. */
export const headlessService: Doc<IService> = {
  apiVersion: "v1",
  kind: "Service",
  metadata: metadata(headlessName),
  spec: {
    type: "ClusterIP",
    clusterIP: "None",
    selector: selector(server),
    ports: [redisPort, when(v.metrics.enabled, { name: "metrics", port: v.metrics.port, targetPort: "metrics" })],
  },
};
