import type { IProbe } from "kubernetes-models/v1/Probe";
import { containerRule } from "./rule.ts";
import type { Rule, ToolCheck } from "./rule.ts";

/** How Kubernetes learns that a container is alive and ready. */
export const probeRules: readonly Rule[] = [
  missing("no-liveness-probe", "livenessProbe", "a hung process is never restarted", [
    "polaris/livenessProbeMissing",
    "kube-score/pod-probes",
  ]),
  missing("no-readiness-probe", "readinessProbe", "traffic arrives before it can be answered", [
    "polaris/readinessProbeMissing",
    "kube-score/pod-probes",
  ]),
  containerRule("pod-probes-identical", ["kube-score/pod-probes-identical"], function* ({ container }) {
    const { livenessProbe, readinessProbe } = container;
    if (livenessProbe === undefined || readinessProbe === undefined) return;
    if (!sameCheck(livenessProbe, readinessProbe)) return;
    yield [
      "livenessProbe",
      "asks the same as readinessProbe, so a pod that is only busy is killed; let liveness ask for the process alone, on a path or port of its own",
    ];
  }),
];

function missing(id: string, field: "livenessProbe" | "readinessProbe", otherwise: string, askedBy: readonly ToolCheck[]): Rule {
  return containerRule(id, askedBy, function* ({ pod, container, init }) {
    const batch = pod.owner === "Job" || pod.owner === "CronJob";
    if (init || batch || container[field] !== undefined) return;
    yield [field, `is not set, so ${otherwise}; write one`];
  });
}

function sameCheck(a: IProbe, b: IProbe): boolean {
  if (a.httpGet !== undefined && b.httpGet !== undefined) {
    // kube-score reads a port's number only, so two named ports are the same port to it.
    return a.httpGet.path === b.httpGet.path && portNumber(a.httpGet.port) === portNumber(b.httpGet.port);
  }
  return JSON.stringify(handler(a)) === JSON.stringify(handler(b));
}

function handler({ exec, grpc, httpGet, tcpSocket }: IProbe): unknown {
  return [exec?.command, [grpc?.port, grpc?.service], httpGet?.path, tcpSocket?.port];
}

function portNumber(port: string | number): number {
  return typeof port === "number" ? port : Number.parseInt(port, 10) || 0;
}
