/**
 * What the two daemon sets that watch the nodes need beyond Pod Security `restricted`, in the API server's words and complete:
 * whatever else they took would be another line.
 */
const watchers = [
  `host namespaces (hostNetwork=true, hostPID=true), hostPort (container "node-exporter" uses hostPort 9100), restricted volume types (volume "root" uses restricted volume type "hostPath")`,
  `restricted volume types (volumes "logs", "offsets" use restricted volume type "hostPath"), runAsNonRoot != true (pod or container "opentelemetry-collector" must set securityContext.runAsNonRoot=true), runAsUser=0 (pod must not set runAsUser=0)`,
];

/** What Helm and the API server complain of, a line each, without what the pods that watch nodes are known to need. */
export function complaints(stderr: string): string[] {
  // Helm 4 quotes the warning once more.
  const lines = stderr.split("\n").map((line) => line.replaceAll('\\"', '"').replace(/"$/, ""));
  return lines.filter((line) => line !== "" && !watchers.some((known) => line.endsWith(`PodSecurity "restricted:latest": ${known}`)));
}
