/**
 * A scalar as YAML where that needs no writer of YAML: whole numbers, booleans, and words that no reader, 1.1 or 1.2, takes
 * for anything else. Undefined for all others. Charts are full of such, and js-yaml sets itself up anew for each.
 */
export function plainText(value: unknown): string | undefined {
  if (typeof value === "boolean" || (Number.isSafeInteger(value) && !Object.is(value, -0))) return String(value);
  return typeof value === "string" && isPlainWord(value) ? value : undefined;
}

// ── internal ────────────────────────────────────────────────────────────────

function isPlainWord(text: string): boolean {
  return /^[A-Za-z_/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*$/.test(text) && !reserved.test(text);
}

// Words that YAML 1.1, which Helm reads, takes for booleans or null.
const reserved = /^(y|n|yes|no|on|off|true|false|null|~)$/i;
