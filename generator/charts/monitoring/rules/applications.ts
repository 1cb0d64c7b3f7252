import { settings } from "../settings.ts";
import { ruleGroup, type Alert } from "./rule.ts";

const ns = settings.namespace.word;

/** The applications, whose objects are named after the chart or after release and chart. */
const apps = [
  { title: "Backend", name: "backend", meaning: "The API and notifications are gone, and the pages can do nothing." },
  { title: "Frontend", name: "frontend", meaning: "The pages are gone." },
] as const;

const deployment = (name: string) => `{namespace="${ns}",deployment=~"(.+-)?${name}"}`;

/** From what the API server says, not from `up`: a target that is gone takes its series with it. */
const availability = apps.flatMap(({ title, name, meaning }): Alert[] => [
  {
    alert: `${title}Down`,
    severity: "critical",
    expr: `kube_deployment_status_replicas_available${deployment(name)} == 0 and kube_deployment_spec_replicas${deployment(name)} > 0`,
    for: "1m",
    summary: `No pod of {{ $labels.namespace }}/{{ $labels.deployment }} is available`,
    description: meaning,
  },
  {
    alert: `${title}Degraded`,
    severity: "warning",
    // Not while a rollout goes on: then the number of updated pods is still below the number wanted.
    expr: `kube_deployment_status_replicas_available${deployment(name)} < kube_deployment_spec_replicas${deployment(name)} and kube_deployment_status_replicas_available${deployment(name)} > 0 and kube_deployment_status_replicas_updated${deployment(name)} == kube_deployment_spec_replicas${deployment(name)}`,
    for: "10m",
    summary: `{{ $labels.namespace }}/{{ $labels.deployment }} has only {{ $value }} pods available`,
    description: "Some pods have not become ready for 10 minutes although no rollout is under way. The others carry the load.",
  },
]);

export const applications = ruleGroup({ name: "applications", component: "kube-state-metrics", rules: availability });

export const rollouts = ruleGroup({
  name: "rollouts",
  component: "kube-state-metrics",
  rules: [
    {
      alert: "RolloutStuck",
      severity: "warning",
      expr: `kube_deployment_status_condition{condition="Progressing",status="false"} == 1`,
      for: "5m",
      summary: `The rollout of {{ $labels.namespace }}/{{ $labels.deployment }} does not get on`,
      description: "New pods have not become ready within the progress deadline. The old ones still serve.",
    },
  ],
});

/** The same for both applications, each under its own job, so that one without metrics is no alert about the other. */
const runtime = (job: "app-backend" | "app-frontend", title: string) =>
  ruleGroup({
    name: `runtime-${title.toLowerCase()}`,
    component: job,
    rules: [
      {
        alert: "AppMetricsAbsent",
        severity: "warning",
        expr: `absent(up{job="${job}"} == 1)`,
        for: "10m",
        summary: `Prometheus gets no metrics from any ${title.toLowerCase()} pod`,
        description: "Alerts on the event loop and memory are blind. Metrics are switched on in the values, but no pod serves them.",
      },
      {
        alert: "EventLoopLag",
        severity: "warning",
        expr: `nodejs_eventloop_lag_p99_seconds{job="${job}"} > 0.25`,
        for: "10m",
        summary: `{{ $labels.namespace }}/{{ $labels.pod }} blocks its event loop for {{ $value | humanizeDuration }}`,
        description: "Synchronous work keeps every request of this process waiting.",
      },
    ],
  });

export const backendRuntime = runtime("app-backend", "Backend");
export const frontendRuntime = runtime("app-frontend", "Frontend");
