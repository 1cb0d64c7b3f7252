/** While an alert fires, others say nothing new: whoever is told of the one need not be told of them. */
export interface Inhibition {
  /** What fires. */
  readonly source: string;
  /** What is then not sent, by name. */
  readonly targets: readonly string[];
  /** Labels that both have with the same value; none: whatever theirs are. */
  readonly equal: readonly string[];
}

export const inhibitions: readonly Inhibition[] = [
  // A node that is gone takes its pods with it; every DaemonSet lacks one, and its targets are down.
  { source: "NodeNotReady", targets: ["PodNotReady", "LogCollectorDropping", "NodePressure"], equal: ["node"] },
  { source: "NodeNotReady", targets: ["DaemonSetIncomplete", "TargetDown"], equal: [] },
  // Nothing gets in.
  { source: "TraefikDown", targets: ["HttpTrafficGone", "EndpointDown"], equal: [] },
  // The same budget at a slower pace.
  {
    source: "HttpErrorBudgetBurnFast",
    targets: ["HttpErrorBudgetBurnMedium", "HttpErrorBudgetBurnSlow", "HttpErrorBudgetBurnTrickle", "HttpHigh5xxRatio"],
    equal: ["service"],
  },
  {
    source: "HttpErrorBudgetBurnMedium",
    targets: ["HttpErrorBudgetBurnSlow", "HttpErrorBudgetBurnTrickle"],
    equal: ["service"],
  },
  { source: "HttpLatencyBudgetBurnFast", targets: ["HttpLatencyBudgetBurnSlow"], equal: ["service"] },
  // The end is nearer.
  { source: "VolumeFull", targets: ["VolumeAlmostFull", "VolumeFillingUp"], equal: ["namespace", "persistentvolumeclaim"] },
  { source: "K3sCertificateExpiring", targets: ["K3sCertificateExpiresSoon"], equal: ["node", "subject"] },
  { source: "CertificateExpiresSoon", targets: ["CertificateNotReady", "CertificateRenewalOverdue"], equal: ["namespace", "name"] },
  { source: "RedisRefusingWrites", targets: ["RedisMemoryHigh"], equal: ["namespace", "pod"] },
  // The whole instead of its parts.
  { source: "PostgresqlDown", targets: ["PostgresqlInstanceDown"], equal: [] },
  { source: "LokiDown", targets: ["LogCollectorDropping"], equal: [] },
];
