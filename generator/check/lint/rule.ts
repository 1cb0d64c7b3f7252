import type { IContainer } from "kubernetes-models/v1/Container";
import type { RenderedManifest } from "../manifest.ts";
import type { Pod, PodContainer } from "./pods.ts";
import type { Release } from "./release.ts";

/** The linters whose default checks the charts must pass. */
export type Tool = "kube-linter" | "kube-score" | "polaris";

/** A check of a tool by the tool's own name of it, e.g. `kube-linter/run-as-non-root`. */
export type ToolCheck = `${Tool}/${string}`;

/** One demand on a release. */
export interface Rule {
  /** Shown behind each message; the name the first tool gives the check, where one has it. */
  readonly id: string;
  /**
   * The tools' checks this rule stands for. It is silent where every one of them is waived, by an exception or by the
   * tool's own annotation on the object. A rule that no tool asks for is our own and cannot be waived.
   */
  readonly askedBy: readonly ToolCheck[];
  readonly check: (release: Release) => Iterable<Finding>;
}

/** A place where a rule does not hold. */
export interface Finding {
  readonly manifest: RenderedManifest;
  readonly path: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
  /** The pod and the container the finding is about, for exceptions that depend on them. */
  readonly pod?: Pod;
  readonly container?: IContainer;
}

/** What is wrong with a pod or container: the field below it (empty for itself) and the message. */
export type Fault = readonly [field: string, message: string];

/** A rule that looks at one container at a time; init containers included. */
export function containerRule(id: string, askedBy: readonly ToolCheck[], faults: (container: PodContainer) => Iterable<Fault>): Rule {
  return podRule(id, askedBy, function* (pod) {
    for (const each of pod.containers) {
      for (const [field, message] of faults(each)) {
        yield { path: join(each.path, field), message, container: each.container };
      }
    }
  });
}

/** A rule that looks at one pod (template) at a time. Paths start at the object. */
export function podRule(
  id: string,
  askedBy: readonly ToolCheck[],
  faults: (pod: Pod, release: Release) => Iterable<{ readonly path: string; readonly message: string; readonly container?: IContainer }>,
): Rule {
  return {
    id,
    askedBy,
    *check(release) {
      for (const pod of release.pods) {
        for (const fault of faults(pod, release)) yield { manifest: pod.manifest, pod, ...fault };
      }
    },
  };
}

function join(path: string, field: string): string {
  return field === "" ? path : `${path}.${field}`;
}
