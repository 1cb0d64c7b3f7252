import { load } from "js-yaml";
import type { IService } from "kubernetes-models/v1/Service";
import { expect, test } from "vitest";

import { renderChart } from "../../generator/chart/render.ts";
import { edge } from "../../generator/charts/edge/index.ts";
import type { TraefikValues } from "../../generator/charts/edge/traefik-values.ts";
import type { HelmChartConfig } from "../../generator/kubernetes/helm-chart-config.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { installation, overlaid } from "../charts/releases.ts";

const base: Values = { global: { environment: "production", tls: { mode: "certManager" } } };

function rendered(values: Values) {
  const objects = renderChart(edge, overlaid(base, values), installation).manifests.map(({ object }) => object);
  const config = objects.find(({ kind }) => kind === "HelmChartConfig") as unknown as HelmChartConfig | undefined;
  return {
    service: objects.find(({ kind }) => kind === "Service") as IService | undefined,
    traefik: load(config?.spec.valuesContent ?? "{}") as TraefikValues,
  };
}

/** Seconds that an entry point goes on accepting connections when Traefik shuts down; none if nothing says so. */
function acceptsFor(entryPoint: string, { additionalArguments }: TraefikValues): number {
  const setting = `--entryPoints.${entryPoint}.transport.lifeCycle.requestAcceptGraceTimeout=`;
  const argument = additionalArguments.find((each) => each.startsWith(setting)) ?? "";
  return Number.parseInt(argument.slice(setting.length), 10) || 0;
}

const health = (traefik: TraefikValues) => traefik.additionalArguments.filter((each) => each.startsWith("--entryPoints.health."));

test("the load balancer asks a port of the nodes that leads to an entry point for nothing else", () => {
  const { service, traefik } = rendered({});
  expect(traefik.service.annotations).toMatchObject({
    "load-balancer.hetzner.cloud/health-check-protocol": "tcp",
    "load-balancer.hetzner.cloud/health-check-port": "30085",
  });
  expect(service).toMatchObject({
    metadata: { name: "traefik-health", namespace: "kube-system" },
    spec: {
      type: "NodePort",
      externalTrafficPolicy: "Local",
      selector: { "app.kubernetes.io/name": "traefik" },
      ports: [{ nodePort: 30085, targetPort: 9180 }],
    },
  });
  expect(health(traefik)).toEqual(["--entryPoints.health.address=:9180"]);
  // Else it were an entry point of every router that names none.
  expect(traefik.additionalArguments).toEqual(
    expect.arrayContaining(["--entryPoints.web.asDefault=true", "--entryPoints.websecure.asDefault=true"]),
  );
});

test("when Traefik shuts down, that port closes at once, and the others when the load balancer has noticed", () => {
  const { traefik } = rendered({ loadBalancer: { healthCheck: { intervalSeconds: 10, retries: 4 } } });
  expect(acceptsFor("health", traefik)).toBe(0);
  // `traefik` is where the readiness probe asks: kube-proxy sends nothing to a pod that fails it.
  for (const entryPoint of ["web", "websecure", "traefik"]) expect(acceptsFor(entryPoint, traefik)).toBeGreaterThan(40);
  expect(traefik.deployment.terminationGracePeriodSeconds).toBeGreaterThan(acceptsFor("web", traefik) + 30);
});

test("without a port of its own the check asks the port of the traffic, and there is no Service", () => {
  const { service, traefik } = rendered({ loadBalancer: { healthCheck: { port: 0 } } });
  expect(service).toBeUndefined();
  expect(traefik.service.annotations).not.toHaveProperty(["load-balancer.hetzner.cloud/health-check-port"]);
  expect(health(traefik)).toEqual([]);
});

test("where the chart does not configure Traefik, there is no Service either", () => {
  expect(rendered({ traefik: { enabled: false } })).toEqual({ service: undefined, traefik: {} });
});
