import { CORE_SCHEMA, NOT_RESOLVED, boolYaml11Tag, defineScalarTag, floatCoreTag, mergeTag, nullCoreTag } from "js-yaml";

/**
 * A number as Helm's YAML reader understands it (go-yaml 2, resolve.go): decimal with underscores, `0x`, `0b`, `0o` and, as
 * in YAML 1.1, octal after a plain `0`. The sign of a binary number may also follow its `0b`. `1:30` is no number.
 */
function goInteger(source: string): number | typeof NOT_RESOLVED {
  const signFirst = withoutUnderscores(source).replace(/^(0b)([-+])/u, "$2$1");
  const [, sign, digits = ""] = /^([-+]?)([0-9].*)$/u.exec(signFirst) ?? [];
  const octal = /^0[0-7]+$/u.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (!/^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0|[1-9][0-9]*)$/u.test(octal)) return NOT_RESOLVED;
  return sign === "-" ? 0 - Number(octal) : Number(octal);
}

function goFloat(source: string): number | typeof NOT_RESOLVED {
  const plain = withoutUnderscores(source);
  const isFloat = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/u.test(plain) && Number.isFinite(Number(plain));
  return isFloat ? Number(plain) : floatCoreTag.resolve(source, false, floatCoreTag.tagName);
}

/** go-yaml drops every underscore; what begins with a point it leaves to Go, which wants a digit on each side of one. */
function withoutUnderscores(source: string): string {
  return source.replaceAll(/^[-+0-9]/u.test(source) ? "_" : /(?<=[0-9])_(?=[0-9])/gu, "");
}

const integerTag = defineScalarTag("tag:yaml.org,2002:int", { implicit: true, resolve: goInteger, identify: () => false });
const floatTag = defineScalarTag("tag:yaml.org,2002:float", { implicit: true, resolve: goFloat, identify: () => false });

/** YAML as Helm reads it: `yes`, `on` and `n` are booleans, `0755` is 493, `<<` merges. For loading only. */
export const helmYaml = CORE_SCHEMA.withTags(boolYaml11Tag, integerTag, floatTag, mergeTag);

/** What Helm makes of a scalar without quotes: a number, a boolean, null, or the text itself. */
export function resolvePlain(source: string): unknown {
  for (const tag of [nullCoreTag, boolYaml11Tag, integerTag, floatTag]) {
    const value: unknown = tag.resolve(source, false, tag.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return source;
}
