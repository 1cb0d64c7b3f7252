import { any, defineString, fallback, helm, include, str, when, type Defined, type Expr } from "../dsl/index.ts";
import { shared as v } from "./application.ts";

/** What says which image a container runs: the part of a chart's values. */
interface ImageValues {
  readonly registry: Expr<string>;
  readonly repository: Expr<string>;
  readonly tag: Expr<string>;
  readonly digest: Expr<string>;
}

/**
 * The image of an `image` in the values, as named templates `<name>` and `<name>Repository`: by digest if there is one, else by
 * tag; at `global.imageRegistry`, if that is set.
 *
 * @param of whose image it is, for the template's description: `Image of the exporter, …`.
 */
export function imageTemplate(name: string, values: ImageValues, of = "", tag: Expr<string> = values.tag): Defined<string> {
  const subject = of === "" ? "Image" : `Image of ${of}`;
  const repository = defineString(
    `${name}Repository`,
    `${subject} without tag, at global.imageRegistry if that is set.`,
    when(
      any(v.global.imageRegistry, values.registry),
      str`${fallback(v.global.imageRegistry, values.registry)}/${values.repository}`,
      values.repository,
    ),
  );
  return defineString(
    name,
    `${subject}, by digest if one is set, else by tag.`,
    when(values.digest, str`${include(repository)}@${values.digest}`, str`${include(repository)}:${tag}`),
  );
}

/** The image of an application; its tag is the chart's appVersion, unless it is set. */
export const image = imageTemplate("image", v.image, "", fallback(v.image.tag, helm.Chart.AppVersion));
