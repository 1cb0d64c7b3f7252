import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { metricType, type Metrics } from "./metrics.ts";

/** Metrics that Go code registers, as far as namespace, subsystem and name are literals or constants. */
export function goMetrics(folder: string, below: readonly string[], files?: readonly string[]): Metrics {
  const sources = below.flatMap((path) =>
    readdirSync(join(folder, path), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".go") && !file.endsWith("_test.go"))
      .filter((file) => files === undefined || files.some((name) => file.endsWith(name)))
      .map((file) => ({ directory: dirname(join(path, file)), text: readFileSync(join(folder, path, file), "utf8") })),
  );
  // A name that its own package does not define is another's: `constants.Loki`.
  const everywhere = new Map(sources.flatMap(({ text }) => constants(text)));
  const perPackage = Map.groupBy(sources, ({ directory }) => directory);
  const found: Metrics = new Map();
  for (const siblings of perPackage.values()) {
    const own = new Map(siblings.flatMap(({ text }) => constants(text)));
    const valueOf = (expression: string): string =>
      expression
        .split("+")
        .map((part) => part.trim())
        .map((part) => /^"(\w*)"/.exec(part)?.[1] ?? lookUp(part))
        .join("");
    const lookUp = (name: string): string => {
      const value = own.get(name) ?? everywhere.get(name.replace(/^\w+\./, ""));
      return value === undefined || value.includes(name) ? "" : valueOf(value);
    };
    for (const { text } of siblings) for (const [name, type] of registered(text, valueOf)) found.set(name, type);
  }
  return found;
}

/** `name = "value"` and `name = other + "value"` of a Go file. */
function constants(text: string): [name: string, value: string][] {
  return [...text.matchAll(/^\s*(?:const )?(\w+)\s+(?:string )?:?= ((?:\w+ \+ )?"\w*")/gm)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]);
}

/** The ways in which Go programs name a metric, with what an expression stands for. */
function registered(text: string, valueOf: (expression: string) => string): [name: string, type: string][] {
  const qualified = (...parts: string[]) => parts.filter((part) => part !== "").join("_");
  const options = [...text.matchAll(/(\w*)Opts\{([^{}]*?\bName:[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g)].map(
    ([, type = "", body = ""]): [string, string] => {
      const field = (name: string) => valueOf(new RegExp(`\\b${name}: +([^,\\n]+)`).exec(body)?.[1] ?? '""');
      return [qualified(field("Namespace"), field("Subsystem"), field("Name")), metricType(type)];
    },
  );
  const names = [...text.matchAll(/BuildFQName\(\s*([^,]+),\s*([^,]+),\s*([^,)]+)\)/g)].map(([, ...parts]): [string, string] => [
    qualified(...parts.map(valueOf)),
    "untyped",
  ]);
  const descriptions = [...text.matchAll(/NewDesc\(\s*("\w+"|\w+),/g)].map(([, name = ""]): [string, string] => [valueOf(name), "gauge"]);
  const constructed = [...text.matchAll(/new(Counter|Gauge|Histogram)\w*From\([^;]*?Name: +(\w+),/g)].map(
    ([, type = "", name = ""]): [string, string] => [valueOf(name), metricType(type)],
  );
  return [...names, ...descriptions, ...constructed, ...options].filter(([name]) => /^[a-z]+_\w+$/.test(name));
}
