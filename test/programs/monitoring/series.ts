import { catalogue } from "../../monitoring/catalogue.ts";

type Labels = Readonly<Record<string, string>>;

/** One series: a value that stays, or a counter's growth per second. */
export interface Series {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number | { readonly perSecond: number };
}

/** A gauge. */
export const stays = (name: string, labels: Labels, value: number): Series => ({ name, labels, value });
/** A counter; with a negative growth a gauge that falls from 4 GiB. */
export const grows = (name: string, labels: Labels, perSecond = 1): Series => ({ name, labels, value: { perSecond } });

/** A histogram whose observations lie between the bounds as evenly as may be. */
export function histogram(name: string, labels: Labels, bounds: readonly string[], perSecond = 10): Series[] {
  const all = [...bounds, "+Inf"];
  return [
    ...all.map((le, index) => grows(`${name}_bucket`, { ...labels, le }, (perSecond * (index + 1)) / all.length)),
    grows(`${name}_sum`, labels, perSecond / 10),
    grows(`${name}_count`, labels, perSecond),
  ];
}

/** The type that the exporters of a job say a metric has; undefined if they have none of that name. */
export function typeOf(name: string, exporters: readonly string[]): string | undefined {
  const whole = name.replace(/_(bucket|sum|count)$/, "");
  for (const exporter of exporters) {
    const metrics = catalogue.get(exporter);
    const found = metrics?.get(name) ?? (metrics?.get(whole) === "histogram" ? "histogram" : undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

const began = Date.now();

/** The series as an exporter would answer now. */
export function exposition(series: readonly Series[]): string {
  const seconds = 1000 + (Date.now() - began) / 1000;
  return series
    .map(({ name, labels, value }) => {
      const text = Object.entries(labels).map(([key, of]) => `${key}=${JSON.stringify(of)}`);
      const amount = typeof value === "number" ? value : value.perSecond * seconds + (value.perSecond < 0 ? 4 * 2 ** 30 : 0);
      return `${name}{${text.join(",")}} ${amount}\n`;
    })
    .join("");
}
