import { all, any, each, eq, helm, include, not, str, when, type Line } from "../../dsl/index.ts";
import { secretName } from "../../kubernetes/configuration.ts";
import { unlessConnected } from "../../kubernetes/connection.ts";
import type { Application } from "../../kubernetes/application.ts";
import { hasTolerance } from "../../kubernetes/autoscaling.ts";
import { apiUrl, appUrl } from "../../kubernetes/hosts.ts";
import { application as backendApplication } from "../backend/application.ts";
import { application as frontendApplication } from "../frontend/application.ts";
import { monitoringNotes } from "../monitoring/notes.ts";
import { clusterName, secretName as storageSecretName } from "../postgresql/names.ts";
import { clusterNotes } from "../postgresql/notes.ts";
import { secretName as passwordsName } from "../redis/names.ts";
import { missingSecret as missingPasswords, restoreNote } from "../redis/notes.ts";
import { certificateNotes } from "./notes-certificates.ts";
import { edgeNotes } from "./notes-edge.ts";
import { backend, frontend, monitoringChart, postgresql, redis, values as v } from "./values.ts";

const autoscaled = any(all(v.backend.enabled, v.backend.autoscaling.enabled), all(v.frontend.enabled, v.frontend.autoscaling.enabled));

/** What has to be created by hand for an application, in mode `existing`. */
const missingSecret = (app: Application, component: typeof v.backend | typeof v.frontend, scope: typeof backend | typeof frontend): Line =>
  when<Line>(all(component.enabled, eq(component.secrets.mode, "existing"), component.secrets.keys), [
    "",
    str`The ${scope.subchart} starts once the Secret "${include(secretName, scope)}" is there. If it is not yet:`,
    "",
    str`  kubectl --namespace ${helm.Release.Namespace} create secret generic ${include(secretName, scope)} \\`,
    each(component.secrets.keys, (key, name) => unlessConnected<Line>(app, name, str`    --from-literal=${key}=... \\`, scope)),
    "    --dry-run=client --output yaml | kubectl apply --filename -",
  ]);

const { secrets, metrics, mode, backup, restore } = v.redis;
const ofRedis = { secrets, metrics, mode, backup, restore, global: v.global };

export const notes: Line[] = [
  str`Xpeditis ${helm.Chart.AppVersion} (chart ${helm.Chart.Version}), release "${helm.Release.Name}" in namespace "${helm.Release.Namespace}".`,
  when<Line>(v.ingress.enabled, [
    "",
    "Addresses:",
    when(v.frontend.enabled, str`  Application  ${appUrl}`),
    when(v.backend.enabled, str`  API          ${apiUrl}`),
  ]),
  missingSecret(backendApplication, v.backend, backend),
  missingSecret(frontendApplication, v.frontend, frontend),
  when<Line>(v.postgresql.enabled, clusterNotes(v.postgresql, include(clusterName, postgresql), include(storageSecretName, postgresql))),
  when<Line>(v.redis.enabled, missingPasswords(ofRedis, include(passwordsName, redis))),
  when<Line>(v.redis.enabled, restoreNote(ofRedis)),
  when<Line>(v.monitoring.enabled, monitoringNotes({ ...v.monitoring, global: v.global }, monitoringChart)),
  ...certificateNotes,
  ...edgeNotes,
  when<Line>(all(autoscaled, not(hasTolerance)), [
    "",
    "This Kubernetes is older than 1.35: pods are removed as soon as fewer could carry the load, not only below scaleDownBelow.",
  ]),
  when<Line>(
    any(
      all(v.backend.enabled, eq(v.backend.autoscaling.memory.mode, "resource")),
      all(v.frontend.enabled, eq(v.frontend.autoscaling.memory.mode, "resource")),
    ),
    ["", 'autoscaling.memory.mode "resource" seldom removes pods again, because Node.js seldom returns memory. Mode "external" does.'],
  ),
  "",
  "Next:",
  "",
  str`  kubectl --namespace ${helm.Release.Namespace} get pods --watch`,
  str`  helm test ${helm.Release.Name} --namespace ${helm.Release.Namespace}`,
];
