/** How the controller, a Go program, reads the texts of annotations. */

/** Go's `strconv.ParseBool`: no `yes`, no `on`. */
export function parseBool(text: string): boolean {
  if (/^(1|t|T|true|TRUE|True)$/.test(text)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(text)) return false;
  throw new SyntaxError(`"${text}" is no boolean: write "true" or "false"`);
}

/** Go's `strconv.Atoi`. */
export function parseInteger(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) throw new SyntaxError(`"${text}" is no whole number`);
  return Number(text);
}

const units: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Go's `time.ParseDuration`, in seconds: a number without a unit is refused, except 0. */
export function parseDuration(text: string): number {
  if (/^[+-]?0$/.test(text)) return 0;
  if (!/^[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text))
    throw new SyntaxError(`"${text}" is no duration: write a number with a unit, as 15s`);
  const parts = [...text.matchAll(/([0-9.]+)(ns|us|µs|μs|ms|s|m|h)/g)];
  const seconds = parts.reduce((sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 0), 0);
  return text.startsWith("-") ? -seconds : seconds;
}

/** One of some words, in whatever case. */
export function parseWord<const W extends string>(text: string, words: readonly W[]): W {
  const word = words.find((each) => each === text.toLowerCase());
  if (word === undefined) throw new SyntaxError(`"${text}" is none of ${words.join(", ")}`);
  return word;
}

/** Split at commas. A blank behind one becomes part of the next item. */
export function parseList(text: string): string[] {
  return text.split(",");
}
