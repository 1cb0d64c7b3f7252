import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { renderChart } from "../../generator/chart/render.ts";
import { backend } from "../../generator/charts/backend/index.ts";
import { xpeditis } from "../../generator/charts/xpeditis/index.ts";
import type { Values } from "../../generator/values/defaults.ts";
import { find, installation, manifestsOf, ofKind } from "./releases.ts";

const notesOf = (values: Values, kubeVersion: string) => renderChart(xpeditis, values, { ...installation, kubeVersion }).notes;
const keda = (app: string, memory: string): Values => ({ [app]: { autoscaling: { engine: "keda", memory: { mode: memory } } } });

describe("the owner's rule", () => {
  test.each([
    ["backend", 2, 15],
    ["frontend", 1, 8],
  ])("scales %s from %i to %i pods: up above 70 %, down below 30 % for five minutes", (app, minReplicas, maxReplicas) => {
    expect(find(manifestsOf(), "HorizontalPodAutoscaler", `${app}-hpa`).spec).toEqual({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: app },
      minReplicas,
      maxReplicas,
      metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
      behavior: {
        scaleUp: { tolerance: "0" },
        scaleDown: {
          tolerance: "580m",
          stabilizationWindowSeconds: 300,
          policies: [
            { type: "Percent", value: 50, periodSeconds: 60 },
            { type: "Pods", value: 1, periodSeconds: 60 },
          ],
        },
      },
    });
  });

  test.each(["v1.33.0", "v1.34.9+k3s1"])("has no tolerances on Kubernetes %s, and NOTES say so", (kubeVersion) => {
    for (const hpa of ofKind(manifestsOf({}, { kubeVersion }), "HorizontalPodAutoscaler")) {
      expect(hpa.spec?.behavior).toEqual({ scaleDown: { stabilizationWindowSeconds: 300, policies: expect.any(Array) } });
    }
    expect(notesOf({}, kubeVersion)).toContain("older than 1.35");
  });

  test.each(["v1.35.0", "v1.35.0-rc.1", "v1.36.3+k3s1", "v2.0.0"])("has them on Kubernetes %s", (kubeVersion) => {
    for (const hpa of ofKind(manifestsOf({}, { kubeVersion }), "HorizontalPodAutoscaler"))
      expect(hpa.spec?.behavior?.scaleUp).toEqual({ tolerance: "0" });
    expect(notesOf({}, kubeVersion)).not.toContain("older than 1.35");
  });

  /**
   * What the controller decides for a utilisation in whole percent (kubernetes pkg/controller/podautoscaler
   * replica_calculator.go, `isWithin`), in its own floating-point numbers.
   */
  const decide = (use: number, target: number, down: number) => {
    const ratio = use / target;
    return 1 - down <= ratio && ratio <= 1 ? "hold" : ratio > 1 ? "up" : "down";
  };

  /** What the chart writes for a pair of thresholds. */
  const rendered = (below: number, above: number) => {
    const manifests = manifestsOf({ autoscaling: { cpu: { scaleUpAbove: above, scaleDownBelow: below } } }, {}, backend);
    const { behavior, metrics } = find(manifests, "HorizontalPodAutoscaler", "xpeditis-backend-hpa").spec ?? {};
    return { target: metrics?.[0]?.resource?.target.averageUtilization ?? 0, tolerance: String(behavior?.scaleDown?.tolerance) };
  };

  test("holds exactly from the lower to the upper threshold, for all pairs of whole percentages", () => {
    const wrong: string[] = [];
    for (let above = 2; above <= 100; above += 1) {
      for (let below = 1; below < above; below += 1) {
        const { target, tolerance } = rendered(below, above);
        if (!/^[1-9][0-9]{0,2}m$/.test(tolerance)) wrong.push(`${below}..${above}: ${tolerance} would be rewritten`);
        const decisions = [below - 1, below, above, above + 1].map((use) => decide(use, target, Number.parseInt(tolerance, 10) / 1000));
        if (decisions.join() !== "down,hold,hold,up") wrong.push(`${below}..${above} with ${tolerance}: ${decisions.join()}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe("the number of pods", () => {
  test.each(["hpa", "keda"])("belongs to the autoscaler with engine %s: Deployments have none", (engine) => {
    const manifests = manifestsOf({ backend: { autoscaling: { engine } }, frontend: { autoscaling: { engine } } });
    for (const { spec } of ofKind(manifests, "Deployment")) expect(spec).not.toHaveProperty("replicas");
  });

  test.each([0, 1, 7])("is what the values say without autoscaling: %i", (replicas) => {
    const manifests = manifestsOf({ backend: { autoscaling: { enabled: false }, replicas } });
    expect(find(manifests, "Deployment", "backend").spec?.replicas).toBe(replicas);
    expect(ofKind(manifests, "HorizontalPodAutoscaler").map(({ metadata }) => metadata?.name)).toEqual(["frontend-hpa"]);
  });
});

describe("KEDA", () => {
  test("makes the same HPA, and adds pods for memory by a metric that never keeps any", () => {
    const manifests = manifestsOf(keda("backend", "external"));
    const hpa = find(manifestsOf(), "HorizontalPodAutoscaler", "backend-hpa").spec;
    const scaled = find(manifests, "ScaledObject", "backend");
    expect(scaled.metadata?.annotations).toEqual({ "scaledobject.keda.sh/transfer-hpa-ownership": "true" });
    expect(scaled.spec).toEqual({
      scaleTargetRef: { name: "backend" },
      minReplicaCount: 2,
      maxReplicaCount: 15,
      advanced: { horizontalPodAutoscalerConfig: { name: "backend-hpa", behavior: hpa?.behavior } },
      triggers: [
        { type: "cpu", metricType: "Utilization", metadata: { value: "70" } },
        {
          type: "prometheus",
          metricType: "Value",
          metadata: {
            serverAddress: "http://prometheus.monitoring.svc:9090",
            threshold: "80",
            query: 'namespace_container:memory_used_of_limit:percent{namespace="xpeditis-prod",container="backend"} > 80',
          },
        },
      ],
    });
    expect(ofKind(manifests, "HorizontalPodAutoscaler").map(({ metadata }) => metadata?.name)).toEqual(["frontend-hpa"]);
  });

  test("asks a Prometheus of other rules what the operator says", () => {
    const manifests = manifestsOf({
      backend: { autoscaling: { engine: "keda", memory: { mode: "external", query: "100 * avg(used / limit)", scaleUpAbove: 75 } } },
    });
    const [, memory] = find(manifests, "ScaledObject", "backend").spec?.triggers ?? [];
    expect(memory?.metadata.query).toBe("(100 * avg(used / limit)) > 75");
  });

  test("takes plain memory where that is asked for", () => {
    expect(find(manifestsOf(keda("frontend", "resource")), "ScaledObject", "frontend").spec?.triggers).toEqual([
      { type: "cpu", metricType: "Utilization", metadata: { value: "70" } },
      { type: "memory", metricType: "Utilization", metadata: { value: "80" } },
    ]);
  });

  test("is given texts only, whatever the number", () => {
    const values = {
      backend: { autoscaling: { engine: "keda", cpu: { scaleUpAbove: 100 }, memory: { mode: "resource", scaleUpAbove: 1 } } },
    };
    for (const { metadata } of find(manifestsOf(values), "ScaledObject", "backend").spec?.triggers ?? []) {
      expect(Object.values(metadata).map((value) => typeof value)).toEqual(["string"]);
    }
  });
});

test("further containers are left out of the metrics, in both engines", () => {
  const more = { extraContainers: { proxy: { image: "proxy:1" } } };
  const values = (engine: string) => ({ backend: { ...more, autoscaling: { engine, memory: { mode: "resource" } } } });
  const metrics = find(manifestsOf(values("hpa")), "HorizontalPodAutoscaler", "backend-hpa").spec?.metrics;
  expect(metrics).toEqual(
    [["cpu", 70] as const, ["memory", 80] as const].map(([name, averageUtilization]) => ({
      type: "ContainerResource",
      containerResource: { name, container: "backend", target: { type: "Utilization", averageUtilization } },
    })),
  );
  const triggers = find(manifestsOf(values("keda")), "ScaledObject", "backend").spec?.triggers;
  expect(triggers?.map(({ metadata }) => metadata.containerName)).toEqual(["backend", "backend"]);
});

test("memory as a plain metric comes with its cost in NOTES", () => {
  expect(notesOf({ frontend: { autoscaling: { memory: { mode: "resource" } } } }, "v1.36.0")).toContain("seldom removes pods again");
  expect(notesOf({}, "v1.36.0")).not.toContain("seldom");
});

describe("a disruption budget", () => {
  const budget = (own: Values) =>
    ofKind(manifestsOf({ backend: own, frontend: { enabled: false } }), "PodDisruptionBudget").map(({ spec }) => spec);

  test("says how many may be missing, at least one, and lets broken pods go: it cannot block a drain", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 1000 }),
        (a, b, maxUnavailable) => {
          const [minReplicas, maxReplicas] = [Math.min(a, b), Math.max(a, b)];
          for (const spec of budget({ autoscaling: { minReplicas, maxReplicas }, podDisruptionBudget: { maxUnavailable } })) {
            expect(spec).toMatchObject({ maxUnavailable, unhealthyPodEvictionPolicy: "AlwaysAllow" });
            expect(spec).not.toHaveProperty("minAvailable");
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test.each([
    [{ autoscaling: { enabled: false }, replicas: 1 }, 0],
    [{ autoscaling: { enabled: false }, replicas: 2 }, 1],
    [{ autoscaling: { minReplicas: 1, maxReplicas: 1 } }, 0],
    [{ autoscaling: { minReplicas: 1, maxReplicas: 2 }, replicas: 1 }, 1],
    [{ podDisruptionBudget: { enabled: false } }, 0],
  ])("with %j: %i", (values, count) => {
    expect(budget(values).length).toBe(count);
  });
});
