import type { IIoK8sApimachineryPkgApisMetaV1ObjectMeta as ObjectMeta } from "@kubernetes-models/apimachinery/apis/meta/v1/ObjectMeta";

/**
 * Values laid over those of a chart that k3s installs (`pkg/apis/helm.cattle.io/v1/types.go` of k3s-io/helm-controller v0.17.7).
 * No npm package has the type; its CRD is applied by kubeconform and by the cluster tests.
 */
export interface HelmChartConfig {
  readonly apiVersion: "helm.cattle.io/v1";
  readonly kind: "HelmChartConfig";
  readonly metadata: ObjectMeta;
  readonly spec: {
    /** What to do after a failed upgrade; `reinstall` if nothing is said. `retry` needs helm-controller 0.17.7. */
    readonly failurePolicy?: "abort" | "reinstall" | "retry";
    /** A YAML document. */
    readonly valuesContent?: string;
  };
}
