/**
 * How logs are labelled in Loki: index labels are the names that its OTLP endpoint makes of the collector's resource
 * attributes, `k8s.namespace.name` for instance. The pod would make a stream of every pod that ever was, so that it is
 * structured metadata, as is the level, which Loki finds itself.
 */
export const logLabels = {
  namespace: "k8s_namespace_name",
  container: "k8s_container_name",
  pod: "k8s_pod_name",
  level: "detected_level",
} as const;
