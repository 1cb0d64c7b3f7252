import { steady, type AlertCases, type Cases, type Situation } from "./case.ts";

/** A Deployment as kube-state-metrics shows it. */
const deployment = (
  name: string,
  { available, wanted, updated = wanted }: Record<"available" | "wanted", number> & { updated?: number },
): Situation["series"] => {
  const labels = `{namespace="xpeditis",deployment="${name}",job="kube-state-metrics"}`;
  return {
    [`kube_deployment_status_replicas_available${labels}`]: steady(available),
    [`kube_deployment_spec_replicas${labels}`]: steady(wanted),
    [`kube_deployment_status_replicas_updated${labels}`]: steady(updated),
  };
};

const labels = (name: string) => ({ namespace: "xpeditis", deployment: name, job: "kube-state-metrics" });

const down = (name: string): AlertCases => ({
  fires: { series: deployment(name, { available: 0, wanted: 2 }), at: "5m", labels: [labels(name)] },
  silent: { about: "scaled to zero on purpose", series: deployment(name, { available: 0, wanted: 0 }), at: "5m" },
});

const degraded = (name: string): AlertCases => ({
  fires: { series: deployment(name, { available: 1, wanted: 3 }), at: "20m", labels: [labels(name)], value: "1" },
  silent: [
    { about: "a rollout is under way", series: deployment(name, { available: 2, wanted: 3, updated: 1 }), at: "20m" },
    { about: "none at all, which is another alert", series: deployment(name, { available: 0, wanted: 3 }), at: "20m" },
  ],
});

const backendPod = { namespace: "xpeditis", pod: "backend-1", job: "app-backend" };
const lag = 'nodejs_eventloop_lag_p99_seconds{namespace="xpeditis",pod="backend-1",job="app-backend"}';

export const applicationCases: Cases = {
  BackendDown: down("backend"),
  BackendDegraded: degraded("xpeditis-backend"),
  FrontendDown: down("frontend"),
  FrontendDegraded: degraded("frontend"),
  RolloutStuck: {
    fires: {
      series: {
        'kube_deployment_status_condition{namespace="xpeditis",deployment="backend",condition="Progressing",status="false"}': steady(1),
      },
      at: "10m",
      labels: [{ namespace: "xpeditis", deployment: "backend", condition: "Progressing", status: "false" }],
    },
    silent: {
      series: {
        'kube_deployment_status_condition{namespace="xpeditis",deployment="backend",condition="Progressing",status="false"}': steady(0),
        'kube_deployment_status_condition{namespace="xpeditis",deployment="backend",condition="Progressing",status="true"}': steady(1),
      },
      at: "10m",
    },
  },
  AppMetricsAbsent: {
    fires: {
      series: { 'up{job="app-backend",pod="a"}': steady(0), 'up{job="app-frontend",pod="b"}': steady(1) },
      at: "20m",
      labels: [{ component: "app-backend" }],
    },
    silent: {
      about: "one pod of each answers",
      series: {
        'up{job="app-backend",pod="a"}': steady(0),
        'up{job="app-backend",pod="c"}': steady(1),
        'up{job="app-frontend",pod="b"}': steady(1),
      },
      at: "20m",
    },
  },
  EventLoopLag: {
    fires: { series: { [lag]: steady(0.5) }, at: "20m", labels: [{ ...backendPod, component: "app-backend" }], value: "500ms" },
    silent: { about: "one slow report", series: { [lag]: "0.02x5 0.9x5 0.02x50" }, at: "20m" },
  },
};
