import { dump } from "js-yaml";
import { limitsOf, descriptionOf } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { plainText } from "./plain-text.ts";

/** Longest pattern that is shown to readers; a longer one is noise, its description has to tell the form. */
const readablePattern = 30;

/** From here on an upper limit only keeps nonsense out: nobody needs to read it. */
const sanityLimit = 1000;

/**
 * The sentence that tells which values are allowed (`One of: always, never.`, `From 1 to 15.`), or an empty text where that
 * is no news: the type says it all, the description already names the limits, a default or an example shows the form.
 */
export function allowedValues(schema: JsonSchema): string {
  const { enum: choices, minimum = 0, maximum = Infinity, pattern } = limitsOf(schema);
  const untold = (...values: readonly unknown[]): boolean => values.some((value) => !mentions(descriptionOf(schema), String(value)));
  if (choices !== undefined) return untold(...choices) ? `One of: ${choices.map(scalarText).join(", ")}.` : "";
  if (maximum < sanityLimit || (maximum < Infinity && minimum > 1)) return untold(minimum, maximum) ? `From ${minimum} to ${maximum}.` : "";
  if (minimum > 1) return untold(minimum) ? `At least ${minimum}.` : "";
  const shown =
    schema.examples !== undefined || (schema.default !== undefined && schema.default !== "") || descriptionOf(schema).includes("`");
  return pattern === undefined || pattern.length > readablePattern || shown ? "" : `Form: \`${pattern}\`.`;
}

/** A scalar as it has to be written in a values file: `Always`, but `"1.10"`. */
export function scalarText(value: unknown): string {
  return plainText(value) ?? dump(value, { lineWidth: -1, quoteStyle: "double" }).trimEnd();
}

function mentions(text: string, value: string): boolean {
  return value !== "" && new RegExp(`(?<![\\w.-])${RegExp.escape(value)}(?![\\w-])`, "u").test(text);
}
