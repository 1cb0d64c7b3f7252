/**
 * How logs are labelled in Loki. The collector makes these attributes of a line's resource, and each combination of the index
 * labels is a stream: so they are few and have few values. The pod is structured metadata, as it would make a stream of every
 * pod that ever was; queries filter by it as well.
 */
export const logLabels = { namespace: "namespace", app: "app", container: "container", pod: "pod", level: "level" } as const;

/** The labels that are an index; node, pod, stream and the trace's id are structured metadata. */
export const indexLabels = [logLabels.namespace, logLabels.app, logLabels.container, logLabels.level] as const;

/** Values of the label for the level, whatever programs call theirs. */
export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "unknown"] as const;
