import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validateManifests } from "../generator/check/kubernetes.ts";
import { withField } from "./fixtures/good-release.ts";

describe("unknown fields", () => {
  it.each([
    ["Deployment/backend", "spec.replica", 3, "did you mean replicas?"],
    ["Deployment/backend", "metadata.label", {}, "did you mean labels?"],
    ["Deployment/backend", "spec.template.spec.containers[0].imagePullPolcy", "Always", "did you mean imagePullPolicy?"],
    ["Deployment/backend", "spec.template.spec.volumes[0].emptyDir.sizeLimt", "1Gi", "did you mean sizeLimit?"],
    ["Deployment/backend", "spec.template.spec.containers[0].resources.request", {}, "did you mean requests?"],
    ["HorizontalPodAutoscaler/backend-hpa", "spec.behavior.scaleUp.tolerence", "0", "did you mean tolerance?"],
    ["NetworkPolicy/redis", "spec.ingress[0].form", [], "did you mean from?"],
    ["ConfigMap/redis-config", "spec", {}, "remove it"],
  ])("reports %s %s", async (reference, path, value, cure) => {
    const found = await validateManifests(withField(reference, path, value));
    expect(found.map((problem) => `${problem.path}: ${problem.message}`)).toEqual([
      `${reference} ${path}: is not a field of this object; ${cure}`,
    ]);
  });

  it("reads frozen objects", async () => {
    const frozen = withField("Deployment/backend", "spec.replica", 3).map(deepFreeze);
    expect(await validateManifests(frozen)).toHaveLength(1);
  });

  // The check rests on each validator reading every field its type declares, also the absent ones. This holds for all
  // of kubernetes-models but one field, which generator/check/kubernetes.ts names.
  it("rests on validators that read every field of their type", () => {
    const root = "node_modules/kubernetes-models";
    let compared = 0;
    const unread: string[] = [];
    for (const file of globSync("**/*.d.ts", { cwd: root, exclude: ["_schemas/**"] })) {
      const fields = declaredFields(readFileSync(`${root}/${file}`, "utf8"));
      const validator = readIfThere(`${root}/_schemas/${schemaFile(file)}`);
      if (validator === undefined) continue;
      compared += 1;
      unread.push(...fields.filter((field) => !validator.includes(`data.${field}`)).map((field) => `${file} ${field}`));
    }
    expect(compared).toBeGreaterThan(800);
    expect(unread.toSorted()).toEqual([
      "scheduling.k8s.io/v1/PriorityClass.d.ts description",
      "scheduling.k8s.io/v1beta1/PriorityClass.d.ts description",
    ]);
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

function declaredFields(declaration: string): string[] {
  const body = /export interface I\w+(?: extends TypeMeta)? \{([\s\S]*?)\n\}/.exec(declaration)?.[1] ?? "";
  return [...body.matchAll(/^ {4}"([^"]+)"\??:/gm)].map((match) => match[1] ?? "");
}

/** `networking.k8s.io/v1/Ingress.d.ts` → `IoK8sApiNetworkingV1Ingress.js`. */
function schemaFile(declaration: string): string {
  const [kind = "", version = "", group = "core"] = declaration.replace(".d.ts", "").split("/").toReversed();
  return `IoK8sApi${[group.split(".")[0] ?? "", version].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}${kind}.js`;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
