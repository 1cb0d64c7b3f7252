import { containerRule } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** Which image runs, and when it is pulled. */
export const imageRules: readonly Rule[] = [
  containerRule(
    "latest-tag",
    ["kube-linter/latest-tag", "kube-score/container-image-tag", "polaris/tagNotSpecified"],
    function* ({ container }) {
      const { tag, digest } = parseImage(container.image ?? "");
      if (digest !== undefined || (tag !== undefined && tag !== "latest")) return;
      const is = tag === undefined ? "names no tag" : "is tagged latest";
      yield ["image", `"${container.image ?? ""}" ${is}, so nobody can say what runs; write a version or a digest`];
    },
  ),
  containerRule("pull-policy", ["kube-score/container-image-pull-policy", "polaris/pullPolicyNotAlways"], function* ({ container }) {
    if (container.imagePullPolicy === "Always") return;
    const is = container.imagePullPolicy === undefined ? "is not set" : `is ${container.imagePullPolicy}`;
    yield ["imagePullPolicy", `${is}, so nodes keep what they once pulled; pin the image, or write Always`];
  }),
];

/** An image reference in its parts: `registry/name:tag@digest`. */
export interface Image {
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Takes an image reference apart; a colon before the last slash is the registry's port. */
export function parseImage(reference: string): Image {
  const [tagged = "", digest] = reference.split("@");
  const colon = tagged.indexOf(":", tagged.lastIndexOf("/") + 1);
  return {
    name: colon === -1 ? tagged : tagged.slice(0, colon),
    ...(colon === -1 ? {} : { tag: tagged.slice(colon + 1) }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** True if the reference always means the same image: a digest, or a tag that is a version (`v1.4.2`, `7.4-alpine`). */
export function isPinned(reference: string): boolean {
  const { tag, digest } = parseImage(reference);
  return digest !== undefined || (tag !== undefined && /^v?\d+\.\d+/.test(tag));
}
