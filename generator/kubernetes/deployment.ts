import type { IDeployment } from "kubernetes-models/apps/v1/Deployment";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";

import { include, merge, not, when, type Block, type Doc } from "../dsl/index.ts";
import { shared as v, type Application } from "./application.ts";
import { secretName } from "./configuration.ts";
import { fullname, metadata, selector, server } from "./names.ts";
import { podTemplate, serviceAccountName } from "./pod.ts";

export const deployment = (app: Application): Doc<IDeployment> => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: metadata(
    include(fullname),
    merge(
      v.global.commonAnnotations,
      when(v.secrets.reloader, { "secret.reloader.stakater.com/reload": include(secretName) }),
      v.annotations,
    ),
  ),
  spec: {
    // With autoscaling the number belongs to the autoscaler; every apply would reset it.
    replicas: when(not(v.autoscaling.enabled), v.replicas),
    revisionHistoryLimit: v.revisionHistoryLimit,
    minReadySeconds: v.minReadySeconds,
    strategy: v.strategy,
    selector: { matchLabels: selector(server) },
    template: podTemplate(app),
  },
});

export const serviceAccount: Block<Doc<IServiceAccount>> = when(v.serviceAccount.create, {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: metadata(include(serviceAccountName), merge(v.global.commonAnnotations, v.serviceAccount.annotations)),
  automountServiceAccountToken: false,
});
