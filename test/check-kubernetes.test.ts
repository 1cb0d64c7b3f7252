import { describe, expect, it } from "vitest";
import { validateManifests } from "../generator/check/kubernetes.ts";
import type { KubernetesObject, RenderedManifest } from "../generator/check/manifest.ts";
import { everyKind } from "./fixtures/every-kind.ts";
import { goodRelease, withField, withObject, withoutField } from "./fixtures/good-release.ts";

async function problems(manifests: readonly RenderedManifest[]): Promise<string[]> {
  return (await validateManifests(manifests)).map(({ path, message }) => `${path}: ${message}`);
}

function alone(object: KubernetesObject): RenderedManifest[] {
  return [{ chart: "backend", template: "charts/backend/templates/x.yaml", object }];
}

describe("schema", () => {
  it("names the field, its value and what is allowed", async () => {
    expect(await problems(withField("StatefulSet/redis", "spec.replicas", "3"))).toEqual([
      'StatefulSet/redis spec.replicas: is "3"; write a value of type integer',
    ]);
    expect(await problems(withField("Deployment/backend", "spec.template.spec.containers[0].imagePullPolicy", "Sometimes"))).toEqual([
      'Deployment/backend spec.template.spec.containers[0].imagePullPolicy: is "Sometimes"; write one of Always, IfNotPresent, Never',
    ]);
  });

  it("reports a union as one problem", async () => {
    const path = "spec.template.spec.containers[0].resources.limits.memory";
    expect(await problems(withField("Deployment/backend", path, true))).toEqual([
      `Deployment/backend ${path}: is true; write a value of type number or a value of type string`,
    ]);
    expect(await problems(withField("Deployment/backend", path, "512MB"))).toEqual([
      `Deployment/backend ${path}: is "512MB"; write a value of type number or a valid quantity`,
    ]);
  });

  it("reports a missing field at the field, beside what is wrong elsewhere", async () => {
    const manifests = withoutField("Deployment/backend", "spec.selector");
    expect(await problems(manifests)).toEqual(["Deployment/backend spec.selector: is missing; the API server requires it"]);
  });

  it("names the template as the file", async () => {
    const [problem] = await validateManifests(withField("Service/backend-svc", "spec.ports", 80));
    expect(problem?.file).toBe("charts/backend/templates/service.yaml");
  });

  it("refuses an object without a name", async () => {
    const [problem] = await validateManifests(withoutField("ConfigMap/redis-config", "metadata.name"));
    expect(problem).toEqual({
      file: "charts/redis/templates/configmap.yaml",
      path: "ConfigMap",
      message: "has no metadata.name; every object needs one",
    });
  });
});

describe("kinds", () => {
  it("refuses an API that was removed from Kubernetes, and says which one replaced it", async () => {
    expect(await problems(withField("Ingress/xpeditis-ingress", "apiVersion", "extensions/v1beta1"))).toEqual([
      "Ingress/xpeditis-ingress apiVersion: extensions/v1beta1 Ingress is not among the kinds the charts may render; write networking.k8s.io/v1",
    ]);
  });

  it("refuses a kind that is not listed, although a schema of it exists", async () => {
    const object = { apiVersion: "v1", kind: "ReplicationController", metadata: { name: "x" } };
    expect(await problems(alone(object))).toEqual([
      "ReplicationController/x apiVersion: v1 ReplicationController is not among the kinds the charts may render; add it to generator/check/api-kinds.ts if a chart needs it",
    ]);
  });

  it("checks of a custom resource what its model knows", async () => {
    const middleware = "Middleware/security-headers";
    expect(await problems(withField(middleware, "spec", { headers: { stsSecond: 1 } }))).toEqual([
      `${middleware} spec.headers.stsSecond: is not a field of this object; did you mean stsSeconds?`,
    ]);
    expect(await problems(withField(middleware, "spec", { headers: { stsSeconds: "1" } }))).toEqual([
      `${middleware} spec.headers.stsSeconds: is "1"; write a value of type integer`,
    ]);
  });

  it("checks of a custom resource its shape and its metadata", async () => {
    const middleware = "Middleware/security-headers";
    expect(await problems(withoutField(middleware, "spec"))).toEqual([`${middleware} spec: is missing; write the custom resource's spec`]);
    expect(await problems(withField(middleware, "spec", []))).toEqual([`${middleware} spec: must be an object`]);
    expect(await problems(withField(middleware, "headers", {}))).toEqual([
      `${middleware} headers: is no field of a custom resource; its settings belong below spec`,
    ]);
    expect(await problems(withField(middleware, "metadata.lables", {}))).toEqual([
      `${middleware} metadata.lables: is not a field of this object; did you mean labels?`,
    ]);
    expect(await problems(withField(middleware, "metadata.annotations", { "example.com/on": true }))).toEqual([
      `${middleware} metadata.annotations["example.com/on"]: is true; write a value of type string`,
    ]);
  });
});

