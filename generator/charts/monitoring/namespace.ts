import type { INamespace } from "kubernetes-models/v1/Namespace";

import { include, merge, when, type Block, type Doc } from "../../dsl/index.ts";
import { ownLabels } from "../../kubernetes/names.ts";
import { clusterMetadata } from "./component.ts";
import { namespace, values as v } from "./values.ts";

/** The namespace with its Pod Security labels. Deleting it would delete the volumes in it, so Helm never does. */
export const namespaceObject: Block<Doc<INamespace>> = when(v.namespace.create, {
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    ...clusterMetadata(include(namespace)),
    labels: merge(
      {
        "pod-security.kubernetes.io/enforce": v.namespace.podSecurity,
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        ...ownLabels,
      },
      v.global.commonLabels,
    ),
    annotations: merge({ "helm.sh/resource-policy": "keep" }, v.global.commonAnnotations),
  },
});
