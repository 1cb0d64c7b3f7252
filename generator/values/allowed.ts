import { dump } from "js-yaml";
import { limitsOf } from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Longest pattern that is shown to readers; a longer one is noise, its description has to tell the form. */
const readablePattern = 32;

/**
 * The sentence that tells which values are allowed (`One of: always, never.`, `From 1 to 15.`), or an empty text where the type
 * says it all or the description already names every limit.
 */
export function allowedValues(schema: JsonSchema): string {
  const { enum: choices, minimum, maximum, pattern } = limitsOf(schema);
  const untold = (...values: readonly unknown[]): boolean => values.some((value) => !mentions(schema.description, String(value)));
  if (choices !== undefined) return untold(...choices) ? `One of: ${choices.map(scalarText).join(", ")}.` : "";
  if (minimum !== undefined && maximum !== undefined) return untold(minimum, maximum) ? `From ${minimum} to ${maximum}.` : "";
  if (minimum !== undefined && minimum !== 0 && untold(minimum)) return `At least ${minimum}.`;
  if (maximum !== undefined && untold(maximum)) return `At most ${maximum}.`;
  // an example says it better, and `^[^"\n]*$` only keeps quotes and line breaks out: nobody needs to read that
  if (
    pattern !== undefined &&
    schema.examples === undefined &&
    pattern.length <= readablePattern &&
    !/^\^\[\^[^\]]*\][*+]\$$/u.test(pattern) &&
    untold(pattern)
  )
    return `Form: \`${pattern}\`.`;
  return "";
}

/** A scalar as it has to be written in a values file: `Always`, but `"1.10"`. */
export function scalarText(value: unknown): string {
  return dump(value, { lineWidth: -1, quoteStyle: "double" }).trimEnd();
}

function mentions(text: string, value: string): boolean {
  return value !== "" && new RegExp(`(?<![\\w.-])${RegExp.escape(value)}(?![\\w-])`, "u").test(text);
}
