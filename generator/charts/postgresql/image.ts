import { any, defineString, fallback, include, str, when } from "../../dsl/index.ts";
import { values as v } from "./values.ts";

const { image } = v;
const repository = when<unknown>(
  any(v.global.imageRegistry, image.registry),
  str`${fallback(v.global.imageRegistry, image.registry)}/${image.repository}`,
  image.repository,
);

const imageRepository = defineString(
  "imageRepository",
  "Image of PostgreSQL without tag, at global.imageRegistry if that is set.",
  repository,
);
const tagged = str`${include(imageRepository)}:${image.tag}`;

/** The image of PostgreSQL. With a digest it has the tag, too: the operator reads the version from it. */
export const imageName = defineString(
  "image",
  "Image of PostgreSQL: the tag, from which the operator reads the version, and the digest if one is set.",
  when(image.digest, str`${tagged}@${image.digest}`, tagged),
);
