import { describe, expect, it } from "vitest";
import { rules } from "../generator/check/lint.ts";
import { exceptions } from "../generator/check/lint/exceptions.ts";
import { indexRelease } from "../generator/check/lint/release.ts";
import type { RenderedManifest } from "../generator/check/manifest.ts";
import { namespace } from "./fixtures/good-parts.ts";
import { goodRelease, withField, withoutField } from "./fixtures/good-release.ts";
import { findings } from "./fixtures/lint-case.ts";

const backend = "Deployment/backend";
const container = "spec.template.spec.containers[0]";

/** The release with one annotation more on the backend's Deployment. */
function annotated(key: string, value: string, manifests: RenderedManifest[]): RenderedManifest[] {
  return manifests.map((manifest) => {
    const { object } = manifest;
    if (object.kind !== "Deployment") return manifest;
    return { ...manifest, object: { ...object, metadata: { ...object.metadata, annotations: { [key]: value } } } };
  });
}

describe("exceptions", () => {
  it("are at most ten, each for rules that exist and with a reason", () => {
    expect(exceptions.length).toBeLessThanOrEqual(10);
    const ids = new Set(rules.map(({ id }) => id));
    for (const { rules: named, tools, reason } of exceptions) {
      expect(named.filter((id) => !ids.has(id))).toEqual([]);
      expect(tools).not.toEqual([]);
      expect(reason).toMatch(/^[A-Z].*\.$/);
    }
  });

  // Without this an exception could outlive its cause, and hide what it was never meant for.
  it.each(exceptions.flatMap(({ rules: named }, index) => named.map((id) => [id, index] as const)))("%s is in use", (id, index) => {
    const rule = rules.find((each) => each.id === id);
    const used = releases().some(({ manifests, singleNode }) => {
      const release = indexRelease(manifests, { namespace, singleNode });
      return [...(rule?.check(release) ?? [])].some((finding) => exceptions[index]?.matches(finding, release));
    });
    expect(used).toBe(true);
  });

  it("let a pinned image stay on the node, but no moving tag and no Never", () => {
    expect(findings(withField(backend, `${container}.image`, "ghcr.io/xpeditis/backend@sha256:0a1b"))).toEqual([]);
    expect(findings(withField(backend, `${container}.image`, "ghcr.io/xpeditis/backend:v2.0"))).toEqual([]);
    expect(findings(withField(backend, `${container}.image`, "ghcr.io/xpeditis/backend:main"))).toHaveLength(1);
  });

  it("let Redis run as its own user, but the backend only above 10000", () => {
    const [ids] = [{ runAsUser: 999, runAsGroup: 999 }];
    expect(findings(withField(backend, "spec.template.spec.securityContext.runAsUser", ids.runAsUser))).toHaveLength(1);
    expect(findings(withField("StatefulSet/redis", `${container}.image`, "example.com/notredis:7.4"))).toHaveLength(2);
  });

  it("let one frontend run, but not one backend", () => {
    const one = withField("HorizontalPodAutoscaler/backend-hpa", "spec.minReplicas", 1);
    expect(findings(one)).toEqual(["HorizontalPodAutoscaler/backend-hpa spec.minReplicas [autoscaler-minimum]"]);
    expect(findings(asFrontend(one))).toEqual([]);
  });

  it("ask for no second replica and no certificate on one machine", () => {
    const laptop = withoutField("Ingress/xpeditis-ingress", "spec.tls").filter(({ object }) => object.kind !== "HorizontalPodAutoscaler");
    expect(findings(laptop)).toEqual([
      "Deployment/backend spec.replicas [deployment-replicas]",
      "Ingress/xpeditis-ingress spec.tls [tls-settings-missing]",
    ]);
    expect(findings(laptop, { singleNode: true })).toEqual([]);
  });

  it("ask for priority classes only where the release brings one", () => {
    const none = withoutField(backend, "spec.template.spec.priorityClassName");
    expect(findings(none)).toHaveLength(1);
    expect(findings(withoutPriority(none))).toEqual([]);
  });
});

