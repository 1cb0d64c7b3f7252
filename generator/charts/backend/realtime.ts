import type { IService } from "kubernetes-models/v1/Service";

import { defineString, eq, gt, include, merge, str, when, type Block, type Doc } from "../../dsl/index.ts";
import { named } from "../../kubernetes/names.ts";
import { service, serviceAnnotations } from "../../kubernetes/service.ts";
import { values as v } from "./values.ts";

const { sticky } = v.realtime;

/** Name of the Service for Socket.IO. */
export const realtimeName = defineString("realtimeName", "Name of the Service for Socket.IO.", named("realtime"));

/**
 * Traefik sets the sticky cookie on every response of a Service. On the API's own it would pin all clients to old pods and
 * keep Cloudflare from caching, so Socket.IO has a Service of its own in front of the same pods.
 */
const annotations = serviceAnnotations(
  "realtimeAnnotations",
  when(
    sticky.enabled,
    merge(
      {
        "traefik.ingress.kubernetes.io/service.sticky.cookie": "true",
        "traefik.ingress.kubernetes.io/service.sticky.cookie.name": sticky.cookieName,
        "traefik.ingress.kubernetes.io/service.sticky.cookie.httponly": "true",
        "traefik.ingress.kubernetes.io/service.sticky.cookie.secure": when(eq(v.global.tls.mode, "none"), "false", "true"),
        "traefik.ingress.kubernetes.io/service.sticky.cookie.samesite": "lax",
        "traefik.ingress.kubernetes.io/service.sticky.cookie.path": v.realtime.path,
      },
      when(gt(sticky.maxAgeSeconds, 0), { "traefik.ingress.kubernetes.io/service.sticky.cookie.maxage": str`${sticky.maxAgeSeconds}` }),
    ),
  ),
);

export const realtimeService: Block<Doc<IService>> = when(v.realtime.enabled, service(include(realtimeName), annotations, []));
