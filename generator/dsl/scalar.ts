import { dump } from "js-yaml";

import { plainText } from "../values/plain-text.ts";

/**
 * A literal as one line of YAML inside a Go template. Plain where no reader, 1.1 or 1.2, could take it for anything else;
 * a literal that holds `{{` becomes a Go string, so that Helm does not run it.
 */
export function yamlScalar(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  if (value.includes("{{")) return `{{ ${goString(value)} | quote }}`;
  const dumped = plainText(value) ?? dump(value, { lineWidth: -1, quoteStyle: "double" }).trimEnd();
  return dumped.includes("\n") ? JSON.stringify(value) : dumped;
}

/** A map key as YAML; never a template of the author's. */
export function yamlKey(key: string): string {
  return yamlScalar(key);
}

/** A Go interpreted string literal. JSON's escapes are a subset of Go's for well-formed text. */
export function goString(value: string): string {
  if (!value.isWellFormed()) throw new TypeError(`${JSON.stringify(value)} holds a lone surrogate`);
  return JSON.stringify(value);
}
