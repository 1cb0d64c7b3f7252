import { defineString, fallback, helm, include, str, when, any } from "../dsl/index.ts";
import { shared as v } from "./application.ts";

const repository = defineString(
  "imageRepository",
  "Image without tag, at global.imageRegistry if that is set.",
  when(
    any(v.global.imageRegistry, v.image.registry),
    str`${fallback(v.global.imageRegistry, v.image.registry)}/${v.image.repository}`,
    v.image.repository,
  ),
);

/** The image of an application: by digest if there is one, else by tag. */
export const image = defineString(
  "image",
  "Image, by digest if one is set, else by tag.",
  when(
    v.image.digest,
    str`${include(repository)}@${v.image.digest}`,
    str`${include(repository)}:${fallback(v.image.tag, helm.Chart.AppVersion)}`,
  ),
);