describe("a HelmChartConfig", () => {
  const config = (spec: Readonly<Record<string, unknown>>) =>
    problems(
      alone({ apiVersion: "helm.cattle.io/v1", kind: "HelmChartConfig", metadata: { name: "traefik", namespace: "kube-system" }, spec }),
    );

  it.each([
    [{ valueContent: "a: 1" }, "spec.valueContent: is not a field of this object; did you mean valuesContent?"],
    [{ failurePolicy: "Abort" }, 'spec.failurePolicy: is "Abort"; write one of abort, reinstall, retry'],
    [{ valuesContent: { a: 1 } }, "spec.valuesContent: is no text; write a YAML document as a block scalar"],
    [{ valuesContent: "- a" }, "spec.valuesContent: holds no map; write the values of a chart"],
    [{ valuesContent: "a: 1\na: 2" }, "spec.valuesContent: is no YAML: duplicated mapping key (2:1)"],
  ])("is refused with %j", async (spec, message) => {
    expect(await config(spec)).toEqual([`HelmChartConfig/traefik ${message}`]);
  });
});

describe("good objects", () => {
  it("finds nothing in the fixture release", async () => {
    expect(await problems(goodRelease())).toEqual([]);
  });

  it.each(everyKind.map((object) => [`${object.apiVersion} ${object.kind}`, object] as const))("finds nothing in %s", async (_, object) => {
    expect(await problems(alone(object))).toEqual([]);
  });
});

describe("what the schemas let pass", () => {
  it.each([
    ["StatefulSet/redis", "spec.replicas", -1, "is -1; write 0 or more"],
    ["HorizontalPodAutoscaler/backend-hpa", "spec.minReplicas", 0, "is 0; write 1 or more"],
    ["Service/redis", "spec.ports[0].port", 70000, "is 70000; write 1 to 65535"],
    ["Deployment/backend", "spec.template.spec.containers[0].livenessProbe.periodSeconds", 0, "is 0; write 1 or more"],
    [
      "Deployment/backend",
      "spec.template.spec.volumes[0].emptyDir",
      null,
      "is null, which means absent; leave the field out, or write {} or []",
    ],
  ])("%s %s = %j", async (reference, path, value, message) => {
    expect(await problems(withField(reference, path, value))).toEqual([`${reference} ${path}: ${message}`]);
  });

  it("takes a number of the same name in a custom resource as it is", async () => {
    const spec = { errors: { status: ["500"], query: "/", service: { name: "pages", port: 0 } } };
    expect(await problems(withField("Middleware/security-headers", "spec", spec))).toEqual([]);
  });
});

describe("names and labels", () => {
  it.each([
    ["ConfigMap/redis-config", "Redis_Config", "is not a valid name; write lower-case letters, digits, '-' and '.'"],
    ["Service/redis", "7redis", "is not a valid name; write lower-case letters, digits and '-', starting with a letter"],
    ["Service/redis", "redis.svc", "is not a valid name"],
    ["StatefulSet/redis", "redis.db", "is not a valid name"],
    ["Service/redis", "s".repeat(64), "has 64 characters, at most 63 are allowed"],
    ["CronJob/redis-backup", "c".repeat(53), "has 53 characters, at most 52 are allowed"],
    ["StatefulSet/redis", "s".repeat(53), "has 53 characters, at most 52 are allowed"],
  ])("refuses %s under the name %s", async (reference, name, message) => {
    const found = await problems(withField(reference, "metadata.name", name));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`metadata.name: "${name}" ${message}`);
  });

  it("allows colons in names of roles alone", async () => {
    const object = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "a:b" }, rules: [] };
    expect(await problems(alone(object))).toEqual([]);
    expect(await problems(withField("ConfigMap/redis-config", "metadata.name", "a:b"))).toHaveLength(1);
  });

  it("refuses a namespace on an object of the whole cluster", async () => {
    expect(await problems(withField("PriorityClass/xpeditis", "metadata.namespace", "prod"))).toEqual([
      "PriorityClass/xpeditis metadata.namespace: PriorityClass belongs to the whole cluster; leave the namespace out",
    ]);
  });

  it.each([
    ["Deployment/backend", "metadata.labels.team", "two words", '"two words" is not a valid label value'],
    ["Deployment/backend", "metadata.labels.team", "x".repeat(64), "the label's value has 64 characters"],
    ["Deployment/backend", "spec.template.metadata.labels.team", "-x", '"-x" is not a valid label value'],
    ["Deployment/backend", "spec.template.spec.nodeSelector.pool", "a b", '"a b" is not a valid label value'],
    ["PodDisruptionBudget/backend", "spec.selector.matchLabels.tier", "a b", '"a b" is not a valid label value'],
    ["Deployment/backend", 'metadata.annotations["two words"]', "x", '"two words" is not a valid key'],
    ["Deployment/backend", 'metadata.annotations["Example.com/x"]', "x", 'the key\'s prefix "Example.com" is not a DNS name'],
    ["ConfigMap/redis-config", 'data["a/b"]', "x", '"a/b" is not a valid key of a ConfigMap or Secret'],
  ])("refuses %s %s = %s", async (reference, path, value, message) => {
    const found = await problems(withField(reference, path, value));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${reference} ${path}: ${message}`);
  });

  it("takes any text as the value of an annotation", async () => {
    expect(await problems(withField("Deployment/backend", "metadata.annotations.note", "two words, and more"))).toEqual([]);
  });

  it("does not read ConfigMap data as labels", async () => {
    const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, data: { labels: "two words" } };
    expect(await problems(withObject(config))).toEqual([]);
  });
});
