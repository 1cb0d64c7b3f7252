import { describe, expect, it } from "vitest";
import { checkRelease } from "../generator/check/check-release.ts";
import { parseQuantity } from "../generator/check/lint/quantity.ts";
import type { KubernetesObject, RenderedManifest } from "../generator/check/manifest.ts";
import { formatProblems } from "../generator/problem.ts";
import { namespace, object, selector } from "./fixtures/good-parts.ts";
import { goodRelease, withField, withItem, without, withoutField } from "./fixtures/good-release.ts";
import { findings } from "./fixtures/lint-case.ts";

/** The release with one object in the place of another. */
function replaced(reference: string, ...objects: readonly KubernetesObject[]): RenderedManifest[] {
  return [...without(reference), ...objects.map((each) => ({ chart: "x", template: "charts/x/templates/x.yaml", object: each }))];
}

describe("a release", () => {
  it("that is good has no problems", async () => {
    expect(await checkRelease(goodRelease(), { namespace })).toEqual([]);
  });

  it("is compared only once its objects are valid by themselves", async () => {
    const manifests = withField("Deployment/backend", "spec.template.spec.enableServiceLink", false);
    expect(formatProblems(await checkRelease(manifests, { namespace }))).toMatchInlineSnapshot(
      `"charts/backend/templates/deployment.yaml: Deployment/backend spec.template.spec.enableServiceLink: is not a field of this object; did you mean enableServiceLinks?"`,
    );
  });

  it("is reported with template, object, field, cause and cure", async () => {
    const manifests = withField("Service/backend-svc", "spec.ports[0].targetPort", "web");
    expect(formatProblems(await checkRelease(manifests, { namespace }))).toMatchInlineSnapshot(
      `"charts/backend/templates/service.yaml: Service/backend-svc spec.ports[0].targetPort: no container of Deployment/backend declares the TCP port web; write http (4000) or metrics (9100) [invalid-target-ports]"`,
    );
  });
});

describe("objects from elsewhere", () => {
  it("are known by kind and name", () => {
    const external = { Secret: new Set(["backend-secrets"]) };
    expect(findings(without("Secret/backend-secrets"), { external })).toEqual([]);
    expect(findings(without("Secret/backend-secrets"), { external: { ConfigMap: new Set(["backend-secrets"]) } })).toHaveLength(1);
  });

  it("need not be there if the pod says so", () => {
    const source = { name: "MORE", valueFrom: { secretKeyRef: { name: "more", key: "more", optional: true } } };
    expect(findings(withItem("Deployment/backend", "spec.template.spec.containers[0].env", source))).toEqual([]);
  });

  it("are made by External Secrets under the target's name", () => {
    const spec = { target: { name: "backend-secrets" } };
    const made = object("external-secrets.io/v1", "ExternalSecret", "backend", { spec });
    expect(findings(replaced("Secret/backend-secrets", made))).toEqual([]);
    const other = object("external-secrets.io/v1", "ExternalSecret", "backend", { spec: {} });
    expect(findings(replaced("Secret/backend-secrets", other))).toHaveLength(1);
  });

  it("are made by cert-manager from a Certificate", () => {
    const plain = withoutField("Ingress/xpeditis-ingress", 'metadata.annotations["cert-manager.io/cluster-issuer"]');
    const certificate = object("cert-manager.io/v1", "Certificate", "api", { spec: { secretName: "xpeditis-api-tls" } });
    const made = { chart: "issuers", template: "charts/issuers/templates/certificate.yaml", object: certificate };
    expect(findings(plain)).toHaveLength(1);
    expect(findings([...plain, made])).toEqual([]);
  });

  it("are made by CloudNativePG: a Secret and Services", () => {
    const path = "spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef";
    const manifests = withField("Deployment/backend", path, { name: "db-app", key: "uri" });
    const cluster = object("postgresql.cnpg.io/v1", "Cluster", "db", { spec: { instances: 2 } });
    expect(findings(manifests)).toHaveLength(1);
    expect(findings([...manifests, { chart: "postgresql", template: "x.yaml", object: cluster }])).toEqual([]);
  });

  it("are made by KEDA, whose ScaledObject stands for the autoscaler", () => {
    const spec = { scaleTargetRef: { name: "backend" }, minReplicaCount: 2, maxReplicaCount: 15 };
    const scaled = object("keda.sh/v1alpha1", "ScaledObject", "backend", { spec });
    expect(findings(replaced("HorizontalPodAutoscaler/backend-hpa", scaled))).toEqual([]);
    const idle = object("keda.sh/v1alpha1", "ScaledObject", "backend", { spec: { ...spec, minReplicaCount: 0 } });
    expect(findings(replaced("HorizontalPodAutoscaler/backend-hpa", idle))).toEqual([
      "ScaledObject/backend spec.minReplicaCount [autoscaler-minimum]",
    ]);
  });

  it("are scraped in the namespaces a ServiceMonitor names", () => {
    const spec = {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels: selector("backend") },
      endpoints: [{ port: "metrics" }],
    };
    const monitor = object("monitoring.coreos.com/v1", "ServiceMonitor", "backend", { spec });
    const elsewhere = { ...monitor, metadata: { ...monitor.metadata, namespace: "monitoring" } };
    expect(findings(replaced("ServiceMonitor/backend", elsewhere))).toEqual([]);
    const blind = { ...elsewhere, spec: { ...spec, namespaceSelector: { matchNames: ["default"] } } };
    expect(findings(replaced("ServiceMonitor/backend", blind))).toHaveLength(1);
  });
});

describe("quantities", () => {
  it.each([
    ["250m", 0.25],
    ["1.5", 1.5],
    [2, 2],
    ["64Mi", 67_108_864],
    ["1G", 1e9],
    ["1e3", 1000],
    ["100n", 1e-7],
    ["290m", 0.29],
    ["3k", 3000],
    ["512MB", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s is %s", (text, number) => {
    expect(parseQuantity(text)).toBe(number);
  });
});
