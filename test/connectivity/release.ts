import { gunzipSync } from "node:zlib";

import type { KubernetesObject, RenderedManifest } from "../../generator/check/manifest.ts";
import { indexRelease, type Release } from "../../generator/check/lint/release.ts";
import { ChartError } from "../../generator/problem.ts";
import { parseManifests } from "../helm/client.ts";

/** Runs kubectl against the cluster in question and gives its standard output; throws with its words. */
export type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

/** What is asked for: a release by its name in its namespace. */
export interface Installed {
  readonly name: string;
  readonly namespace: string;
}

/**
 * The release as Helm installed it, hooks included, read from the Secret in which Helm keeps it.
 *
 * @throws ChartError when there is no such release: `manifests` are for those that Helm does not know, as Argo CD's.
 */
export async function installedRelease(kubectl: Kubectl, { name, namespace }: Installed): Promise<Release> {
  const selector = `owner=helm,name=${name},status=deployed`;
  const list = JSON.parse(await kubectl(["--namespace", namespace, "get", "secrets", "--selector", selector, "--output", "json"])) as {
    items: { metadata: { labels: { version: string } }; data: { release: string } }[];
  };
  const newest = list.items.toSorted((a, b) => Number(b.metadata.labels.version) - Number(a.metadata.labels.version))[0];
  if (newest === undefined) {
    throw new ChartError(
      `there is no deployed release "${name}" in namespace "${namespace}". If Helm did not install it (Argo CD), give what it was made of: ` +
        "`helm template … > manifests.yaml`, and --manifests manifests.yaml.",
    );
  }
  // Kubernetes encodes what Helm has encoded.
  const packed = Buffer.from(Buffer.from(newest.data.release, "base64").toString(), "base64");
  const { manifest, hooks = [] } = JSON.parse(gunzipSync(packed).toString()) as { manifest: string; hooks?: { manifest: string }[] };
  return releaseOfText([manifest, ...hooks.map((hook) => hook.manifest)].join("\n---\n"), namespace);
}

/** A release by its rendered manifests; those without a namespace are in the release's. */
export function releaseOfText(text: string, namespace: string): Release {
  const objects = parseManifests(text) as unknown as KubernetesObject[];
  const manifests = objects.map((object): RenderedManifest => ({
    chart: "",
    template: "",
    object: { ...object, metadata: { namespace, ...object.metadata } },
  }));
  return indexRelease(manifests, { namespace });
}
