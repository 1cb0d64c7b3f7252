import { createHash } from "node:crypto";
import { link, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { packLayer, type LayerSource } from "./layers.ts";

/** An image as the charts name it, and what it is made of. */
export interface Image {
  /** Name without the registry, with the tag, e.g. `library/redis:7.4.9-alpine`. */
  readonly name: string;
  readonly layers: readonly LayerSource[];
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** User and group that the image itself names; root if not given, as with most images of others. */
  readonly user?: string;
}

/** Builds the image and gives a folder of the OCI image layout, which the caller deletes; its layers are only linked. */
export async function buildImage(image: Image): Promise<string> {
  const layers = [];
  for (const source of image.layers) layers.push(await packLayer(source));
  await mkdir(images, { recursive: true });
  const folder = await mkdtemp(join(images, "image-"));
  const blobs = join(folder, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const write = async (content: object) => {
    const text = JSON.stringify(content);
    const hash = createHash("sha256").update(text).digest("hex");
    await writeFile(join(blobs, hash), text);
    return { digest: `sha256:${hash}`, size: Buffer.byteLength(text) };
  };
  for (const { path, digest } of layers) await link(path, join(blobs, digest.slice("sha256:".length)));
  const config = await write({
    architecture: "amd64",
    os: "linux",
    config: {
      Entrypoint: image.entrypoint,
      Cmd: image.command ?? [],
      Env: Object.entries({ PATH: path, ...image.environment }).map(([key, value]) => `${key}=${value}`),
      WorkingDir: image.workingDirectory ?? "/",
      User: image.user ?? "",
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
  });
  const manifest = await write({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
    layers: layers.map(({ digest, size }) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar", digest, size })),
  });
  await writeFile(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: manifestType, ...manifest }] }));
  return folder;
}

/** On the file system of the layers, as a link needs it. */
const images = join(import.meta.dirname, "..", "..", "..", ".cache", "images");
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