describe("annotations of the tools", () => {
  const root = withField(backend, `${container}.securityContext.readOnlyRootFilesystem`, false);
  const rule = `${backend} ${container}.securityContext.readOnlyRootFilesystem [no-read-only-root-fs]`;

  it.each([
    ["ignore-check.kube-linter.io/no-read-only-root-fs", "why"],
    ["kube-score/ignore", "container-security-context-readonlyrootfilesystem"],
    ["polaris.fairwinds.com/notReadOnlyRootFilesystem-exempt", "true"],
  ])("%s alone leaves the finding to the other tools that ask for it", (key, value) => {
    expect(findings(annotated(key, value, root))).toEqual([rule]);
  });

  it("silence a rule when every tool that asks for it is silenced", () => {
    const silenced = [
      ["ignore-check.kube-linter.io/no-read-only-root-fs", "why"],
      ["kube-score/ignore", "pod-probes, container-security-context-readonlyrootfilesystem"],
      ["polaris.fairwinds.com/notReadOnlyRootFilesystem-exempt", "true"],
    ] as const;
    const manifests = root.map((manifest) =>
      manifest.object.kind === "Deployment"
        ? {
            ...manifest,
            object: { ...manifest.object, metadata: { ...manifest.object.metadata, annotations: Object.fromEntries(silenced) } },
          }
        : manifest,
    );
    expect(findings(manifests)).toEqual([]);
  });

  it("cannot silence a rule of our own", () => {
    const links = withField(backend, "spec.template.spec.enableServiceLinks", true);
    expect(findings(annotated("kube-linter.io/ignore-all", "x", links))).toHaveLength(1);
  });

  it("must say true to polaris", () => {
    const token = withField(backend, "spec.template.spec.automountServiceAccountToken", true);
    const key = "polaris.fairwinds.com/automountServiceAccountToken-exempt";
    expect(findings(annotated(key, "false", token))).toHaveLength(1);
    expect(findings(annotated(key, "true", token))).toEqual([]);
  });
});

function releases(): { readonly manifests: RenderedManifest[]; readonly singleNode: boolean }[] {
  const small = goodRelease().filter(({ object }) => !["HorizontalPodAutoscaler", "PodDisruptionBudget"].includes(object.kind));
  const laptop = small.map((manifest) =>
    manifest.object.kind === "Ingress" ? { ...manifest, object: { ...manifest.object, spec: { rules: [] } } } : manifest,
  );
  return [
    { manifests: goodRelease(), singleNode: false },
    { manifests: asFrontend(withField("HorizontalPodAutoscaler/backend-hpa", "spec.minReplicas", 1)), singleNode: false },
    { manifests: withoutPriority(goodRelease()), singleNode: false },
    { manifests: laptop, singleNode: true },
    { manifests: goodRelease().filter(({ object }) => object.kind !== "Service"), singleNode: true },
    { manifests: withField("HorizontalPodAutoscaler/backend-hpa", "spec.minReplicas", 1), singleNode: true },
  ];
}

function asFrontend(manifests: readonly RenderedManifest[]): RenderedManifest[] {
  return manifests.map((manifest) => {
    const { object } = manifest;
    if (object.kind !== "HorizontalPodAutoscaler") return manifest;
    const labels = { ...object.metadata.labels, "app.kubernetes.io/name": "frontend" };
    return { ...manifest, object: { ...object, metadata: { ...object.metadata, labels } } };
  });
}

/** The release as a chart without priority classes renders it. */
function withoutPriority(manifests: readonly RenderedManifest[]): RenderedManifest[] {
  const text = JSON.stringify(manifests.filter(({ object }) => object.kind !== "PriorityClass"));
  return JSON.parse(text.replaceAll('"priorityClassName":"xpeditis",', "")) as RenderedManifest[];
}
