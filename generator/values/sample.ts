import { limitsOf, type JsonSchema } from "./json-schema.ts";

/** What `values.yaml` shows, as a comment, for a value without a default: its first example, else something of its type. */
export function sample(schema: JsonSchema): unknown {
  const { enum: choices, minimum = 0 } = limitsOf(schema);
  const empty = { string: "", integer: minimum, number: minimum, boolean: false, null: null, array: [], object: {} };
  return schema.examples?.[0] ?? choices?.[0] ?? empty[typeof schema.type === "string" ? schema.type : (schema.type[0] ?? "null")];
}
