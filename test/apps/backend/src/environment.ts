/** A variable that must be set. */
export function text(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** A variable that must be set, and be a whole number. */
export function number(name: string): number {
  const value = Number(text(name));
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`the environment variable ${name} is no number: ${process.env[name]}`);
  return value;
}

/** What a function makes of the environment if a variable is set; the chart leaves some out with what they belong to. */
export const ifSet = <T>(name: string, read: () => T): T | undefined => (process.env[name] ? read() : undefined);
