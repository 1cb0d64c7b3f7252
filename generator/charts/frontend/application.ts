import { defineString, fallback, include, str } from "../../dsl/index.ts";
import type { Application } from "../../kubernetes/application.ts";
import { environment } from "../../kubernetes/environment.ts";
import { apiUrl, appUrl } from "../../kubernetes/hosts.ts";
import { fullnameOf } from "../../kubernetes/names.ts";
import { values as v } from "./values.ts";

/** Name of the backend's Service. */
export const backendServiceName = defineString(
  "backendServiceName",
  "Name of the backend's Service.",
  fallback(v.backend.serviceName, str`${include(fullnameOf("backend"))}-svc`),
);

/** The frontend, as the shared building blocks see it. */
export const application: Application = {
  name: "frontend",
  values: v,
  environment: environment({
    API_INTERNAL_URL: fallback(v.apiUrl, str`http://${include(backendServiceName)}:${v.backend.port}`),
    API_URL: apiUrl,
    APP_URL: appUrl,
    // server.js listens on $HOSTNAME, which the container runtime sets to the pod's name (vercel/next.js#44043).
    HOSTNAME: "0.0.0.0",
  }),
  connections: { ways: [] },
  volumes: [{ name: "next-cache", emptyDir: { sizeLimit: v.cache.sizeLimit } }],
  mounts: [{ name: "next-cache", mountPath: v.cache.path }],
  scratch: "tmp,next-cache",
  initContainers: [],
};
