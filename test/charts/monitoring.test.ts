import { describe, expect, test } from "vitest";

import { renderChart } from "../../generator/chart/render.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import { jobs } from "../../generator/charts/monitoring/metrics.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { environments, find, installation, manifestsOf, ofKind, overlaid } from "./releases.ts";

const production = environments.get("production") ?? {};
const namespace = "monitoring";

describe("Grafana behind Cloudflare", () => {
  const routes = (values: Values) =>
    ofKind(manifestsOf(values), "Ingress")
      .filter(({ metadata }) => metadata?.namespace === namespace)
      .map(({ metadata }) => [metadata?.name, metadata?.annotations?.["traefik.ingress.kubernetes.io/router.tls.options"]]);
  const cloudflare = { ipAllowList: false, originPulls: { enabled: true, secretName: "origin-ca" } };
  const pulled = overlaid(production, { global: { cloudflare } });

  test("is shown by the client certificate on both its routes, where addresses are not asked", () => {
    const reference = "monitoring-grafana-origin-pulls@kubernetescrd";
    expect(routes(pulled)).toEqual([
      ["grafana", reference],
      ["grafana-hide-metrics", reference],
    ]);
    expect(find(manifestsOf(pulled), "TLSOption", "grafana-origin-pulls")).toMatchObject({
      metadata: { namespace },
      spec: { clientAuth: { secretNames: ["origin-ca"], clientAuthType: "RequireAndVerifyClientCert" } },
    });
    const { requires, notes } = renderChart(xpeditis, pulled, installation);
    expect(requires.filter(({ name }) => name === "origin-ca").length).toBeGreaterThan(0);
    expect(notes).toContain("kubectl --namespace monitoring create secret generic origin-ca --from-file=ca.crt=...");
  });

  test("is shown by its address otherwise, and never without either", () => {
    expect(routes(production)).toEqual([
      ["grafana", undefined],
      ["grafana-hide-metrics", undefined],
    ]);
    const { metadata } = find(manifestsOf(production), "Ingress", "grafana");
    expect(metadata?.annotations).toMatchObject({
      "traefik.ingress.kubernetes.io/router.middlewares": "monitoring-grafana-cloudflare-only@kubernetescrd",
    });
  });
});

test("kube-state-metrics computes all that Prometheus is to keep of it", () => {
  const { spec } = find(manifestsOf(production), "Deployment", "kube-state-metrics");
  const [list = ""] = (spec?.template.spec?.containers[0]?.args ?? []).filter((argument) => argument.startsWith("--metric-allowlist="));
  const { keep, explore } = jobs["kube-state-metrics"];
  expect(list.replace("--metric-allowlist=", "").split(",").toSorted()).toEqual([...keep, ...explore].toSorted());
});
