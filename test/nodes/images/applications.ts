import { buildApp, imageConfig, imageFolder, type AppName } from "../../apps/build.ts";
import type { Image } from "./image.ts";
import { node } from "./programs.ts";
import type { LayerSource } from "./layers.ts";

/** What is in the image of one of the applications under test/apps, and how a container starts in it. */
export async function application(app: AppName, ...more: readonly LayerSource[]): Promise<Omit<Image, "name">> {
  await buildApp(app);
  const { workdir, entrypoint, user } = await imageConfig(app);
  return { layers: [...node, { folder: imageFolder(app), at: workdir }, ...more], entrypoint, workingDirectory: workdir, user };
}

/** The image of another release of an application, which is the same but for its tag and further layers. */
export async function nextRelease(app: AppName, tag: string, ...more: readonly LayerSource[]): Promise<Image> {
  return { ...(await application(app, ...more, { files: { "/release": tag } })), name: `xpeditis/xpeditis-${app}:${tag}` };
}
